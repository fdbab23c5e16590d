"""A source of which only some columns are handed on, perhaps under other names, and with strings that no row holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.nearest import hint
from lading.settings.output import BuiltString, Segment
from lading.settings.reading import From
from lading.sources.source import Source, SourceFrame


def handed_on(source: Source, wanted: From, now: datetime) -> Source:
    """`source` as the settings hand it on: itself, where they say nothing of that. `now`: the moment of the reading."""
    if wanted.columns is None and not wanted.strings:
        return source
    strings = {name: _built(one, wanted.segment or Segment(), now) for name, one in wanted.strings.items()}
    moving = frozenset(name for name, one in wanted.strings.items() if one.value == "timestamp")
    return Output(source, wanted.columns, strings, moving)


@dataclass(frozen=True, slots=True)
class Output:
    """Columns of a source under their output names, and built strings after them."""

    source: Source
    #: Output name -> column; None: all as they are.
    chosen: Mapping[str, str] | None
    strings: Mapping[str, str]
    #: Strings that are others each time: rows are no others because of them.
    moving: frozenset[str] = frozenset()

    def version(self) -> str:
        """Changes with the source and with what is handed on of it."""
        lasting = {name: text for name, text in self.strings.items() if name not in self.moving}
        told = json.dumps([self.source.version(), self.chosen, lasting, sorted(self.moving)])
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def columns(self) -> tuple[str, ...]:
        """The output names: the chosen ones, then the strings."""
        return (*self._columns(), *self.strings)

    def frames(self, batch_rows: int) -> Iterator[SourceFrame]:
        """All rows of the source."""
        columns = self._columns()
        built = [pl.lit(text, pl.String).alias(name) for name, text in self.strings.items()]
        for frame in self.source.frames(batch_rows):
            kept = [pl.col(column).alias(name) for name, column in columns.items()]
            yield replace(frame, rows=frame.rows.select(ROW, *kept, *built))

    def _columns(self) -> dict[str, str]:
        """Output name -> column, as the source spells it."""
        known = self.source.columns()
        chosen = dict.fromkeys(known) if self.chosen is None else self.chosen
        found = {name: name if column is None else _spelled(column, known) for name, column in chosen.items()}
        if twice := found.keys() & self.strings.keys():
            raise SettingsError(
                f"is the name of a column that is handed on already: give the string another one, or choose `columns:` without "
                f"{min(twice)!r}", where=f"from.strings.{min(twice)}", code="unknown_column",
            )  # fmt: skip
        return found


def _spelled(column: str, known: tuple[str, ...]) -> str:
    """As written, else in any case."""
    alike = [one for one in known if one.casefold() == column.casefold()]
    if column in known or len(alike) == 1:
        return column if column in known else alike[0]
    raise SettingsError(
        f"the source has no column {column!r}; {hint(column, known)}",
        where="from.columns",
        code="unknown_column",
    )


def _built(string: BuiltString, segment: Segment, now: datetime) -> str:
    if string.value == "timestamp":
        return f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    said = string.text if string.value is None else segment.facts()[string.value]
    return said or ""
