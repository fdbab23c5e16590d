"""The sandbox without its wire: state, clock, people and rules in one place."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from amc_sandbox import rules, world
from amc_sandbox.aws.server import Aws
from amc_sandbox.clock import Mode, SandboxClock, Setting, from_micros, micros
from amc_sandbox.intake import Books, Intake
from amc_sandbox.jobs import Application, Jobs, Resolver
from amc_sandbox.nearest import Unlawful
from amc_sandbox.pace import Buckets
from amc_sandbox.state.audiences import Audiences
from amc_sandbox.state.connections import Connections
from amc_sandbox.state.datasets import Datasets
from amc_sandbox.state.deletions import Deletions
from amc_sandbox.state.faults import FaultBook
from amc_sandbox.state.grants import Grants
from amc_sandbox.state.ids import Ids
from amc_sandbox.state.journal import Journal
from amc_sandbox.state.members import Members
from amc_sandbox.state.policy import Policy, changed
from amc_sandbox.state.store import Store
from amc_sandbox.state.terms import Terms
from amc_sandbox.state.uploads import Uploads
from amc_sandbox.temporary import TemporaryFolder
from amc_sandbox.world import APP, SHOP

if TYPE_CHECKING:  # polars and pyarrow are loaded by those who use them
    import polars as pl

    from amc_sandbox.ingest.ingestion import Ingestion

DEFAULT_SEED = 1
DEFAULT_PEOPLE = 100_000
#: Seconds of the machine's time that one request spends on the jobs that are due.
PATIENCE = 10.0
#: Seconds of the machine's time that the end waits for an upload that is being read.
FAREWELL = 3.0
#: The rows of data sets, in the data folder.
_ROWS = "rows"


class People(Resolver, Protocol):
    """The population, as the sandbox needs it."""

    def people(
        self, country: str | None, limit: int, *, external: bool = False
    ) -> Iterator[dict[str, Any]]: ...

    def resolve_external(self, kind: str, value: str) -> str | None: ...

    def worth_asking(self, sets: pl.DataFrame) -> pl.Series: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start with. None: what the data folder says, else the default."""

    folder: Path | None = None
    seed: int | None = None
    people: int | None = None
    mode: Mode = "real"


