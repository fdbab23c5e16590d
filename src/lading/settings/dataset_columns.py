"""The columns of a dataset: what each holds, and what becomes of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from lading.settings.shape import Shape, wrong
from lading.settings.values import Switch, TimeZone

#: Source of the kinds and limits: Amazon's "Advertiser data upload" OpenAPI, DataSet and Column.
MAX_COLUMNS: Final = 100
DataType = Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"]
#: Identifiers that are hashed here: Amazon's `hashedPii`.
HashedIdentifier = Literal[
    "ADDRESS", "CITY", "COUNTRY_CODE", "EMAIL", "FIRST_NAME", "LAST_NAME", "PHONE", "STATE", "ZIP"
]
#: Ids of others that pass as they are: Amazon's `externalIdentity`.
ExternalIdentifier = Literal[
    "EXPERIAN", "IDFA", "KANTAR", "LIVERAMP", "MAID", "MERKLE", "NEUSTAR", "REALID", "SAMBATV"
]
ConsentType = Literal["TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE"]

#: Amazon fills these two, and overwrites what an upload says of them.
AMAZONS_OWN: Final = ("user_id", "user_id_type")
_EVENT_TYPES: Final = ("TIMESTAMP", "DATE")
#: Marks that make a column a STRING and a DIMENSION by themselves.
_MARKS: Final = ("identifier", "consent", "country", "hash")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,126}", re.ASCII)


class DatasetColumn(Shape):
    """One column of a dataset."""

    type: DataType | None = Field(
        default=None,
        description="The type of its values: STRING, DECIMAL, INTEGER, LONG, TIMESTAMP, DATE. "
        "Identifiers, consent, country and hashed columns are STRING and need none.",
    )
    kind: Literal["DIMENSION", "METRIC"] = Field(
        default="DIMENSION", description="DIMENSION to group by, METRIC to add up."
    )
    source: str | None = Field(
        default=None,
        min_length=1,
        description="The column of the source that it is filled from, where that has another name.",
    )
    event_time: Switch = Field(
        default=False,
        description="This is when the row happened. A dataset with one has events, else it is a table.",
    )
    timezone: TimeZone | None = Field(
        default=None,
        description="The time zone of times that name none, such as Europe/Berlin. Left out, a row with such a time is rejected. "
        "For `type: TIMESTAMP`.",
    )
    identifier: HashedIdentifier | ExternalIdentifier | None = Field(
        default=None,
        description="This identifies a person. E-mail, names, places and phones (ADDRESS, CITY, COUNTRY_CODE, EMAIL, FIRST_NAME, "
        "LAST_NAME, PHONE, STATE, ZIP) are hashed here unless they are already; ids of others (MAID, IDFA, LIVERAMP, EXPERIAN, "
        "KANTAR, MERKLE, NEUSTAR, REALID, SAMBATV) pass as they are.",
    )
    country: Switch = Field(default=False, description="This is the row's country, two capital letters.")
    consent: ConsentType | None = Field(
        default=None, description="This is a consent signal of the named kind."
    )
    hash: Switch = Field(
        default=False,
        description="Only the SHA-256 of each whole value is sent: for a key that would tell who a person is.",
    )
    nullable: Switch = Field(default=True, description="Whether a row may leave it empty.")
    description: str = Field(
        default="", max_length=255, description="What the column holds, for people who query it."
    )

    @property
    def data_type(self) -> DataType:
        """Its type at Amazon."""
        return self.type or "STRING"

    @property
    def hashed_identifier(self) -> bool:
        """True for an identifier that is sent as a hash."""
        return self.identifier in get_args(HashedIdentifier)

    @property
    def external_identifier(self) -> bool:
        """True for an id of others, which is neither normalized nor hashed."""
        return self.identifier in get_args(ExternalIdentifier)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        marks = [name for name in _MARKS if getattr(self, name)]
        if not marks and self.type is None:
            raise wrong("a column needs `type:`, or one of `identifier:`, `consent:`, `country:`, `hash:`")
        if len(marks) > 1:
            raise wrong(f"a column is one thing: keep one of `{'`, `'.join(marks)}`")
        if marks and (self.type not in (None, "STRING") or self.kind == "METRIC"):
            raise wrong(
                f"a column with `{marks[0]}:` is a STRING and a DIMENSION: leave out `type:` and `kind:`"
            )
        if self.event_time and (self.type not in _EVENT_TYPES or self.kind == "METRIC"):
            raise wrong("the event's time has `type: TIMESTAMP` or `type: DATE`, and is a DIMENSION")
        if self.timezone and self.type != "TIMESTAMP":
            raise wrong("`timezone:` goes with `type: TIMESTAMP` only: leave it out")
        return self


def _named(columns: dict[str, DatasetColumn]) -> dict[str, DatasetColumn]:
    for name, column in columns.items():
        if name.lower() in AMAZONS_OWN:
            raise wrong(
                f"{name} is filled by Amazon, which overwrites what is sent: leave the column out, or send it by another "
                f"name: `customer: {{source: {name}, type: {column.data_type}}}`"
            )
        if not _NAME.fullmatch(name):
            raise wrong(
                f'"{name}" is no name for a column at Amazon: lower-case letters, digits and _, a letter first. '
                f'Write another, and `source: "{name}"` in it'
            )
    return columns


def _once(columns: dict[str, DatasetColumn]) -> dict[str, DatasetColumn]:
    if sum(column.event_time for column in columns.values()) > 1:
        raise wrong("only one column can be the event's time")
    if sum(column.country for column in columns.values()) > 1:
        raise wrong("only one column can be the country")
    kinds = [column.consent for column in columns.values() if column.consent]
    if len(set(kinds)) < len(kinds):
        raise wrong("each kind of consent can stand in one column only")
    if len(columns) + (2 if any(_identifiers(columns)) else 0) > MAX_COLUMNS:
        raise wrong(
            f"Amazon takes {MAX_COLUMNS} columns, and adds user_id and user_id_type where there are identifiers: "
            "leave some out"
        )
    return columns


def _identifiers(columns: dict[str, DatasetColumn]) -> Iterator[str]:
    return (name for name, column in columns.items() if column.identifier)


#: Columns by name.
DatasetColumns = Annotated[dict[str, DatasetColumn], AfterValidator(_named), AfterValidator(_once)]
