"""The dataset of a sync at Amazon: the questions that a run asks, each with patience for what passes by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from lading import amazon
from lading.amazon import AmazonClient, AmcInstance
from lading.clock import Clock
from lading.deliver.pace import Pace
from lading.deliver.retry import decide
from lading.destinations.answers import explained
from lading.errors import SettingsError, StillProcessing
from lading.ledger.dataset_rows import Upload
from lading.service.amc_account import account_of
from lading.service.parts import Parts
from lading.settings.datasets import DatasetTarget

Answer = TypeVar("Answer")

#: An upload without an end is younger than this: nothing of Amazon's takes a day.
_UNFINISHED_SINCE: Final = timedelta(days=2)
#: Clocks differ: what was begun at a moment may stand in Amazon's list with one before it (durability.md, LOOKUP).
_CLOCKS_DIFFER: Final = timedelta(minutes=5)

_PASSING: Final = (amazon.Throttled, amazon.ServerError, amazon.NoAnswer)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtAmazon:
    """One dataset in one instance, seen through one connection."""

    client: AmazonClient
    instance: AmcInstance
    dataset_id: str
    connection: str
    clock: Clock
    pace: Pace
    jitter: Callable[[], float]
    #: When patience ends; None: never.
    until: datetime | None = None

    def dataset(self) -> amazon.Dataset | None:
        """What Amazon keeps of the dataset; None where there is none."""

        def ask() -> amazon.Dataset | None:
            try:
                return self.client.datasets.get(self.instance, self.dataset_id)
            except amazon.NotFound:
                return None

        return self.asked(ask)

    def unfinished(self) -> tuple[amazon.Upload, ...]:
        """Uploads of the dataset that Amazon has not finished, whoever made them."""
        found = self._uploads(self.clock.now() - _UNFINISHED_SINCE)
        return tuple(one for one in found if not one.state.final)

    def find(self, upload: Upload, since: datetime) -> tuple[amazon.Upload, ...]:
        """All uploads that Amazon has of these files, oldest first: each run's files lie in a folder of their own."""
        found = self._uploads(since - _CLOCKS_DIFFER)
        mine = (
            one for one in found if (one.source.bucket, one.source.prefix) == (upload.bucket, upload.prefix)
        )
        return tuple(sorted(mine, key=lambda one: (one.created_at is None, one.created_at)))

    def uploads(self, since: datetime) -> tuple[amazon.Upload, ...]:
        """All uploads of the dataset since a moment, whoever made them."""
        return self._uploads(since - _CLOCKS_DIFFER)

    def upload(self, upload_id: str) -> amazon.Upload | None:
        """Where an upload stands; None where Amazon does not know it, or not yet."""

        def ask() -> amazon.Upload | None:
            try:
                return self.client.uploads.get(self.instance, self.dataset_id, upload_id)
            except amazon.NotFound:
                return None

        return self.asked(ask)

    def asked(self, ask: Callable[[], Answer]) -> Answer:
        """The answer to something that may be asked again and again. Raises our words for what does not pass by itself."""
        failures = 0
        while True:
            try:
                return ask()
            except _PASSING as error:
                failures += 1
                self._wait(error, failures)
            except amazon.AmazonError as error:
                raise explained(error, self.connection) from error

    def sleep(self, moment: datetime) -> None:
        """Until that moment, or until patience ends."""
        self.clock.sleep_until(moment if self.until is None else min(moment, self.until))

    @property
    def patience_is_over(self) -> bool:
        """Nobody wants to wait any longer."""
        return self.until is not None and self.clock.now() >= self.until

    def _wait(self, error: amazon.AmazonError, failures: int) -> None:
        decision = decide(error, failures, self.jitter())
        if decision.give_up:
            raise explained(error, self.connection) from error
        if isinstance(error, amazon.Throttled):
            self.pace.pause(decision.wait)
        if self.patience_is_over:
            raise StillProcessing(
                f"Amazon does not answer ({error}), and the time to wait is over. Nothing is lost: the same command goes on",
                where=f"connection {self.connection}",
            ) from error
        self.sleep(self.clock.now() + decision.wait)

    def _uploads(self, since: datetime) -> tuple[amazon.Upload, ...]:
        return self.asked(
            lambda: self.client.uploads.list(self.instance, dataset_id=self.dataset_id, created_after=since)
        )


def at_amazon(parts: Parts, target: DatasetTarget, until: datetime | None = None) -> AtAmazon:
    """The dataset of a target, for a process that waits no longer than `until`."""
    return at_connection(parts, target.connection, target.id, until)


def at_connection(parts: Parts, connection: str, dataset_id: str, until: datetime | None = None) -> AtAmazon:
    """A dataset that a connection leads to."""
    return AtAmazon(
        client=parts.amazon(connection), instance=instance_of(parts, connection), dataset_id=dataset_id,
        connection=connection, clock=parts.clock, pace=parts.pace(connection), jitter=parts.jitter, until=until,
    )  # fmt: skip


def instance_of(parts: Parts, connection: str) -> AmcInstance:
    """The AMC instance that a connection leads to."""
    amc = parts.connection(connection).amc
    if amc is None:
        raise SettingsError(
            "has no `amc:`, and datasets lie in an AMC instance: write account_id, marketplace_id and instance_id there",
            where=f"connections.{connection}", code="no_instance",
        )  # fmt: skip
    return AmcInstance(amc.instance_id, account_of(parts, connection, amc), amc.marketplace_id)
