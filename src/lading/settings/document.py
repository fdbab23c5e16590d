"""lading.yaml as a whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from lading.settings.connections import Connection
from lading.settings.retention import Retention
from lading.settings.secret import SecretReference
from lading.settings.server import Server
from lading.settings.shape import Shape
from lading.settings.sources import Source
from lading.settings.syncs import Sync
from lading.settings.treasure_data import TreasureData
from lading.settings.values import Name


class Notify(Shape):
    """Who is told of what, at the end of a run: one address of the kind that Apprise knows, such as `mailto://...`,
    `slack://...` or `jsons://...`.
    """

    on: tuple[Literal["done", "failed", "guard", "drift"], ...] = Field(
        min_length=1,
        description="What to tell: done, failed, guard (one tripped, nothing was sent), drift (Amazon's counts differ).",
    )
    to: SecretReference = Field(
        description="The address to tell it to, by reference, since it holds a password."
    )


class Settings(Shape):
    """All that lading.yaml says."""

    version: Literal[1] = Field(description="The version of this file's shape: 1.")
    home: str | None = Field(
        default=None,
        min_length=1,
        description="The folder of the ledger, the memberships and the runs; relative to this file; .lading if left out. "
        "The variable LADING_HOME goes before it.",
    )
    ledger: SecretReference | None = Field(
        default=None,
        description="The ledger's address, by reference, where it lies in PostgreSQL: postgresql://USER@HOST/DATABASE. "
        "Left out, it is a file in the home folder.",
    )
    connections: dict[Name, Connection] = Field(
        default={}, description="Grants at Amazon, each under a name that syncs use."
    )
    sources: dict[Name, Source] = Field(
        default={}, description="Where rows lie, each under a name that syncs use."
    )
    written_syncs: dict[Name, Sync] = Field(
        alias="syncs",
        default={},
        description="What goes where, each under the name that commands take: `lading apply NAME`.",
    )
    treasure_data: TreasureData = Field(
        default=TreasureData(),
        description="What names in Treasure Data's commands and workflows stand for: see `lading td`.",
    )
    retention: Retention = Field(default=Retention(), description="How long files of people are kept.")
    server: Server = Field(default=Server(), description="The limits of `lading serve`.")
    notify: tuple[Notify, ...] = Field(
        default=(), description="Who is told of what, by mail, chat or webhook."
    )

    _path: Path = PrivateAttr(default=Path("lading.yaml"))
    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _syncs: dict[str, Sync] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _default_external_ids(cls, data: Any) -> Any:
        return _with_external_ids(data)

    def model_post_init(self, context: Any, /) -> None:
        """Keeps where the file lies and what its environment was."""
        self._path = (context or {}).get("path", self._path)
        self._environ = (context or {}).get("environ", {})
        self._syncs = dict(expanded(self.written_syncs))

    @property
    def path(self) -> Path:
        """The file that these settings come from."""
        return self._path

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment that secrets are looked up in."""
        return self._environ

    @property
    def syncs(self) -> Mapping[str, Sync]:
        """Every sync with its one target. One with several is as many of them, by name: `SYNC/TARGET`."""
        return self._syncs

    def carried(self, name: str) -> tuple[str, ...]:
        """The names in `syncs` of what `name` stands for: itself, or all targets of a sync; none for an unknown name."""
        alone = written_name(name)
        if alone in self._syncs and name == f"{alone}/{target_names(self._syncs[alone])[0]}":
            return (alone,)
        return tuple(one for one in self._syncs if name in {one, written_name(one)})

    @property
    def home_folder(self) -> Path:
        """LADING_HOME, else `home:`, else .lading beside the file."""
        if chosen := self._environ.get("LADING_HOME"):
            return Path(chosen)
        return self._path.parent / (self.home or ".lading")


def written_name(name: str) -> str:
    """The sync's name in the file, of a `SYNC/TARGET` or of itself."""
    return name.partition("/")[0]


def expanded(written: Mapping[str, Sync]) -> Iterator[tuple[str, Sync]]:
    """Each sync as it is, or one for each of its targets: the rooms behind know syncs with one target only."""
    for name, sync in written.items():
        if len(sync.targets) == 1:
            yield name, sync
            continue
        for called, target in zip(target_names(sync), sync.targets, strict=True):
            yield f"{name}/{called}", sync.model_copy(update={"targets": (target,)})


def target_names(sync: Sync) -> tuple[str, ...]:
    """What a sync's targets are called: as written, else as their connection, with a number where that is taken."""
    goals = [target.audience or target.dataset for target in sync.targets]
    return _called([
        (target.name, goal.connection if goal else "")
        for target, goal in zip(sync.targets, goals, strict=True)
    ])  # fmt: skip


def _called(targets: Sequence[tuple[Any, Any]]) -> tuple[str, ...]:
    """Names for targets with these names and connections, as far as they have them."""
    names = [name for name, _ in targets]
    for place, (name, connection) in enumerate(targets):
        if name is None:
            spare = (f"{connection}-{number}" for number in count(2))
            names[place] = (
                connection if connection not in names else next(one for one in spare if one not in names)
            )
    return tuple(map(str, names))


def slug(name: str) -> str:
    """A name as an external id: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:128]


def _with_external_ids(data: Any) -> Any:
    """An audience without an external id gets its sync's name."""
    syncs = data.get("syncs") if isinstance(data, dict) else None
    if not isinstance(syncs, dict):
        return data
    return data | {"syncs": {name: _named(name, sync) for name, sync in syncs.items()}}


def _named(name: str, sync: Any) -> Any:
    target = sync.get("to") if isinstance(sync, dict) else None
    if isinstance(target, dict):
        return sync | {"to": _with_external_id(target, name)}
    if not isinstance(target, list):
        return sync
    if len(target) == 1:
        return sync | {"to": [_with_external_id(target[0], name)]}
    # Amazon may take an external id once only, whatever the instance, so each target has one of its own.
    called = _called([(_inner(one, "name"), _connection(one)) for one in target])
    return sync | {
        "to": [_with_external_id(one, f"{name}-{own}") for one, own in zip(target, called, strict=True)]
    }


def _with_external_id(target: Any, name: str) -> Any:
    audience = _inner(target, "audience")
    if not isinstance(audience, dict) or "external_id" in audience:
        return target
    return target | {"audience": audience | {"external_id": slug(name)}}


def _connection(target: Any) -> Any:
    goal = _inner(target, "audience") or _inner(target, "dataset")
    return _inner(goal, "connection") or ""


def _inner(block: Any, key: str) -> Any:
    return block.get(key) if isinstance(block, dict) else None
