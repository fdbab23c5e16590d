"""Guards of datasets: what must not happen unseen to rows, as `guard.py` has it for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lading.plan.since import ColumnChange
from lading.plan.tripping import MAX_REJECTED, Guards, Limit, Trip, changed_columns, enumerated, trips


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLimits:
    """The guards' numbers and switches, named as in lading.yaml. None or False: that guard is off."""

    empty_source: bool = True
    max_shrink: Limit | None = None
    max_rejected: Limit | None = None
    min_records: int | None = None
    schema_changed: Literal["any", "read", "off"] = "off"
    incomplete_periods: bool = True


@dataclass(frozen=True, slots=True)
class ShrunkPeriod:
    """A period with fewer rows than were last sent of it."""

    start: str
    rows: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """What the guards look at."""

    read: int
    rejected: int
    recorded: int
    #: Rows of the last run of the same source, where the whole dataset is replaced.
    rows_before: int | None = None
    columns_changed: tuple[ColumnChange, ...] = ()
    shrunk: tuple[ShrunkPeriod, ...] = ()


def judge(facts: RowFacts, limits: RowLimits) -> tuple[Trip, ...]:
    """The guards that trip over a plan with these numbers."""
    return trips(_GUARDS, facts, limits)


def _empty_source(facts: RowFacts, limits: RowLimits) -> str | None:
    if facts.recorded or not limits.empty_source:
        return None
    rows = "no row" if not facts.read else f"{facts.read:,} rows, all of them rejected"
    return f"the source has nothing to send: {rows}"


def _max_shrink(facts: RowFacts, limits: RowLimits) -> str | None:
    before, limit = facts.rows_before, limits.max_shrink
    if not before or not facts.recorded or limit is None:
        return None
    if not limit.exceeded_by(before - facts.recorded, before):
        return None
    return (
        f"the source has {facts.recorded:,} rows, and the {before:,} that were sent last would be replaced by them; "
        f"max_shrink is {limit}"
    )


def _min_records(facts: RowFacts, limits: RowLimits) -> str | None:
    if limits.min_records is None or facts.recorded >= limits.min_records:
        return None
    return f"the source has {facts.recorded:,} rows, and min_records is {limits.min_records:,}"


def _schema_changed(facts: RowFacts, limits: RowLimits) -> str | None:
    return changed_columns(facts.columns_changed, limits.schema_changed)


def _incomplete_periods(facts: RowFacts, limits: RowLimits) -> str | None:
    if not facts.shrunk or not limits.incomplete_periods:
        return None
    told = enumerated([f"{one.start} has {one.rows:,}, sent were {one.before:,}" for one in facts.shrunk])
    return f"{len(facts.shrunk):,} periods would be replaced by fewer rows than they have: {told}"


#: Guard -> how it looks (what it saw, or None) and what may have happened where it trips.
_GUARDS: Final[Guards[RowFacts, RowLimits]] = {
    "empty_source": (_empty_source, "See whether it is the right file, and whether it was written to its end"),
    "max_shrink": (_max_shrink, "The export may have been cut off, or filtered by mistake"),
    "max_rejected": MAX_REJECTED,
    "min_records": (_min_records, "The export may have been cut off"),
    "schema_changed": (_schema_changed, "The export may have been rebuilt"),
    "incomplete_periods": (
        _incomplete_periods,
        ("The source may hold only a part of them: an export that begins in the middle of a period, or a file given by "
        "--input with the late rows alone. Where rows were deleted on purpose, accept it; where late rows come alone, "
        "use `late: append`"),
    ),
}  # fmt: skip

#: What a user accepts them by, each the key of its setting as well.
NAMES: Final = tuple(_GUARDS)
