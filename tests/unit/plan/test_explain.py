"""A plan in numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.plan.diff import Counts
from lading.plan.explain import Facts, explain, seconds_at_pace

FACTS = Facts(
    mode="mirror", target="AMC_AND_DSP", read=120, recorded=100, merged=8, duplicate=2,
    rejections={"no_identifier": 3, "bad_id": 7}, findings={"bad_email": 4}, warnings={},
    counts=Counts(add=50, update=5, remove=10, drop=2, share=1, unchanged=45),
    requests=2, parts=2, members=60, per_second=10, per_hour=6000,
)  # fmt: skip


def test_the_numbers_of_a_plan():
    told = explain(FACTS)
    assert (told.rejected, list(told.rejections)) == (10, ["bad_id", "no_identifier"])
    assert (told.records, told.requests, told.parts, told.unchanged) == (68, 2, 2, 45)
    assert (told.members, told.members_after, told.dsp_lacks) == (60, 100, 1900)
    assert told.read == told.recorded + told.merged + told.duplicate + told.rejected
    assert not told.nothing_to_send
    assert told.as_dict()["drop"] == 2


def test_what_is_not_for_dsp_needs_no_two_thousand():
    told = explain(replace(FACTS, target="AMC"))
    assert told.dsp_lacks is None
    assert not any("DSP" in wait.what for wait in told.waits)


def test_a_plan_without_changes_waits_for_nothing():
    told = explain(replace(FACTS, counts=Counts(unchanged=100), requests=0))
    assert told.nothing_to_send
    assert (told.waits, told.seconds) == ((), 0.0)


@pytest.mark.parametrize(
    ("requests", "records", "seconds"),
    [
        (0, 0, 0),
        (1, 5_000, 0),
        (11, 55_000, 1),
        (6000, 6000, 599.9),
        (6001, 6001, 3600),
        (12_011, 12_011, 7201),
        (3001, 15_000_001, 3600),
    ],
)
def test_time_at_the_allowed_pace(requests, records, seconds):
    assert seconds_at_pace(requests, records, per_second=10, per_hour=6000) == pytest.approx(seconds)


def test_an_hourly_limit_that_never_binds_does_not_speed_things_up():
    assert seconds_at_pace(10_001, 10_001, per_second=1, per_hour=6000) == 10_000
