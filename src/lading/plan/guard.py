"""Guards: what must not happen unseen. A guard that trips sends nothing until somebody has looked and accepted it by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lading.plan.since import ColumnChange, SettingChange, together
from lading.plan.tripping import MAX_REJECTED, Guards, Limit, Trip, changed_columns, share, trips


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The guards' numbers and switches, named as in lading.yaml. None or False: that guard is off."""

    empty_source: bool = True
    max_shrink: Limit | None = None
    max_removals: Limit | None = None
    max_rejected: Limit | None = None
    min_records: int | None = None
    schema_changed: Literal["any", "read", "off"] = "off"
    profile_changed: bool = False
    max_unknown_countries: Limit | None = None
    ttl_zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at."""

    #: Rows of the source, and those turned away. An undo reads none: its people are those of an earlier generation.
    read: int
    rejected: int
    #: People of the source.
    recorded: int
    #: Members of the audience before the run, and how many of them it would remove.
    members: int
    removals: int
    #: Records that would be sent in all, and people among them who are members already.
    records: int = 0
    resent: int = 0
    #: The run is an undo: there is no source to look at.
    undo: bool = False
    #: People of the last run of the same source, if there was one.
    people_before: int | None = None
    columns_changed: tuple[ColumnChange, ...] = ()
    identity_changed: tuple[SettingChange, ...] = ()
    #: People without a country, or of one that Amazon does not match in.
    unknown_countries: int = 0
    #: The audience's `ttl` is 0; something of the audience itself, such as that, would be changed.
    ttl_zero: bool = False
    updated: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """All guards that tripped, none of which was accepted."""

    tripped: tuple[Trip, ...]

    @property
    def clear(self) -> bool:
        """Nothing stands in the way."""
        return not self.tripped

    def without(self, *accepted: str) -> Verdict:
        """The verdict once somebody has accepted these guards by name."""
        return Verdict(tuple(trip for trip in self.tripped if trip.name not in accepted))


def judge(facts: Facts, limits: Limits) -> Verdict:
    """Hold a plan's numbers against the guards."""
    return Verdict(trips(_GUARDS, facts, limits))


def _empty_source(facts: Facts, limits: Limits) -> str | None:
    if facts.recorded or facts.undo or not limits.empty_source:
        return None
    rows = "no row" if not facts.read else f"{facts.read:,} rows, all of them rejected"
    return f"the source has nobody in it: {rows}"


def _max_shrink(facts: Facts, limits: Limits) -> str | None:
    before, limit = facts.people_before, limits.max_shrink
    # Nobody at all is the empty source, which has a guard of its own.
    if (
        not before
        or not facts.recorded
        or limit is None
        or not limit.exceeded_by(before - facts.recorded, before)
    ):
        return None
    lost = share(before - facts.recorded, before)
    return f"the source has {facts.recorded:,} people, and the last run's had {before:,}: {lost} are lacking, and max_shrink is {limit}"


def _max_removals(facts: Facts, limits: Limits) -> str | None:
    if limits.max_removals is None or not limits.max_removals.exceeded_by(facts.removals, facts.members):
        return None
    removed = share(facts.removals, facts.members)
    return f"{removed} members would be removed, and max_removals is {limits.max_removals}"


def _min_records(facts: Facts, limits: Limits) -> str | None:
    if limits.min_records is None or facts.undo or facts.recorded >= limits.min_records:
        return None
    return f"the source has {facts.recorded:,} people, and min_records is {limits.min_records:,}"


def _schema_changed(facts: Facts, limits: Limits) -> str | None:
    return changed_columns(facts.columns_changed, limits.schema_changed)


def _profile_changed(facts: Facts, limits: Limits) -> str | None:
    if not (limits.profile_changed and facts.identity_changed and facts.records):
        return None
    return f"{facts.resent:,} people are sent again because {together(facts.identity_changed)}"


def _max_unknown_countries(facts: Facts, limits: Limits) -> str | None:
    limit = limits.max_unknown_countries
    if limit is None or not limit.exceeded_by(facts.unknown_countries, facts.recorded):
        return None
    unknown = share(facts.unknown_countries, facts.recorded)
    return f"{unknown} people have no country that Amazon matches in, and max_unknown_countries is {limit}"


def _ttl_zero(facts: Facts, limits: Limits) -> str | None:
    if not (limits.ttl_zero and facts.ttl_zero and (facts.records or facts.updated)):
        return None
    return "the audience's ttl is 0, and with that Amazon takes everybody out of it"


#: Guard -> how it looks (what it saw, or None) and what may have happened where it trips.
_GUARDS: Final[Guards[Facts, Limits]] = {
    "empty_source": (_empty_source, "See whether it is the right file, and whether it was written to its end"),
    "max_shrink": (_max_shrink, "The export may have been cut off, or filtered by mistake"),
    "max_removals": (
        _max_removals, "The export may have been cut off, its ids may have changed, or so many did leave",
    ),
    "max_rejected": MAX_REJECTED,
    "min_records": (_min_records, "The export may have been cut off, or the list is too small for its purpose"),
    "schema_changed": (
        _schema_changed, "The export may have been rebuilt. A column that is lacking takes its identifier from everybody",
    ),
    "profile_changed": (
        _profile_changed, "Their old identifiers are deleted and the new ones are matched afresh, which takes Amazon up to 36 hours",
    ),
    "max_unknown_countries": (
        _max_unknown_countries, "A column for the country may be lacking, or `country:` of the audience; Amazon will hardly match them",
    ),
    "ttl_zero": (_ttl_zero, 'Time to live may have been meant as "no end": the longest is 397d'),
}  # fmt: skip

#: What a user accepts them by, each the key of its setting as well.
NAMES: Final = tuple(_GUARDS)