class Sandbox:
    """One Amazon. Handlers run inside `store.transaction()`; whoever moves the clock does so inside one as well."""

    def __init__(self, plan: Plan, build: Callable[[int, int], People]) -> None:
        self.store = Store(plan.folder)
        self.clock = SandboxClock(plan.mode)
        self.seed = self._settle("seed", plan.seed, DEFAULT_SEED)
        self.size = self._settle("people", plan.people, DEFAULT_PEOPLE)
        self.people = build(self.size, self.seed)
        #: Where what is too large for the database lies; without a data folder, until the end.
        self._temporary = None if plan.folder else TemporaryFolder()
        self.folder = plan.folder or (self._temporary.path if self._temporary else Path())
        self.aws = Aws(
            self.folder / "aws",
            lasting=plan.folder is not None,
            forbids=lambda action: action in self.policy.aws_denied,
        )
        self.buckets = Buckets()
        self._take_rooms()
        self._start()

    def _settle(self, key: str, wish: int | None, default: int) -> int:
        """The number that this data folder was made with; another wish is refused."""
        known = self.store.get(key)
        if known is not None and wish is not None and wish != known:
            self.store.close()
            raise Unlawful(
                f"the data folder was made with --{key} {known}, not {wish}: leave it out, or use another folder"
            )
        value = int(known if known is not None else default if wish is None else wish)
        self.store.put(key, value)
        return value

    def _take_rooms(self) -> None:
        ids = Ids(self.store, self.seed)
        self.ids = ids
        self.grants = Grants(self.store, ids)
        self.terms = Terms(self.store)
        self.connections = Connections(self.store)
        self.audiences = Audiences(self.store)
        self.members = Members(self.store)
        self.faults = FaultBook(self.store)
        self.journal = Journal(self.store)
        self.jobs = Jobs(self.store, ids, self.faults, self.seed)
        self.datasets = Datasets(self.store)
        self.uploads = Uploads(self.store)
        self.deletions = Deletions(self.store)
        books = Books(self.store, self.datasets, self.uploads, self.deletions)
        self.intake = Intake(books, lambda: self.ingestion, self.clock.now, lambda: self.policy)

    @cached_property
    def ingestion(self) -> Ingestion:
        """What reads uploads and keeps their rows."""
        from amc_sandbox.ingest.ingestion import Ingestion  # noqa: PLC0415  (loads pyarrow: not before the first use)

        return Ingestion(self.folder / _ROWS, self.aws, self.people, lambda: self.policy)

    def _start(self) -> None:
        with self.store.transaction():
            if self.store.get("grant") is None:
                grant = self.grants.make_grant(APP.client_id, SHOP, (rules.CAMPAIGNS, rules.AUDIENCES))
                self.store.put("grant", grant.refresh_token)
            self._resume_clock()
        self.policy = Policy.model_validate(self.store.get("policy") or {})

    def _resume_clock(self) -> None:
        kept, seen = self.store.get("clock"), self.store.get("seen")
        if kept is not None and seen is not None:
            setting = Setting(kept["mode"], kept["speed"], from_micros(kept["base"]), kept["wall"])
            self.clock.resume(setting, from_micros(seen["at"]), seen["wall"])
        self.keep_clock()

    def keep_clock(self) -> None:
        """Write down how the clock runs, and what time it is."""
        setting = self.clock.setting
        base = {
            "mode": setting.mode,
            "speed": setting.speed,
            "base": micros(setting.base),
            "wall": setting.wall,
        }
        self.store.put("clock", base)
        self.store.put("seen", {"at": micros(self.clock.now()), "wall": time.time()})

    @property
    def grant(self) -> dict[str, str]:
        """The grant that is there from the start."""
        return {
            "client_id": APP.client_id,
            "client_secret": APP.client_secret,
            "refresh_token": self.store.get("grant"),
        }

    @property
    def greeting(self) -> dict[str, Any]:
        """What the first line says beside the address: grant, AWS, and the instances of the grant's user."""
        return {"grant": self.grant, "s3": self.aws.door, "instances": list(world.uploads(SHOP))}

    def set_policy(self, wish: dict[str, Any]) -> None:
        with self.store.transaction():
            policy = changed(self.policy, wish)
            if "terms_accepted" in wish:
                if not isinstance(wish["terms_accepted"], bool):
                    raise Unlawful("policy terms_accepted: true or false")
                self.terms.set_all(accepted=wish["terms_accepted"])
            self.store.put("policy", policy.model_dump())
            self.policy = policy

    def catch_up(self) -> None:
        """Apply every job whose time has come, each in a transaction of its own.

        Of a long queue as many as PATIENCE allows, so that nobody's request times out; the next request goes on.
        """
        now, began = self.clock.now(), time.monotonic()
        application = Application(self.jobs, self.audiences, self.members, self.people, self.policy)
        while time.monotonic() - began < PATIENCE:
            with self.store.transaction():
                row = self.jobs.due(now)
                if row is None:
                    return
                application.run(row)

    def reset(self) -> None:
        """The world as it was seeded; a manual clock goes back to its start, a real one goes on at speed 1."""
        with self.intake.halted(), self.store.transaction():
            self.store.clear("seed", "people")
            self.buckets.clear()
            self.aws.reset()
            shutil.rmtree(self.folder / _ROWS, ignore_errors=True)
            self.clock.restart()
            self._start()

    def close(self) -> None:
        self.intake.halt(FAREWELL)
        self.aws.close()
        self.keep_clock()
        self.store.close()
        if self._temporary is not None:
            self._temporary.remove()
