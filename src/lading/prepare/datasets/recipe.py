"""What to do with the rows of a dataset: its columns, the people in them, and what may stay in clear, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from lading.model.frames import Schema
from lading.prepare.recipe import Recipe

#: Amazon's types of columns. Source: Amazon's "Advertiser data upload" OpenAPI, `Column.dataType`.
DataType = Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"]

#: How events are parted: by hour, day or month.
Period = Literal["PT1H", "P1D", "P1M"]

#: How each type is kept. A DECIMAL has two places.
TYPES: Final[Mapping[DataType, pl.DataType]] = {
    "STRING": pl.String(),
    "DECIMAL": pl.Decimal(38, 2),
    "INTEGER": pl.Int32(),
    "LONG": pl.Int64(),
    "TIMESTAMP": pl.Datetime("us", "UTC"),
    "DATE": pl.Date(),
}

#: Beside the dataset's own columns, whose names begin with a letter: the number of the row in the input, from 1, and the
#: beginning of its partition in UTC, null where the dataset is a table.
ROW_NUMBER: Final = "__row"
PARTITION: Final = "__partition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a dataset, and the column of the source that it is filled from."""

    name: str
    source: str
    type: DataType = "STRING"
    nullable: bool = True
    #: Whether it says when the row happened.
    event_time: bool = False
    #: The zone of times that name none.
    timezone: str | None = None
    #: Our name of the identifier that is hashed here: `email` and so on, or `country`.
    identifier: str | None = None
    #: Our name of the id of others that it is, which passes as it is: `maid` and so on.
    external: str | None = None
    #: Whether it is the country of the row.
    country: bool = False
    #: Our name of the consent signal in it: `tcf` and so on.
    consent: str | None = None
    #: Whether the whole value is hashed.
    hash: bool = False

    @property
    def hashed(self) -> bool:
        """Whether its values leave as hashes only."""
        return self.hash or self.identifier is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRecipe:
    """How rows of a source become rows of a dataset."""

    columns: tuple[Column, ...]
    #: Null for a table.
    period: Period | None
    #: The people in the rows: identity rules, default country, consent, and who was erased.
    people: Recipe
    #: Columns of the source that nothing is filled from. They stay here, but are searched for raw identifiers.
    unnamed: tuple[str, ...] = ()
    #: Columns of the source that may hold raw identifiers, with the reason.
    allow: Mapping[str, str] = field(default_factory=dict)

    @property
    def event_time(self) -> Column | None:
        """The column that says when a row happened; None for a table."""
        return next((column for column in self.columns if column.event_time), None)

    @property
    def has_identifiers(self) -> bool:
        """Whether Amazon looks for the people of the rows."""
        return any(column.identifier or column.external for column in self.columns)

    @property
    def searched(self) -> tuple[str, ...]:
        """Columns of the source in which no raw identifier may stand: all but those that are hashed or dropped."""
        sent = [column.source for column in self.columns if not column.hashed]
        return tuple(dict.fromkeys([*sent, *self.unnamed]))

    @property
    def schema(self) -> Schema:
        """The rows as they are kept."""
        own: Schema = {column.name: TYPES[column.type] for column in self.columns}
        return {ROW_NUMBER: pl.UInt64(), PARTITION: TYPES["TIMESTAMP"], **own}
