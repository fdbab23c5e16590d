"""Syncs: which rows go to which target, how they are read, and what must not happen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lading.model.states import Mode
from lading.settings.guards import Guards
from lading.settings.reading import ColumnMap, From
from lading.settings.schedules import Schedule
from lading.settings.shape import Shape
from lading.settings.targets import Target, Targets
from lading.settings.values import (
    Switch,
)
from lading.settings.verify import Verify


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
