"""lading.yaml as a whole."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from lading.settings.connections import Connection
from lading.settings.retention import Retention
from lading.settings.secret import SecretReference
from lading.settings.shape import Shape
from lading.settings.sources import Source
from lading.settings.syncs import Sync
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
    connections: dict[Name, Connection] = Field(
        default={}, description="Grants at Amazon, each under a name that syncs use."
    )
    sources: dict[Name, Source] = Field(
        default={}, description="Where rows lie, each under a name that syncs use."
    )
    syncs: dict[Name, Sync] = Field(
        default={},
        description="What goes where, each under the name that commands take: `lading apply NAME`.",
    )
    retention: Retention = Field(default=Retention(), description="How long files of people are kept.")
    notify: tuple[Notify, ...] = Field(
        default=(), description="Who is told of what, by mail, chat or webhook."
    )

    _path: Path = PrivateAttr(default=Path("lading.yaml"))
    _environ: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _default_external_ids(cls, data: Any) -> Any:
        return _with_external_ids(data)

    def model_post_init(self, context: Any, /) -> None:
        """Keeps where the file lies and what its environment was."""
        self._path = (context or {}).get("path", self._path)
        self._environ = (context or {}).get("environ", {})

    @property
    def path(self) -> Path:
        """The file that these settings come from."""
        return self._path

    @property
    def home_folder(self) -> Path:
        """LADING_HOME, else `home:`, else .lading beside the file."""
        if chosen := self._environ.get("LADING_HOME"):
            return Path(chosen)
        return self._path.parent / (self.home or ".lading")


def nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """`did you mean "x"?`, or all that are known; empty when nothing is."""
    if close := difflib.get_close_matches(name, list(known), n=1, cutoff=0.6):
        return f'did you mean "{close[0]}"?'
    return f"known: {', '.join(sorted(known))}" if known else ""


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
    audience = target.get("audience") if isinstance(target, dict) else None
    if not (isinstance(target, dict) and isinstance(audience, dict)) or "external_id" in audience:
        return sync
    return sync | {"to": target | {"audience": audience | {"external_id": slug(name)}}}
