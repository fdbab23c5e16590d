"""Datasets of AMC as targets: their columns, period and upload."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from lading.settings.dataset_columns import MAX_COLUMNS, DatasetColumns
from lading.settings.dataset_files import (
    COMPRESSIONS,
    BucketPlace,
    Compression,
    CsvFormat,
    Format,
    WrittenCompression,
)
from lading.settings.shape import Shape, wrong
from lading.settings.values import Columns, Country, Duration, Switch

Late = Literal["ignore", "replace", "append"]
#: Amazon's words for what an upload does to the rows that are there.
UpdateStrategy = Literal["ADDITIVE", "FULL_REPLACE", "OVERLAP_REPLACE", "OVERLAP_KEEP"]

#: What a dataset of events does with the rows of a period that was sent already.
_BY_LATE: Final[dict[Late, UpdateStrategy]] = {
    "replace": "OVERLAP_REPLACE", "append": "ADDITIVE", "ignore": "OVERLAP_REPLACE",
}  # fmt: skip
#: What a table, which has no time of events, must leave out.
_OF_EVENTS: Final = ("period", "late", "lookback")


def _reasons(value: Any) -> Any:
    return dict.fromkeys(value, "") if isinstance(value, list | tuple) else value


def _id(value: str) -> str:
    if value == "list":
        raise wrong("Amazon keeps the id `list` for itself: take another")
    return value


def _key(value: str) -> str:
    if not value.rpartition("/")[2].startswith("mrk-"):
        raise wrong(
            "Amazon takes a multi-Region key, whose id begins with mrk-: make one in KMS, and write its ARN"
        )
    return value


#: Columns with the reason why their values may be sent as they are.
Allowed = Annotated[
    dict[str, str],
    BeforeValidator(_reasons),
    WithJsonSchema({
        "anyOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "string"}},
        ],
    }),
]  # fmt: skip


class DatasetTarget(Shape):
    """A dataset of AMC, filled by uploads."""

    connection: str = Field(description="The name of a connection above.")
    id: Annotated[str, AfterValidator(_id)] = Field(
        pattern=r"^[a-z0-9_]+$",
        max_length=128,
        description="The dataset's id: lower-case letters, digits and _; unique in the instance, and not `list`. Cannot change.",
    )
    description: str = Field(default="", max_length=255, description="What the dataset holds.")
    period: Literal["PT1H", "P1D", "P1M"] = Field(
        default="P1D",
        description="How events are partitioned: by hour PT1H, by day P1D, by month P1M. Cannot change.",
    )
    bucket: BucketPlace = Field(
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$",
        description="The S3 bucket, and the folder in it, that Amazon reads uploads from: s3://bucket/folder.",
    )
    format: Format = Field(
        default="parquet", description="The files that are uploaded: parquet, csv or json."
    )
    compression: WrittenCompression | None = Field(
        default=None,
        description="How they are compressed. Of parquet: snappy, gzip or none; of csv and json: gzip, bzip or none. Left out: "
        "snappy for parquet, else gzip.",
    )
    csv: CsvFormat | None = Field(default=None, description="How CSV files are written; for `format: csv`.")
    late: Late = Field(
        default="replace",
        description="What to do with rows of a period that was sent already: ignore, replace the period, or append.",
    )
    lookback: Duration = Field(
        default=timedelta(days=7),
        description="How far back late rows are looked for, such as 7d.",
        json_schema_extra={"default": "7d"},
    )
    row_key: Columns = Field(
        default=(),
        description="The columns that make a row one of its kind; `late: append` sends only rows that it has not sent yet.",
    )
    strategy: Literal["additive", "full_replace", "overlap_replace", "overlap_keep"] | None = Field(
        default=None,
        description="Amazon's own word for what an upload does, instead of `late:`. A table is replaced as a whole, full_replace, "
        "if nothing else is written.",
    )
    clean_up: Switch = Field(
        default=False, description="Whether our files in S3 are deleted when Amazon has read them."
    )
    allow: Allowed = Field(
        default={},
        description="Columns that may hold what looks like an e-mail address or a phone number, each with the reason, which is "
        "written to the audit log: `{notes: reviewed by legal}`; or a list of columns.",
    )
    drop: Columns = Field(
        default=(),
        description="Columns of the source that are left out on purpose, and not searched for e-mail addresses and phone numbers.",
    )
    country: Country | None = Field(default=None, description="The country of rows that name none.")
    encryption_key: Annotated[str, AfterValidator(_key)] | None = Field(
        default=None,
        pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
        description="The ARN of your own multi-Region KMS key: arn:aws:kms:REGION:ACCOUNT:key/mrk-... Cannot change.",
    )
    columns: DatasetColumns = Field(
        min_length=1, max_length=MAX_COLUMNS, description="The columns by name, at most 100."
    )

    @property
    def bucket_name(self) -> str:
        """The bucket alone."""
        return self.bucket.removeprefix("s3://").partition("/")[0]

    @property
    def folder(self) -> str:
        """The folder in the bucket, without slashes at its ends; "" for none."""
        return self.bucket.removeprefix("s3://").partition("/")[2].strip("/")

    @property
    def event_time(self) -> str | None:
        """The column that says when a row happened; None for a table."""
        return next((name for name, column in self.columns.items() if column.event_time), None)

    @property
    def has_identifiers(self) -> bool:
        """True where Amazon looks for the people of the rows."""
        return any(column.identifier for column in self.columns.values())

    @property
    def file_compression(self) -> Compression:
        """The compression that was chosen, or the format's own."""
        return self.compression or COMPRESSIONS[self.format][0]

    @property
    def update_strategy(self) -> UpdateStrategy:
        """What an upload does to the rows that are there, in Amazon's word."""
        if self.strategy is not None:
            words: dict[str, UpdateStrategy] = {
                "additive": "ADDITIVE", "full_replace": "FULL_REPLACE",
                "overlap_replace": "OVERLAP_REPLACE", "overlap_keep": "OVERLAP_KEEP",
            }  # fmt: skip
            return words[self.strategy]
        return _BY_LATE[self.late] if self.event_time else "FULL_REPLACE"

    def source_of(self, column: str) -> str:
        """The column of the source that fills `column`."""
        return self.columns[column].source or column

    @model_validator(mode="after")
    def _files_agree(self) -> Self:
        if self.file_compression not in (fitting := COMPRESSIONS[self.format]):
            raise wrong(
                f"`format: {self.format}` goes with `compression:` {', '.join(fitting[:-1])} or {fitting[-1]}; "
                f"{self.compression} does not fit it"
            )
        if self.csv is not None and self.format != "csv":
            raise wrong("`csv:` goes with `format: csv` only: write that, or leave `csv:` out")
        return self

    @model_validator(mode="after")
    def _strategy_agrees(self) -> Self:
        written = self.model_fields_set
        if self.strategy is not None and "late" in written:
            raise wrong("`late:` and `strategy:` say the same thing twice: keep one of them")
        if self.event_time is None:
            self._check_table(written)
        if self.late == "append" and not self.row_key:
            raise wrong(
                "`late: append` needs `row_key:`, the columns that make a row one of its kind; without it a row would be sent twice"
            )
        if unknown := [name for name in self.row_key if name not in self.columns]:
            raise wrong(f"`row_key:` names {', '.join(unknown)}, which is not among `columns:`")
        return self

    @model_validator(mode="after")
    def _choices_agree(self) -> Self:
        sent = {self.source_of(name): name for name in self.columns}
        if both := [name for name in self.drop if name in sent]:
            raise wrong(
                f"`drop:` names {both[0]}, which fills the column {sent[both[0]]}: keep one of the two"
            )
        if both := [name for name in self.allow if name in self.drop]:
            raise wrong(f"{both[0]} stands under `allow:` and under `drop:`: keep it in one of them")
        for name in self.allow:
            column = self.columns.get(sent.get(name, name))
            if column and (column.hashed_identifier or column.hash):
                raise wrong(f"{name} is hashed, so it needs no `allow:`: leave it out there")
        return self

    def _check_table(self, written: set[str]) -> None:
        """A dataset without a time of events has one partition: nothing in it is late."""
        if (self.strategy or "").startswith("overlap"):
            raise wrong(
                f"`strategy: {self.strategy}` needs a column with `event_time: true`; a table takes full_replace or additive"
            )
        if useless := [name for name in _OF_EVENTS if name in written]:
            raise wrong(
                f"`{useless[0]}:` is for events: mark a column with `event_time: true`, or leave it out (a table is replaced as a "
                "whole; `strategy: additive` adds rows)"
            )
