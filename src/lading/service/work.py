"""One run in the hands of this process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from lading.ledger import Claim
from lading.ledger.rows import Plan, Run
from lading.service.parts import Parts
from lading.settings import Limit
from lading.settings.datasets import DatasetTarget
from lading.settings.document import written_name
from lading.settings.syncs import Sync
from lading.settings.targets import AudienceTarget

_DATASET: Final = "dataset:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the user asked for beside the sync's name."""

    #: Stay until Amazon has finished; else end as soon as everything was sent.
    wait: bool = True
    max_wait: timedelta | None = None
    #: A file instead of the sync's own source.
    input: Path | None = None
    #: Guards that may trip.
    accept: frozenset[str] = frozenset()
    #: More rejected rows and refused records than this make the run red (exit 6).
    max_rejected: Limit | None = None
    #: The run whose people are carried once more, instead of reading the source.
    again: str | None = None
    #: The fire time of the sync's schedule that a run is for.
    fired_for: datetime | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The claim on a run, and all that its steps need."""

    parts: Parts
    claim: Claim
    order: Order
    #: When patience ends; None: never.
    until: datetime | None

    @classmethod
    def begin(cls, parts: Parts, claim: Claim, order: Order) -> Work:
        """Work that begins now."""
        return cls(parts, claim, order, parts.clock.now() + order.max_wait if order.max_wait else None)

    @property
    def run(self) -> Run:
        """The run as the ledger has it now."""
        return self.parts.ledger.runs.get(self.claim.run_id)

    @property
    def plan(self) -> Plan | None:
        """The saved plan that the run delivers, if it was opened with one."""
        made = self.run.plan
        return self.parts.ledger.plans.get(made) if made else None

    @property
    def name(self) -> str:
        """What the run's sync is called in the settings now."""
        return carrier_of(self.parts, self.run)

    @property
    def sync(self) -> Sync:
        """The settings of the run's sync."""
        return self.parts.sync(self.name)

    @property
    def audience(self) -> AudienceTarget:
        """The settings of the run's audience."""
        return self.parts.audience(self.name)

    @property
    def dataset(self) -> DatasetTarget:
        """The settings of the run's dataset."""
        return self.parts.dataset(self.name)

    @property
    def accepted(self) -> frozenset[str]:
        """Guards that may trip: by this order, or by the one that opened the run."""
        return self.order.accept.union(self.run.accepted_guards)

    @property
    def folder(self) -> Path:
        """Where the run's own files are written."""
        return self.parts.home.run(self.claim.run_id)

    def file(self, part: str) -> Path:
        """The path of a file of the plan: a run that was opened with a saved plan has it in that plan's folder."""
        return planned_folder(self.parts, self.run) / self.run.files[part].name


def carrier_of(parts: Parts, run: Run) -> str:
    """The sync that carries a run: the one that opened it, or what fills its audience since the sync's targets were written anew."""
    syncs = parts.settings.syncs
    mine = (name for name in syncs if written_name(name) == written_name(run.sync))
    return next((name for name in mine if target_of(name, syncs[name]) == run.target), run.sync)


def target_of(name: str, sync: Sync) -> str:
    """The key of the audience or dataset that a sync writes to: equal for two syncs that fill the same one."""
    if audience := sync.to.audience:
        return f"{audience.connection}/{audience.external_id}"
    dataset = sync.to.dataset
    return f"{_DATASET}{dataset.connection}/{dataset.id}" if dataset else name


def is_dataset(target: str) -> bool:
    """Whether the key is that of a dataset: no connection's name has a colon."""
    return target.startswith(_DATASET)


def planned_folder(parts: Parts, run: Run) -> Path:
    """Where the files lie that a run's plan consists of."""
    return parts.home.plan(run.plan) if run.plan else parts.home.run(run.id)
