"""Tells what a plan would do, in numbers that a face can show: the same plan that is delivered, by another reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lading.model.forecast import Forecast
from lading.plan.diff import Counts
from lading.plan.since import ColumnChange, SettingChange, together

#: Members who match that an audience needs before DSP uses it. Source: Amazon, advertiser audiences guide.
DSP_MINIMUM: Final = 2_000

#: Records that Amazon takes an hour from one connection. Source: the same guide.
RECORDS_PER_HOUR: Final = 15_000_000

_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Wait:
    """How long Amazon needs for something after the last record has left."""

    what: str
    #: At most, as Amazon says, in seconds.
    within_seconds: int


#: Source: Amazon, advertiser audiences guide ("ingested hourly", "within 15 minutes", "up to 36 hours"); the job: its samples.
_JOB: Final = Wait("the job is final", 15 * 60)
_AMC: Final = Wait("members can be queried in AMC (it takes records in once an hour)", 60 * 60)
_DSP: Final = Wait("DSP has taken the members in", 15 * 60)
_VISIBLE: Final = Wait("the audience shows its size in DSP", 36 * 60 * 60)

#: What is sent and yet will match fewer people than it could, in words. Numbers of people, but for country_defaulted and country_assumed: rows.
WARNINGS: Final = {
    "no_country": "people have no country, so Amazon matches none of them: map a country column, or set country: for the audience",
    "country_not_matched": "people are of countries that Amazon does not match hashed identifiers of: they are sent, and not found",
    "country_defaulted": "rows name no country of their own, so the audience's was taken: whoever lives elsewhere is not found",
    "country_assumed": "rows name no country, and neither do the settings, so {country} was assumed, after the connection: whoever lives "
    "elsewhere is not found. Map a country column, or set country: for the audience",
    "too_many_sets": "people have more than 100 identifier sets, which is all that Amazon takes: the first ones read are sent",
}


def warning(code: str, country: str | None = None) -> str:
    """A warning in words. `country`: what was assumed, where it was."""
    return WARNINGS[code].format(country=country or "a country")


#: Waits by target of the sync.
WAITS: Final[dict[str, tuple[Wait, ...]]] = {
    "AMC": (_JOB, _AMC),
    "AMC_AND_DSP": (_JOB, _AMC, _DSP, _VISIBLE),
    "DSP": (_JOB, _DSP, _VISIBLE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a plan, room by room."""

    #: The sync's, or "undo".
    mode: str
    target: str
    read: int
    recorded: int
    merged: int
    duplicate: int
    #: Rows turned away, and values that were emptied or changed lossily, by code.
    rejections: Mapping[str, int]
    findings: Mapping[str, int]
    #: By the codes of WARNINGS.
    warnings: Mapping[str, int]
    counts: Counts
    requests: int
    parts: int
    #: Members before the run.
    members: int
    per_second: float
    per_hour: int
    records_per_hour: int = RECORDS_PER_HOUR
    expiry: Forecast | None = None
    #: The run that the source is held against, and what is different.
    since: str | None = None
    columns_changed: tuple[ColumnChange, ...] = ()
    #: Settings for which members are sent again, and how many members.
    identity_changed: tuple[SettingChange, ...] = ()
    resent: int = 0
    #: People without a country that Amazon matches in.
    unknown_countries: int = 0
    #: What rows were taken for that name no country, as the settings do not either.
    assumed_country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A plan in numbers. `as_dict` is its JSON."""

    mode: str
    read: int
    rejected: int
    rejections: Mapping[str, int]
    findings: Mapping[str, int]
    #: What is sent and yet will match fewer people than it could: see WARNINGS.
    warnings: Mapping[str, int]
    recorded: int
    merged: int
    duplicate: int
    add: int
    update: int
    refresh: int
    remove: int
    #: Records that are only a means: old sets deleted before an update, and members sent again because of a deletion.
    drop: int
    share: int
    unchanged: int
    #: Records in all, and the requests that carry them.
    records: int
    requests: int
    #: Parts of at most 100,000 identifiers, one or several requests each.
    parts: int
    #: From the first request to the last, at the pace that the settings and Amazon allow.
    seconds: float
    members: int
    #: If Amazon refuses nobody.
    members_after: int
    #: Members that DSP lacks even if every one of them matches; None where the audience is not for DSP.
    dsp_lacks: int | None
    waits: tuple[Wait, ...]
    #: Who expires by when, once all of this was sent.
    expiry: Forecast | None = None
    since: str | None = None
    columns_changed: tuple[ColumnChange, ...] = ()
    identity_changed: tuple[SettingChange, ...] = ()
    resent: int = 0
    unknown_countries: int = 0
    assumed_country: str | None = None

    @property
    def why_again(self) -> str | None:
        """Why members are sent again whose source says nothing new; None where they are not."""
        if not (self.identity_changed and self.resent):
            return None
        return f"{self.resent:,} people are sent again because {together(self.identity_changed)}"

    @property
    def nothing_to_send(self) -> bool:
        """The audience is as the source wants it already."""
        return self.records == 0

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name."""
        return {**asdict(self), "why_again": self.why_again}


def explain(facts: Facts) -> Explained:
    """What delivering this plan would do."""
    counts = facts.counts
    after = facts.members + counts.add - counts.remove
    return Explained(
        mode=str(facts.mode), read=facts.read, rejected=sum(facts.rejections.values()),
        rejections=_most_first(facts.rejections), findings=_most_first(facts.findings),
        warnings=_most_first(facts.warnings),
        recorded=facts.recorded, merged=facts.merged, duplicate=facts.duplicate,
        **counts.as_dict(), records=counts.changes, requests=facts.requests, parts=facts.parts,
        seconds=seconds_at_pace(
            facts.requests, counts.changes, per_second=facts.per_second, per_hour=facts.per_hour,
            records_per_hour=facts.records_per_hour,
        ),
        members=facts.members, members_after=after,
        dsp_lacks=max(0, DSP_MINIMUM - after) if "DSP" in facts.target else None,
        waits=WAITS[facts.target] if counts.changes else (), expiry=facts.expiry,
        since=facts.since, columns_changed=facts.columns_changed, identity_changed=facts.identity_changed,
        resent=facts.resent, unknown_countries=facts.unknown_countries, assumed_country=facts.assumed_country,
    )  # fmt: skip


def seconds_at_pace(
    requests: int, records: int, *, per_second: float, per_hour: int, records_per_hour: int = RECORDS_PER_HOUR
) -> float:
    """When the last of so many requests may leave, counted from the first, in seconds.

    Both limits are sliding sums, so the request after `per_hour` others leaves an hour after the first of them.
    """
    if not requests:
        return 0.0
    full_hours, rest = divmod(requests - 1, per_hour)
    hourly = full_hours * _HOUR + rest / per_second
    return max(hourly, (requests - 1) / per_second, (records - 1) // records_per_hour * _HOUR)


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
