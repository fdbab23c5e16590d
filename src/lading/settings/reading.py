"""What a sync reads of a source, and which columns of it hold what."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lading.settings.output import BuiltString, OutputColumns, Segment
from lading.settings.shape import Shape, wrong
from lading.settings.values import Columns


class From(Shape):
    """What is read of a source."""

    source: str = Field(description="The name of a source above.")
    path: str | None = Field(
        default=None,
        min_length=1,
        description="The file, or a pattern such as `purchases/*.csv`, whose files have the same columns and are read one after another; "
        "for a source of files.",
    )
    query: str | None = Field(
        default=None,
        min_length=1,
        description="An SQL query instead of a path. Of a source of files it reads each file as a table: "
        "`select * from 'customers.csv' where city = 'Austin'`.",
    )
    audience: str | None = Field(
        default=None,
        min_length=1,
        max_length=512,
        description="The key or the name of an audience that Segment's events speak of; for a source of type segment.",
    )
    encoding: str | None = Field(
        default=None, min_length=1, description="The files' encoding, such as cp1252. Found out if left out."
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="The character between cells. Found out if left out.",
    )
    columns: OutputColumns | None = Field(
        default=None,
        description="Which columns are handed on: `[email, city]`, or `{OUTPUT: COLUMN}` to call them otherwise. "
        "All as they are if left out.",
    )
    strings: dict[str, BuiltString] = Field(
        default={}, description="Further columns, each with the same text in every row, by name."
    )
    segment: Segment | None = Field(
        default=None, description="The segment that the rows are, for `strings:`."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(one is not None for one in (self.path, self.query, self.audience)) != 1:
            raise wrong("write exactly one of `path:`, `query:` and `audience:`")
        return self

    @model_validator(mode="after")
    def _output(self) -> Self:
        """What is handed on can be had."""
        if self.audience is not None and (self.columns or self.strings):
            raise wrong("`columns:` and `strings:` are for rows: events bring their own fields")
        facts = (self.segment or Segment()).facts()
        for name, one in self.strings.items():
            if one.value in facts and facts[str(one.value)] is None:
                key = str(one.value).removeprefix("segment_")
                raise wrong(
                    f"the string {name!r} wants what nothing says: write `segment: {{{key}: ...}}` beside it"
                )
            if name in (self.columns or {}):
                raise wrong(f"{name!r} is both a column and a string: call one of them otherwise")
        if "row" in {*self.strings, *(self.columns or {})}:
            raise wrong("'row' is what rows are numbered by: call that column otherwise")
        return self


class ConsentColumns(Shape):
    """The columns that hold people's consent."""

    tcf: str | None = Field(default=None, description="The column with the IAB TCF string.")
    gpp: str | None = Field(default=None, description="The column with the IAB GPP string.")
    amzn_user_data: str | None = Field(
        default=None, description="The column with Amazon's user-data signal: GRANTED or DENIED."
    )
    amzn_ad_storage: str | None = Field(
        default=None, description="The column with Amazon's ad-storage signal: GRANTED or DENIED."
    )
    geo_country: str | None = Field(
        default=None, description="The column with the country that consent was given in."
    )
    geo_ip: str | None = Field(
        default=None, description="The column with the IP address that consent was given from."
    )


class ColumnMap(Shape):
    """Which columns hold what. Columns with their usual names need no entry; `phone: []` leaves phones out."""

    external_id: Columns | None = Field(default=None, description="The column with your own id of a person.")
    email: Columns | None = Field(
        default=None, description="E-mail columns; several are all sent, for one person."
    )
    phone: Columns | None = Field(
        default=None, description="Phone columns; several are all sent, for one person."
    )
    first_name: Columns | None = Field(default=None, description="The column with the first name.")
    last_name: Columns | None = Field(default=None, description="The column with the last name.")
    address: Columns | None = Field(default=None, description="The column with street and number.")
    city: Columns | None = Field(default=None, description="The column with the city.")
    state: Columns | None = Field(default=None, description="The column with the state, province or region.")
    postal: Columns | None = Field(default=None, description="The column with the postal code.")
    country: Columns | None = Field(default=None, description="The column with the country.")
    consent: ConsentColumns | None = Field(default=None, description="The columns with consent, by kind.")

    def wanted(self) -> dict[str, tuple[str, ...] | dict[str, str]]:
        """What is named here: a field -> its columns, none for one that is left out; `consent` -> kind -> column."""
        fields = {name: getattr(self, name) or () for name in self.model_fields_set - {"consent"}}
        return fields | ({"consent": self.consent.model_dump(exclude_none=True)} if self.consent else {})
