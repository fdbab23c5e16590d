"""Syncs: which rows go to which target, how they are read, and what must not happen."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from lading.model.states import Mode
from lading.settings.output import BuiltString, OutputColumns, Segment
from lading.settings.schedules import Schedule
from lading.settings.shape import Shape, wrong
from lading.settings.targets import Target, Targets
from lading.settings.values import (
    Columns,
    GuardLimit,
    GuardNumber,
    GuardSwitch,
    Limit,
    Switch,
    WhichColumns,
)
from lading.settings.verify import Verify


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


class Identity(Shape):
    """How identifiers are normalized before they are hashed."""

    profile: str = Field(
        default="amc",
        min_length=1,
        description="The rules of normalizing: amc (Amazon's own), aws-strict, entity-resolution or segment. The choices "
        "from email_plus on are for amc.",
    )
    variants: tuple[str, ...] = Field(
        default=(),
        description="Kinds of other spellings that are sent beside the main one, for the same person: folded_accents, "
        "address_words, address_punctuation, state_alternatives, phone_trunk. For the profile amc.",
    )
    external_id: Literal["as_is", "hash", "derive"] = Field(
        default="as_is",
        description="as_is: the column's value. hash: its SHA-256, for ids that Amazon does not take. "
        "derive: made from the strongest identifier, for data without ids.",
    )
    placeholders: tuple[str, ...] = Field(
        default=(),
        description="Further values that mean nothing, in any case. `n/a`, `null`, `none`, `unknown` and the like are "
        "known already under the profile amc; with `!` before it (`!null`) one of them is a value like any other.",
    )
    email_plus: Literal["merge", "keep", "drop-tag"] = Field(
        default="merge",
        description="What becomes of `a+tag@x`. merge: `atag@x`, as Amazon's own code does. keep: as it is. drop-tag: `a@x`.",
    )
    email_underscore: Literal["keep", "strip"] = Field(
        default="keep", description="Whether `_` in e-mail addresses stays; Segment's destination deletes it."
    )
    email_non_ascii: Literal["null", "keep", "strip"] = Field(
        default="null",
        description="An e-mail address with a letter beyond ASCII. null: not sent. keep: hashed with it, as AWS's "
        "uploader does. strip: hashed without it.",
    )
    gmail: bool = Field(
        default=False,
        description="Whether addresses of gmail.com and googlemail.com lose the dots and the tag before the @.",
    )
    phone_plus: Literal["strip", "keep"] = Field(
        default="strip",
        description="Whether phone numbers are hashed with their plus: +14155550160 instead of 14155550160. Never mix the two "
        "in one audience.",
    )
    postal_case: Literal["upper", "lower"] = Field(
        default="upper", description="The case of postal codes with letters."
    )
    pad_zip: bool = Field(
        default=False,
        description="Whether postal codes that lost their leading zeros (2139) get them back, in US, DE, FR, ES, IT and JP.",
    )
    state_native_names: bool = Field(
        default=False,
        description="Whether states are known by their names in the country's language, too: Bayern, Firenze, Bretagne.",
    )
    on_invalid: Literal["null", "error", "keep"] = Field(
        default="null",
        description="A value that does not fit its column. null: not sent, and told. error: everything stops there. "
        "keep: hashed as it stands, and told.",
    )


class Consent(Shape):
    """Whose consent has to be there before a person is sent. A denial counts in any case, and takes a member out."""

    required: Literal["uk_eea", "always", "never"] = Field(
        default="uk_eea",
        description="uk_eea: of people in the UK and the EEA, where Amazon asks for it, and of those whose country nobody "
        "knows. always: of everybody. never: of nobody; Amazon may refuse them. In mode remove nobody has to agree.",
    )


class Guards(Shape):
    """What must not happen unseen: a guard that trips sends nothing. Each is switched off by `off`."""

    empty_source: GuardSwitch = Field(
        default=True, description="Stop when the source has nobody in it, or all of its rows are rejected."
    )
    max_shrink: GuardLimit = Field(
        default=Limit(percent=Decimal(30)),
        description="Stop when the source lacks more people than this against its last run: a number, or a share of those "
        "people. By default in mode upsert only: in mirror max_removals sees it, and the lists of add and remove may have any "
        "length; where it is written, in every mode.",
        json_schema_extra={"default": "30%"},
    )
    max_removals: GuardLimit = Field(
        default=Limit(percent=Decimal(10)),
        description="Stop when more members than this would be removed: a number, or a share of the members. By default not in "
        "mode remove, whose source names them on purpose; where it is written, in every mode.",
        json_schema_extra={"default": "10%"},
    )
    max_rejected: GuardLimit = Field(
        default=Limit(percent=Decimal(50)),
        description="Stop when more rows than this are rejected: a number, or a share of the rows.",
        json_schema_extra={"default": "50%"},
    )
    min_records: GuardNumber = Field(
        default=None,
        ge=0,
        description="Stop when the source has fewer people than this. DSP needs 2,000 that match.",
    )
    schema_changed: WhichColumns = Field(
        default="any",
        description="Stop when the source's columns are not those of the last run. any: one came or went. read: one that is "
        "read, or was.",
    )
    profile_changed: GuardSwitch = Field(
        default=True,
        description="Stop when people would be sent again because `identity:` or the audience's `country` changed.",
    )
    max_unknown_countries: GuardLimit = Field(
        default=Limit(percent=Decimal(50)),
        description="Stop when more people than this have no country, or one that Amazon does not match in.",
        json_schema_extra={"default": "50%"},
    )
    ttl_zero: GuardSwitch = Field(
        default=True,
        description="Stop when the audience's `ttl` is 0, with which Amazon takes everybody out.",
    )
    incomplete_periods: GuardSwitch = Field(
        default=True,
        description="Stop when a period of a dataset would be replaced by fewer rows than it has: the source may hold only a part of "
        "it.",
    )


class Sync(Shape):
    """Rows of a source for a target, or for each of several."""

    from_: From = Field(alias="from", description="What is read.")
    targets: Targets = Field(
        alias="to",
        description="Where it goes: one target, or a list of them, each with a run and a membership of its own.",
    )
    mode: Mode = Field(
        default=Mode.ADD,
        description="add: the people of the source become members, members who changed are updated, nobody is taken "
        "out but who denies consent. upsert: like add, and members who would expire soon are sent again. mirror: like upsert, and members "
        "who are not in the source are removed. remove: the people of the source stop being members.",
    )
    map: ColumnMap | None = Field(
        default=None, description="Which columns hold what; leave it out when columns have their usual names."
    )
    identity: Identity = Field(default=Identity(), description="How identifiers are normalized.")
    consent: Consent = Field(default=Consent(), description="Whose consent has to be there.")
    guards: Guards = Field(default=Guards(), description="What must not happen unseen.")
    verify: Verify = Field(
        default=Verify(),
        description="What `lading verify` puts up with.",
    )
    mixed_batches: Switch = Field(
        default=False,
        description="Whether removals and additions share requests, instead of removals being final before additions leave. "
        "Faster, and not safe: see the page on taking people out.",
    )
    schedule: Schedule | None = Field(
        default=None, description="When the sync runs by itself, while a worker does."
    )

    @property
    def to(self) -> Target:
        """The one target that the sync carries to: syncs with several are seen one by one (`Settings.syncs`)."""
        [target] = self.targets
        return target
