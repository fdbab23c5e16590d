"""Datasets of AMC as targets: their columns, period and upload."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from lading.settings.shape import Shape, wrong
from lading.settings.values import Country, Duration, Switch

#: Source of the kinds and limits below: Amazon's "Advertiser data upload" OpenAPI, DataSet and Column.
MAX_COLUMNS: Final = 100
_EVENT_TYPES: Final = ("TIMESTAMP", "DATE")

DataType = Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"]
Identifier = Literal[
    "ADDRESS", "CITY", "COUNTRY_CODE", "EMAIL", "FIRST_NAME", "LAST_NAME", "PHONE", "STATE", "ZIP",
    "EXPERIAN", "IDFA", "KANTAR", "LIVERAMP", "MAID", "MERKLE", "NEUSTAR", "REALID", "SAMBATV",
]  # fmt: skip
ConsentType = Literal["TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE"]


class DatasetColumn(Shape):
    """One column of a dataset."""

    type: DataType | None = Field(
        default=None,
        description="The type of its values: STRING, DECIMAL, INTEGER, LONG, TIMESTAMP, DATE. "
        "Identifiers, consent and country are STRING and need none.",
    )
    kind: Literal["DIMENSION", "METRIC"] = Field(
        default="DIMENSION", description="DIMENSION to group by, METRIC to add up."
    )
    event_time: Switch = Field(
        default=False,
        description="This is when the row happened. A dataset with one has events, else it is a table.",
    )
    identifier: Identifier | None = Field(
        default=None,
        description="This identifies a person. E-mail, names, places and phones are hashed here.",
    )
    country: Switch = Field(default=False, description="This is the row's country, two capital letters.")
    consent: ConsentType | None = Field(
        default=None, description="This is a consent signal of the named kind."
    )
    nullable: Switch = Field(default=True, description="Whether a row may leave it empty.")
    description: str = Field(
        default="", max_length=255, description="What the column holds, for people who query it."
    )

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        special = [name for name in ("identifier", "consent", "country") if getattr(self, name)]
        if not special and self.type is None:
            raise wrong("a column needs `type:`, or one of `identifier:`, `consent:`, `country:`")
        if len(special) > 1:
            raise wrong(f"a column is one thing: keep one of `{'`, `'.join(special)}`")
        if special and (self.type not in (None, "STRING") or self.kind == "METRIC"):
            raise wrong(
                f"a column with `{special[0]}:` is a STRING and a DIMENSION: leave out `type:` and `kind:`"
            )
        if self.event_time and self.type not in _EVENT_TYPES:
            raise wrong("the event's time has `type: TIMESTAMP` or `type: DATE`")
        return self


def _columns(columns: dict[str, DatasetColumn]) -> dict[str, DatasetColumn]:
    folded = [name.lower() for name in columns]
    if twice := {name for name in folded if folded.count(name) > 1}:
        raise wrong(f"two columns have one name but for upper and lower case: {', '.join(sorted(twice))}")
    if sum(column.event_time for column in columns.values()) > 1:
        raise wrong("only one column can be the event's time")
    if sum(column.country for column in columns.values()) > 1:
        raise wrong("only one column can be the country")
    kinds = [column.consent for column in columns.values() if column.consent]
    if len(set(kinds)) < len(kinds):
        raise wrong("each kind of consent can stand in one column only")
    return columns


class DatasetTarget(Shape):
    """A dataset of AMC, filled by uploads."""

    connection: str = Field(description="The name of a connection above.")
    id: str = Field(
        pattern=r"^[a-z0-9_]+$",
        description="The dataset's id: lower-case letters, digits and _; unique in the instance.",
    )
    description: str = Field(default="", max_length=255, description="What the dataset holds.")
    period: Literal["PT1H", "P1D", "P1M"] = Field(
        default="P1D", description="How events are partitioned: by hour PT1H, by day P1D, by month P1M."
    )
    bucket: str = Field(
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$",
        description="The S3 bucket, and the folder in it, that Amazon reads uploads from: s3://bucket/folder.",
    )
    late: Literal["ignore", "replace", "append"] = Field(
        default="replace",
        description="What to do with rows of a period that was sent already: ignore, replace the period, or append.",
    )
    lookback: Duration = Field(
        default=timedelta(days=7),
        description="How far back late rows are looked for, such as 7d.",
        json_schema_extra={"default": "7d"},
    )
    country: Country | None = Field(default=None, description="The country of rows that name none.")
    encryption_key: str | None = Field(
        default=None, pattern=r"^arn:", description="The ARN of your own KMS key. Cannot change."
    )
    columns: Annotated[dict[str, DatasetColumn], AfterValidator(_columns)] = Field(
        min_length=1, max_length=MAX_COLUMNS, description="The columns by name, at most 100."
    )
