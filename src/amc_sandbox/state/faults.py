"""The faults that are set, and their counts; both survive a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amc_sandbox.faults import FAULTS, Spec, Tally
from amc_sandbox.state.store import Store


class FaultBook:
    """Counts what comes, and says what is struck."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, seed: int, specs: Mapping[str, Spec]) -> None:
        """Replace all faults; the counts begin anew."""
        with self._store.transaction():
            self._store.run("delete from faults")
            self._store.put("faults_seed", seed)
            for name, spec in specs.items():
                position = list(FAULTS).index(name)
                text = spec.model_dump_json(exclude_defaults=True)
                self._store.run(
                    "insert into faults (position, name, spec) values (?, ?, ?)", position, name, text
                )

    def tallies(self) -> list[Tally]:
        """In the order in which they are considered."""
        found = self._store.rows("select name, spec, seen, hits from faults order by position")
        return [
            Tally(row["name"], Spec.model_validate_json(row["spec"]), row["seen"], row["hits"])
            for row in found
        ]

    def seconds(self, name: str) -> float | None:
        return next((tally.spec.seconds for tally in self.tallies() if tally.name == name), None)

    def strike_request(self, method: str, path: str) -> Tally | None:
        """Count one request for every fault on requests; the first that strikes it."""
        struck = None
        for tally in self.tallies():
            if FAULTS[tally.name][0] == "request" and tally.matches(method, path):
                hit = struck is None and tally.strikes(self._seed(), tally.seen + 1)
                self._count(tally, 1, int(hit))
                struck = tally if hit else struck
        return struck

    def strike_job(self, path: str, *names: str) -> str | None:
        """Count one accepted job for the named faults, or for all on jobs; the fault that strikes it."""
        struck = None
        for tally in self.tallies():
            counts = FAULTS[tally.name][0] == "job" and (not names or tally.name in names)
            if counts and tally.matches("POST", path):
                hit = struck is None and tally.strikes(self._seed(), tally.seen + 1)
                self._count(tally, 1, int(hit))
                struck = tally.name if hit else struck
        return struck

    def strike_records(self, path: str, count: int) -> Sequence[int]:
        """Count the records of a request; the 0-based positions of those that are refused."""
        tally = next((one for one in self.tallies() if one.name == "refuse_records"), None)
        if tally is None or not tally.matches("POST", path):
            return []
        seed = self._seed()
        struck = [index for index in range(count) if tally.strikes(seed, tally.seen + index + 1)]
        if tally.spec.times is not None:
            struck = struck[: tally.spec.times - tally.hits]
        self._count(tally, count, len(struck))
        return struck

    def _seed(self) -> int:
        return int(self._store.get("faults_seed") or 0)

    def _count(self, tally: Tally, seen: int, hits: int) -> None:
        self._store.run(
            "update faults set seen = seen + ?, hits = hits + ? where name = ?", seen, hits, tally.name
        )
