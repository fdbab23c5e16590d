"""Guards: what must not happen unseen. A guard that trips sends nothing until somebody has looked and accepted it by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from lading.plan.since import ColumnChange, SettingChange, together

#: Changes of columns that are told in one sentence; more are counted.
_SHOWN: Final = 5


class Limit(Protocol):
    """So many, or such a share of a whole; its text is how the user wrote it."""

    def exceeded_by(self, number: int, whole: int) -> bool: ...


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
class Trip:
    """One guard that tripped: its name, by which it can be accepted, what it saw, and what may have happened."""

    name: str
    message: str
    perhaps: str = ""

    @property
    def text(self) -> str:
        """Both in one."""
        return f"{self.message}. {self.perhaps}" if self.perhaps else self.message


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
    return Verdict(tuple(_trips(facts, limits)))


def _trips(facts: Facts, limits: Limits) -> Iterator[Trip]:
    for name, (look, perhaps) in _GUARDS.items():
        if seen := look(facts, limits):
            yield Trip(name, seen, perhaps)


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
    lost = _share(before - facts.recorded, before)
    return f"the source has {facts.recorded:,} people, and the last run's had {before:,}: {lost} are lacking, and max_shrink is {limit}"


def _max_removals(facts: Facts, limits: Limits) -> str | None:
    if limits.max_removals is None or not limits.max_removals.exceeded_by(facts.removals, facts.members):
        return None
    removed = _share(facts.removals, facts.members)
    return f"{removed} members would be removed, and max_removals is {limits.max_removals}"


def _max_rejected(facts: Facts, limits: Limits) -> str | None:
    if limits.max_rejected is None or not limits.max_rejected.exceeded_by(facts.rejected, facts.read):
        return None
    return (
        f"{_share(facts.rejected, facts.read)} rows were rejected, and max_rejected is {limits.max_rejected}"
    )


def _min_records(facts: Facts, limits: Limits) -> str | None:
    if limits.min_records is None or facts.undo or facts.recorded >= limits.min_records:
        return None
    return f"the source has {facts.recorded:,} people, and min_records is {limits.min_records:,}"


def _schema_changed(facts: Facts, limits: Limits) -> str | None:
    counted = [one for one in facts.columns_changed if one.is_read or limits.schema_changed == "any"]
    if limits.schema_changed == "off" or not counted:
        return None
    more = f"; and {len(counted) - _SHOWN} more" if len(counted) > _SHOWN else ""
    told = "; ".join(str(one) for one in counted[:_SHOWN])
    return f"the source's columns are not those of the last run: {told}{more}. schema_changed is {limits.schema_changed}"


def _profile_changed(facts: Facts, limits: Limits) -> str | None:
    if not (limits.profile_changed and facts.identity_changed and facts.records):
        return None
    return f"{facts.resent:,} people are sent again because {together(facts.identity_changed)}"


def _max_unknown_countries(facts: Facts, limits: Limits) -> str | None:
    limit = limits.max_unknown_countries
    if limit is None or not limit.exceeded_by(facts.unknown_countries, facts.recorded):
        return None
    unknown = _share(facts.unknown_countries, facts.recorded)
    return f"{unknown} people have no country that Amazon matches in, and max_unknown_countries is {limit}"


def _ttl_zero(facts: Facts, limits: Limits) -> str | None:
    if not (limits.ttl_zero and facts.ttl_zero and (facts.records or facts.updated)):
        return None
    return "the audience's ttl is 0, and with that Amazon takes everybody out of it"


def _share(number: int, whole: int) -> str:
    return f"{number:,} of {whole:,} ({number / whole:.1%})" if whole else f"{number:,}"


#: Guard -> how it looks (what it saw, or None) and what may have happened where it trips.
_GUARDS: Final[dict[str, tuple[Callable[[Facts, Limits], str | None], str]]] = {
    "empty_source": (_empty_source, "See whether it is the right file, and whether it was written to its end"),
    "max_shrink": (_max_shrink, "The export may have been cut off, or filtered by mistake"),
    "max_removals": (
        _max_removals, "The export may have been cut off, its ids may have changed, or so many did leave",
    ),
    "max_rejected": (
        _max_rejected, "A column may hold something else than before; the plan counts the rejections by reason",
    ),
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
