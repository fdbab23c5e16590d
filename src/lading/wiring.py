"""Settings -> working parts: the only file that knows every concrete class, and loads each when it is first asked for."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakSet, finalize

from lading import settings
from lading.clock import Clock, DoorClock, RealClock
from lading.errors import AccessError, SettingsError
from lading.ledger import Ledger, Worker, open_home
from lading.ledger.erasure_key import ErasureKey
from lading.service.home import Home
from lading.service.parts import Parts
from lading.service.progress import Progress, Silence
from lading.service.work import target_of
from lading.settings import Settings
from lading.settings.connections import Connection
from lading.settings.reading import From
from lading.settings.segment import SegmentSource
from lading.settings.syncs import Sync

if TYPE_CHECKING:  # a command that only looks at the ledger waits for none of these
    from lading.amazon import AmazonClient, Credentials, Region
    from lading.aws import Aws
    from lading.deliver.pace import Pace
    from lading.destinations.bucket import Bucket
    from lading.notices.notice import Post
    from lading.sources.events import EventSource
    from lading.sources.source import Source


@contextmanager
def build(
    config: Path | None,
    environ: Mapping[str, str],
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Parts]:
    """The parts for one command. What it opens is closed at the end. Once `stop` is set, whoever waits in it is interrupted.

    Raises:
        SettingsError: lading.yaml, the home folder or the ledger is not as it has to be.

    """
    with open_house(config, environ, progress=progress, stop=stop) as house:
        yield house.parts()


@contextmanager
def open_house(
    config: Path | None,
    environ: Mapping[str, str],
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Iterator[House]:
    """What parts are made of, for as long as a server runs."""
    path = settings.locate(config, environ)
    known = settings.load(path, environ)
    home = Home(known.home_folder)
    home.open()
    with ExitStack() as stack:
        time = stack.enter_context(clock_of(environ, stop))
        worker = stack.enter_context(Worker(home.path))
        url = known.ledger.reveal_if_set() if known.ledger else None
        ledger = stack.enter_context(open_home(home.path, time, environ=environ, url=url))
        house = House(path, environ, home, time, worker, ledger, progress or Silence())
        stack.callback(house.close)
        yield house


@dataclass(slots=True)
class House:
    """All that stays as it is while settings change."""

    path: Path
    environ: Mapping[str, str]
    home: Home
    clock: Clock
    worker: Worker
    ledger: Ledger
    progress: Progress
    _known: tuple[int, Parts] | None = None
    #: Those who are still in use: whoever began by older settings ends by them.
    _makers: WeakSet[_Makers] = field(default_factory=WeakSet)

    def parts(self) -> Parts:
        """The parts by the settings as they are now: those of the file as it was read, and those that the ledger has."""
        change = self.ledger.made.change()
        if self._known is None or self._known[0] != change:
            known = settings.load(self.path, self.environ, self.ledger.made.all())
            _check_events(known)
            self._known = change, self._parts(known)
        return self._known[1]

    def close(self) -> None:
        """Close what was opened for any settings."""
        for makers in tuple(self._makers):
            makers.stack.close()

    def _parts(self, known: Settings) -> Parts:
        makers = _Makers(known, self.home, self.environ, self.clock, self.ledger)
        self._makers.add(makers)
        return Parts(
            settings=known, home=self.home, clock=self.clock, ledger=self.ledger, worker=self.worker,
            progress=self.progress, erasure_key=ErasureKey(self.home.path, self.environ),
            amazon=makers.client, amazon_in=makers.client_in, pace=makers.pace, credentials=makers.credentials,
            tokens=makers.tokens, source=makers.source, source_named=makers.source_named, endpoint=makers.endpoint,
            jitter=random.random, post=_post, aws=makers.aws, bucket=makers.bucket,
        )  # fmt: skip


@contextmanager
def clock_of(environ: Mapping[str, str], stop: threading.Event | None = None) -> Iterator[Clock]:
    """The machine's clock, or the sandbox's (`LADING_CLOCK=<url>`)."""
    if door := environ.get("LADING_CLOCK"):
        with closing(DoorClock(_address(door, "LADING_CLOCK"), stop)) as clock:
            yield clock
    else:
        yield RealClock(stop)


def _check_events(known: Settings) -> None:
    """What only the dialect of events can tell; most settings have none."""
    if any(isinstance(one, SegmentSource) for one in known.sources.values()):
        from lading.service.events.destinations import check_destinations

        check_destinations(known)


def _post() -> Post:
    from lading.notices.post import ApprisePost

    return ApprisePost()


def _address(url: str, where: str) -> str:
    """An address that stands in for another, seen to be one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            "is no address: write http://HOST:PORT or https://HOST", where=where, code="wrong_address"
        )
    return url


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Where a connection's refresh token lies: the ledger, encrypted, or by reference in the settings."""

    name: str
    settings: Connection
    ledger: Ledger

    def refresh_token(self) -> str:
        if kept := self.ledger.secrets.get(self._key):
            return kept.decode()
        if self.settings.refresh_token is not None:
            return self.settings.refresh_token.reveal()
        raise AccessError(
            f"is not signed in yet. Run `lading connect {self.name}`",
            where=f"connection {self.name}",
            code="not_connected",
        )

    def save_refresh_token(self, token: str) -> None:
        self.ledger.secrets.put(self._key, token.encode())

    @property
    def _key(self) -> str:
        return f"refresh_token/{self.name}"


