"""The working parts that every question is answered with; `wiring` puts them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lading.clock import Clock
from lading.errors import SettingsError
from lading.ledger import Ledger, Worker
from lading.ledger.erasure_key import ErasureKey
from lading.nearest import hint
from lading.service.home import Home
from lading.service.progress import Progress
from lading.settings import Settings
from lading.settings.connections import Connection
from lading.settings.datasets import DatasetTarget
from lading.settings.reading import From
from lading.settings.syncs import Sync
from lading.settings.targets import AudienceTarget

# A command loads what it uses: Amazon's client, AWS's library and readers of files take a while.
if TYPE_CHECKING:
    from lading.amazon import AmazonClient, Credentials, Region, TokenStore
    from lading.aws import Aws
    from lading.deliver.pace import Pace
    from lading.destinations.bucket import Bucket
    from lading.notices.notice import Post
    from lading.sources.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Made once a command or request. The callables make what needs a secret or a file only when it is asked for."""

    settings: Settings
    home: Home
    clock: Clock
    ledger: Ledger
    worker: Worker
    erasure_key: ErasureKey
    progress: Progress
    #: By connection name.
    amazon: Callable[[str], AmazonClient]
    #: The same grant at another region's host.
    amazon_in: Callable[[str, Region], AmazonClient]
    pace: Callable[[str], Pace]
    credentials: Callable[[str], Credentials]
    tokens: Callable[[str], TokenStore]
    #: Of a sync, or the file given instead of its own.
    source: Callable[[Sync, Path | None], Source]
    #: What is read of a source, whether a sync reads it or not.
    source_named: Callable[[From], Source]
    #: What replaces Amazon's hosts, by connection name.
    endpoint: Callable[[str], str | None]
    #: A number in 0..1, for waits that should not all end at once.
    jitter: Callable[[], float]
    #: Opened only when there is something to tell.
    post: Callable[[], Post]
    #: AWS by its own chain of credentials, opened only for datasets.
    aws: Callable[[], Aws]
    #: By bucket name.
    bucket: Callable[[str], Bucket]
    #: Who asks, where it is not somebody at this machine: a key of the server.
    who: str | None = None

    @property
    def doer(self) -> str:
        """What the audit calls whoever does something."""
        return self.who or str(self.worker.owner)

    def connection(self, name: str) -> Connection:
        """The settings of connection `name`."""
        if name not in self.settings.connections:
            raise self._unknown("connection", name, tuple(self.settings.connections))
        return self.settings.connections[name]

    def sync(self, name: str) -> Sync:
        """The settings of sync `name`, which has one target; one of several is `SYNC/TARGET`."""
        if (found := self.settings.syncs.get(name)) is not None:
            return found
        several = self.carried(name)
        if len(several) == 1:
            return self.settings.syncs[several[0]]
        raise SettingsError(
            f"sync {name} has several targets: name one of them, {', '.join(several)}",
            where=str(self.settings.path),
            code="several_targets",
        )

    def carried(self, name: str) -> tuple[str, ...]:
        """What sync `name` carries to, target by target: names that `sync` knows."""
        if found := self.settings.carried(name):
            return found
        raise self._unknown("sync", name, (*self.settings.written_syncs, *self.settings.syncs))

    def audience(self, name: str) -> AudienceTarget:
        """The audience that sync `name` carries to."""
        target = self.sync(name).to.audience
        if target is None:
            raise SettingsError(
                "carries a dataset, and this is for audiences", where=f"syncs.{name}", code="dataset"
            )
        return target

    def dataset(self, name: str) -> DatasetTarget:
        """The dataset that sync `name` carries to."""
        target = self.sync(name).to.dataset
        if target is None:
            raise SettingsError(
                "carries an audience, and this is for datasets", where=f"syncs.{name}", code="no_dataset"
            )
        return target

    def _unknown(self, what: str, name: str, known: tuple[str, ...]) -> SettingsError:
        return SettingsError(
            f"there is no {what} {name!r} in it; {hint(name, known)}",
            where=str(self.settings.path),
            code=f"unknown_{what}",
        )
