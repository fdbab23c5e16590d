"""Sources that other packages bring, by an entry point of the group `lading.sources`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from lading.errors import SettingsError
from lading.sources.source import Source

GROUP: Final = "lading.sources"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sync reads of a source that a package brings: `path` or `query`, never both."""

    path: str | None
    query: str | None
    #: What stands in the settings, secrets among it, so it is not shown.
    options: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Wanted(path={self.path!r}, query=***, options=***)"


#: What an entry point leads to.
Maker = Callable[[Wanted], Source]


def plugged(name: str, wanted: Wanted, where: str) -> Source:
    """The source that the package behind `name` makes. Raises SettingsError where no package brings one of this name."""
    known = {one.name: one for one in entry_points(group=GROUP)}
    if name not in known:
        brought = f"there are {', '.join(sorted(known))}" if known else "there are none"
        raise SettingsError(
            f"no installed package brings a source {name!r} ({brought}): install it beside Lading",
            where=where, code="unknown_source",
        )  # fmt: skip
    return _loaded(known[name], where)(wanted)


def _loaded(entry: EntryPoint, where: str) -> Maker:
    try:
        maker: Maker = entry.load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"the source {entry.name!r} cannot be loaded from {entry.value} ({type(error).__name__}): install its package anew",
            where=where, code="unknown_source",
        ) from error  # fmt: skip
    return maker