@dataclass(slots=True, eq=False, weakref_slot=True)
class _Makers:
    """Makes what needs a secret or a file, when it is asked for, and only once where it holds a token or a socket.

    What it opened is closed when nobody works by its settings any more.
    """

    settings: Settings
    home: Home
    environ: Mapping[str, str]
    clock: Clock
    ledger: Ledger
    stack: ExitStack = field(default_factory=ExitStack)
    _clients: dict[str, AmazonClient] = field(default_factory=dict)
    _paces: dict[str, Pace] = field(default_factory=dict)
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _aws: Aws | None = None

    def __post_init__(self) -> None:
        finalize(self, self.stack.close)

    def client(self, name: str) -> AmazonClient:
        from lading.amazon import Region

        if name not in self._clients:
            region = Region(self.settings.connections[name].region)
            self._clients[name] = self.stack.enter_context(self.client_in(name, region))
        return self._clients[name]

    def client_in(self, name: str, region: Region) -> AmazonClient:
        from lading.amazon import AmazonClient

        connection = self.settings.connections[name]
        return AmazonClient(
            region, self.credentials(name), self.tokens(name), clock=self.clock, pace=self.pace(name),
            endpoint=self.endpoint(name), ads_account_id=connection.ads_account_id,
        )  # fmt: skip

    def pace(self, name: str) -> Pace:
        from lading.deliver.pace import Pace
        from lading.ledger.rows import Pace as Allowance

        if name not in self._paces:
            connection = self.settings.connections[name]
            scope = f"{connection.region}/{connection.profile_id}"
            allowance = Allowance(
                scope, connection.requests_per_second, connection.requests_per_hour,
                lane=connection.connection_id or name, records_per_hour=connection.records_per_hour,
            )  # fmt: skip
            self._paces[name] = Pace(self.ledger, self.clock, allowance)
        return self._paces[name]

    def credentials(self, name: str) -> Credentials:
        from lading.amazon import Credentials

        connection = self.settings.connections[name]
        return Credentials(connection.client_id.reveal(), connection.client_secret.reveal())

    def tokens(self, name: str) -> _Tokens:
        return _Tokens(name, self.settings.connections[name], self.ledger)

    def endpoint(self, name: str) -> str | None:
        given = self.settings.connections[name].endpoint
        url = (given.reveal_if_set() if given else None) or self.environ.get("LADING_AMAZON_URL") or None
        return url and _address(url, f"connections.{name}.endpoint or LADING_AMAZON_URL")

    def aws(self) -> Aws:
        from lading.aws import Aws

        if self._aws is None:
            self._aws = Aws(self.environ)
        return self._aws

    def bucket(self, name: str) -> Bucket:
        from lading.destinations.bucket import Bucket

        if name not in self._buckets:
            self._buckets[name] = Bucket(name, self.aws())
        return self._buckets[name]

    def source(self, sync: Sync, given: Path | None) -> Source:
        from lading.sources.files import FileSource
        from lading.sources.output import handed_on

        where = sync.from_
        if given is not None:
            file = FileSource(given.parent, given.name, encoding=where.encoding, delimiter=where.delimiter)
            return handed_on(file, where, self.clock.now())
        if isinstance(self.settings.sources[where.source], SegmentSource):
            return self._events(sync)
        return self.source_named(where)

    def source_named(self, wanted: From) -> Source:
        from lading.sources.making import made
        from lading.sources.output import handed_on

        return handed_on(made(wanted, self.settings, self.aws), wanted, self.clock.now())

    def _events(self, sync: Sync) -> EventSource:
        from lading.service.events.settling import waiting_events

        named = next(name for name, one in self.settings.syncs.items() if one is sync)
        return waiting_events(self.home, self.ledger, target_of(named, sync))
