"""Sources that other packages bring, by an entry point of the group `lading.sources`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import polars as pl

from lading.errors import LadingError, SettingsError
from lading.model.frames import ROW
from lading.sources.source import Source, SourceFrame

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
    maker = _loaded(known[name], where)
    with _fault_of(name, where):
        return Foreign(maker(wanted), name, where)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A source of somebody else's: its faults are told as such, and a frame of another shape goes no further."""

    source: Source
    name: str
    where: str

    def version(self) -> str:
        """As the source says."""
        with _fault_of(self.name, self.where):
            return self.source.version()

    def columns(self) -> tuple[str, ...]:
        """As the source says."""
        with _fault_of(self.name, self.where):
            return tuple(self.source.columns())

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """As the source gives them."""
        columns = [ROW, *self.columns()]
        with _fault_of(self.name, self.where):
            frames = iter(self.source.frames(batch_rows))
        while True:
            with _fault_of(self.name, self.where):
                frame = next(frames, None)
                if frame is not None and (
                    frame.rows.columns != columns
                    or frame.rows.dtypes != [pl.UInt64, *[pl.String] * (len(columns) - 1)]
                    or frame.read != frame.rows.height + frame.bad_rows.height
                ):
                    raise TypeError
            if frame is None:
                return
            yield frame


@contextmanager
def _fault_of(name: str, where: str) -> Iterator[None]:
    """Whatever the package's code raises that is no error of ours. Its words may hold anything, so they are not shown."""
    try:
        yield
    except LadingError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, it is theirs)
        raise SettingsError(
            f"the package that brings the source {name!r} does not do what a source has to ({type(error).__name__}): that is a fault of "
            "that package. Tell its author, who finds it with lading.sources.conformance.check",
            where=where, code="source_fault",
        ) from None  # fmt: skip


def _loaded(entry: EntryPoint, where: str) -> Maker:
    try:
        maker: Maker = entry.load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"the source {entry.name!r} cannot be loaded from {entry.value} ({type(error).__name__}): install its package anew",
            where=where, code="unknown_source",
        ) from error  # fmt: skip
    return maker
