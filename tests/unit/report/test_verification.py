"""What counts say, and what they cannot say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from lading.model.agreement import Agreement
from lading.report.summary import AudienceSize
from lading.report.verification import Limits, compare, counted_at, dsp_counted_at
from lading.settings import Limit

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
LIMITS = Limits(missing=Limit.parse("1%"), falling=Limit.parse("20%"))


@dataclass(frozen=True)
class Day:
    matched: int | None = 700
    dsp: int | None = None
    received: int | None = 1000
    agreement: Agreement = Agreement.AGREES


def judged(members, size, earlier=(), *, limits=LIMITS, early=False):
    return compare(members, AudienceSize(**size), earlier, limits, early=early)


@pytest.mark.parametrize(
    ("members", "received", "agreement"),
    [
        (1000, 1000, "agrees"),
        (1000, 990, "agrees"),
        (1000, 989, "drift"),
        (1000, 5000, "agrees"),
        (0, 0, "agrees"),
        (3, 0, "drift"),
    ],
)
def test_fewer_than_we_hold_is_drift_and_more_is_not(members, received, agreement):
    found = judged(members, {"received": received})
    assert str(found.agreement) == agreement
    assert (found.missing, found.beyond) == (max(members - received, 0), max(received - members, 0))


def test_a_number_is_a_tolerance_too():
    limits = Limits(missing=Limit.parse("5"), falling=LIMITS.falling)
    assert judged(1000, {"received": 995}, limits=limits).agreement is Agreement.AGREES
    assert judged(1000, {"received": 994}, limits=limits).agreement is Agreement.DRIFT


def test_nothing_is_said_before_amazon_can_know():
    assert judged(1000, {"received": 5}, early=True).agreement is Agreement.EARLY
    assert judged(1000, {}, early=True).agreement is Agreement.UNCOUNTED


@pytest.mark.parametrize(
    ("matched", "agreement"), [(560, "agrees"), (559, "falling"), (700, "agrees"), (None, "agrees")]
)
def test_a_match_rate_is_held_against_the_median_of_the_last_days(matched, agreement):
    earlier = [Day(), Day(701), Day(100), Day(699), Day(9, agreement=Agreement.EARLY), Day(None)]
    found = judged(1000, {"received": 1000, "matched": matched}, earlier)
    assert str(found.agreement) == agreement
    assert found.usual_match_rate == pytest.approx(0.6995)


def test_two_days_are_too_few_and_fifteen_too_many():
    assert judged(1000, {"received": 1000, "matched": 1}, [Day()] * 2).agreement is Agreement.AGREES
    old = [Day(700)] * 14 + [Day(1)] * 50
    assert judged(1000, {"received": 1000, "matched": 1}, old).agreement is Agreement.FALLING


def test_dsp_is_held_against_its_own_days():
    earlier = [Day(dsp=600)] * 3
    assert (
        judged(1000, {"received": 1000, "matched": 700, "dsp": 300}, earlier).agreement is Agreement.FALLING
    )
    assert judged(1000, {"received": 1000, "matched": 700}, earlier).agreement is Agreement.AGREES


def test_drift_is_told_before_a_falling_rate():
    assert judged(1000, {"received": 500, "matched": 1}, [Day()] * 3).agreement is Agreement.DRIFT


@pytest.mark.parametrize(
    ("target", "hours", "dsp_hours"), [("AMC", 1, None), ("AMC_AND_DSP", 1, 36), ("DSP", 0.25, 36)]
)
def test_amazon_counts_in_its_own_time(target, hours, dsp_hours):
    assert counted_at(target, NOW) - NOW == timedelta(hours=hours)
    assert dsp_counted_at(target, NOW) == (dsp_hours and NOW + timedelta(hours=dsp_hours))


def test_what_is_off_is_not_looked_at():
    off = Limits(missing=None, falling=None)
    earlier = [Day()] * 3
    assert judged(1000, {"received": 1, "matched": 0}, earlier, limits=off).agreement is Agreement.AGREES
