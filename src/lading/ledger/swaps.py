"""Files that were written anew without somebody, or deleted: the ledger names the new ones from one commit on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, update

from lading.errors import TargetBusy
from lading.ledger import editions, tables
from lading.ledger.forgets import add_erased
from lading.ledger.rows import Generation, NamedFile, Plan, Run
from lading.ledger.store import Store
from lading.model.books import Books

_B = tables.batches.c
_G = tables.generations.c
_P = tables.plans.c
_R = tables.runs.c

#: What stands in the place of a text in which Amazon repeated an id.
ERASED = "(erased)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSwap:
    """The new files of a run that is over."""

    files: Mapping[str, NamedFile]
    #: By batch.
    outcomes: Mapping[int, NamedFile]
    books: Books | None
    #: External ids that no message may repeat.
    words: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSwap:
    """The new files of a run that filled a dataset and is over."""

    files: Mapping[str, NamedFile]
    #: Parts that it names no more.
    dropped: Sequence[str]
    #: Rows that are gone, by the start of their period: they count no more as sent.
    gone: Mapping[str, int]


class Swaps:
    """Exchanges what the ledger names. Each is one transaction, and refused while a run of the target is at work."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def run(self, forget: str, run: Run, swap: RunSwap, erased: Sequence[Mapping[str, Any]]) -> None:
        """Name the new files of a run, and of the plan that it was opened with."""
        with self._store.write("erased") as connection:
            row = connection.execute(select(tables.runs).where(_R.id == run.id)).mappings().one()
            _same(row["files"], run.files, f"run {run.id}")
            renamed = {run.files[part].name: file for part, file in swap.files.items()}
            changes: dict[str, Any] = {"files": _renamed(run.files, renamed), "books": swap.books}
            if _repeats(run.problem_message, swap.words):
                changes["problem_message"] = ERASED
            connection.execute(update(tables.runs).where(_R.id == run.id).values(changes))
            if run.plan:
                _swap_plan(connection, run, renamed)
            self._outcomes(connection, run.id, swap)
            add_erased(connection, forget, erased)

    def upload(self, forget: str, run: Run, swap: UploadSwap, erased: Sequence[Mapping[str, Any]]) -> None:
        """Name the new files of a run, and of the plan that it was opened with; other runs of that plan name the same."""
        with self._store.write("erased") as connection:
            found = connection.execute(select(_R.files).where(_R.id == run.id)).scalar_one()
            _same(found, run.files, f"run {run.id}")
            kept = {part: file for part, file in run.files.items() if part not in swap.dropped}
            files = {**kept, **swap.files}
            same_plan = _R.plan == run.plan if run.plan else _R.id == run.id
            connection.execute(update(tables.runs).where(same_plan).values(files=files))
            if run.plan:
                connection.execute(update(tables.plans).where(_P.id == run.plan).values(files=files))
            editions.subtract(connection, run.target, run.id, swap.gone)
            add_erased(connection, forget, erased)

    def drop_uploads(self, run: Run, *, parts: Sequence[str]) -> None:
        """Name no upload file of a run any more: Amazon has read them."""
        kept = {part: file for part, file in run.files.items() if part not in parts}
        with self._store.write("swept") as connection:
            connection.execute(update(tables.runs).where(_R.id == run.id).values(files=kept))

    def members(
        self,
        forget: str,
        seen: Sequence[Generation],
        fresh: Sequence[Generation],
        erased: Sequence[Mapping[str, Any]],
    ) -> None:
        """Name the new files of a target's generations. `seen`: those that they were made from."""
        target = seen[0].target
        with self._store.write("erased") as connection:
            self._store.alone(connection, "runs")
            unfinished = select(_R.id).where(_R.target == target, tables.UNFINISHED)
            if (busy := connection.execute(unfinished).scalar_one_or_none()) is not None:
                raise TargetBusy(
                    f"run {busy} of {target} began in the meantime. Run `lading forget` once more when it is over",
                    code="unfinished_run",
                )
            rows = connection.execute(select(tables.generations).where(_G.target == target)).mappings()
            known = {row["number"]: (row["index"], row["segments"]) for row in rows}
            if known != {one.number: _as_json(one) for one in seen}:
                raise TargetBusy(f"the membership of {target} has moved on. Run `lading forget` once more")
            for one in fresh:
                index, segments = _as_json(one)
                changed = {"index": index, "segments": segments, "members": one.members}
                connection.execute(
                    update(tables.generations)
                    .where(_G.target == target, _G.number == one.number)
                    .values(changed)
                )
            add_erased(connection, forget, erased)

    def drop_plans(
        self, plans: Sequence[Plan], *, forget: str | None = None, erased: Sequence[Mapping[str, Any]] = ()
    ) -> tuple[str, ...]:
        """Let go of plans that no run was opened with, and say which ones; their files may be deleted then."""
        with self._store.write("erased" if forget else "swept") as connection:
            used = set(connection.execute(select(_R.plan).where(_R.plan.is_not(None))).scalars())
            names = tuple(plan.id for plan in plans if plan.id not in used)
            if names:
                connection.execute(delete(tables.plans).where(_P.id.in_(names)))
            if forget:
                add_erased(connection, forget, [one for one in erased if one["plan"] in names])
        return names

    def drop_files(self, runs: Sequence[Run], *, plans: Sequence[str]) -> None:
        """Name no file of these runs and plans any more: they may be deleted. Their books stay."""
        with self._store.write("swept") as connection:
            for run in runs:
                connection.execute(update(tables.runs).where(_R.id == run.id).values(files={}))
            for plan in plans:
                connection.execute(update(tables.plans).where(_P.id == plan).values(files={}))

    def _outcomes(self, connection: Connection, run_id: str, swap: RunSwap) -> None:
        batches = connection.execute(select(_B.no, _B.problem).where(_B.run == run_id)).all()
        for no, problem in batches:
            changes: dict[str, Any] = {}
            if no in swap.outcomes:
                file = swap.outcomes[no]
                changes |= {"outcome_file": file.name, "outcome_sha256": file.sha256}
            if _repeats(problem, swap.words):
                changes["problem"] = ERASED
            if changes:
                connection.execute(
                    update(tables.batches).where(_B.run == run_id, _B.no == no).values(changes)
                )


def _as_json(one: Generation) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return one.index.as_dict(), [segment.as_dict() for segment in one.segments]


def _same(found: Mapping[str, NamedFile], seen: Mapping[str, NamedFile], where: str) -> None:
    if dict(found) != dict(seen):
        raise TargetBusy(f"{where} has changed in the meantime. Run `lading forget` once more")


def _swap_plan(connection: Connection, run: Run, renamed: Mapping[str, NamedFile]) -> None:
    """The plan that the run was opened with, and other runs that were: they name the same files."""
    files = connection.execute(select(_P.files).where(_P.id == run.plan)).scalar_one()
    connection.execute(update(tables.plans).where(_P.id == run.plan).values(files=_renamed(files, renamed)))
    others = select(_R.id, _R.files).where(_R.plan == run.plan, _R.id != run.id)
    for other, named in connection.execute(others).all():
        connection.execute(update(tables.runs).where(_R.id == other).values(files=_renamed(named, renamed)))


def _renamed(files: Mapping[str, NamedFile], renamed: Mapping[str, NamedFile]) -> dict[str, NamedFile]:
    return {part: renamed.get(file.name, file) for part, file in files.items()}


def _repeats(text: str | None, words: frozenset[str]) -> bool:
    return text is not None and any(word in text for word in words)
