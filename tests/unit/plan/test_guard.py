"""Each guard trips just beyond its number, and says what it saw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lading.plan.guard import Facts, Limits, judge

FACTS = Facts(read=100, rejected=5, recorded=90, members=200, removals=20)


@dataclass(frozen=True)
class Percent:
    percent: int

    def exceeded_by(self, number, whole):
        return number * 100 > self.percent * whole

    def __str__(self):
        return f"{self.percent}%"


def names(facts, limits):
    return [trip.name for trip in judge(facts, limits).tripped]


def test_within_all_limits_nothing_trips():
    limits = Limits(max_rejected=Percent(5), max_removals=Percent(10), min_records=90)
    assert judge(FACTS, limits).clear


def test_each_trips_just_beyond():
    limits = Limits(max_rejected=Percent(4), max_removals=Percent(9), min_records=91)
    assert names(FACTS, limits) == ["max_rejected", "max_removals", "min_records"]


def test_without_limits_only_an_empty_source_trips():
    assert names(FACTS, Limits()) == []
    assert names(replace(FACTS, read=0, rejected=0, recorded=0), Limits()) == ["empty_source"]
    (trip,) = judge(replace(FACTS, rejected=100, recorded=0), Limits()).tripped
    assert "100 rows, all of them rejected" in trip.message


def test_messages_name_numbers_and_the_setting():
    (trip,) = judge(FACTS, Limits(max_removals=Percent(9))).tripped
    assert trip.message == "20 of 200 (10.0%) members would be removed, and max_removals is 9%"


def test_accepted_guards_do_not_stand_in_the_way():
    verdict = judge(FACTS, Limits(max_rejected=Percent(4), min_records=91))
    assert [trip.name for trip in verdict.without("max_rejected").tripped] == ["min_records"]
    assert verdict.without("max_rejected", "min_records").clear
