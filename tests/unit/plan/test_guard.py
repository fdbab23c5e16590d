"""Each guard trips just beyond its number, and says what it saw."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from lading.plan.guard import NAMES, Facts, Limits, judge
from lading.plan.since import ColumnChange, SettingChange

FACTS = Facts(
    read=100, rejected=5, recorded=90, members=200, removals=20, records=60, resent=50, people_before=100,
    columns_changed=(ColumnChange("loyalty", None, ""),), unknown_countries=9,
    identity_changed=(SettingChange("identity.profile", "amc", "segment"),), ttl_zero=True,
)  # fmt: skip
OFF = Limits(empty_source=False)


@dataclass(frozen=True)
class Percent:
    percent: int

    def exceeded_by(self, number, whole):
        return number * 100 > self.percent * whole

    def __str__(self):
        return f"{self.percent}%"


#: Guard -> limits within which it lets these facts pass, and those at which it trips, with what it says.
EDGES = {
    "max_shrink": (
        Limits(max_shrink=Percent(10)), Limits(max_shrink=Percent(9)),
        "the source has 90 people, and the last run's had 100: 10 of 100 (10.0%) are lacking, and max_shrink is 9%",
    ),
    "max_removals": (
        Limits(max_removals=Percent(10)), Limits(max_removals=Percent(9)),
        "20 of 200 (10.0%) members would be removed, and max_removals is 9%",
    ),
    "max_rejected": (
        Limits(max_rejected=Percent(5)), Limits(max_rejected=Percent(4)),
        "5 of 100 (5.0%) rows were rejected, and max_rejected is 4%",
    ),
    "min_records": (
        Limits(min_records=90), Limits(min_records=91), "the source has 90 people, and min_records is 91",
    ),
    "schema_changed": (
        Limits(schema_changed="read"), Limits(schema_changed="any"),
        "the source's columns are not those of the last run: loyalty is new, and is not read. schema_changed is any",
    ),
    "profile_changed": (
        Limits(), Limits(profile_changed=True),
        "50 people are sent again because identity.profile changed from amc to segment",
    ),
    "max_unknown_countries": (
        Limits(max_unknown_countries=Percent(10)), Limits(max_unknown_countries=Percent(9)),
        "9 of 90 (10.0%) people have no country that Amazon matches in, and max_unknown_countries is 9%",
    ),
    "ttl_zero": (
        Limits(), Limits(ttl_zero=True), "the audience's ttl is 0, and with that Amazon takes everybody out of it",
    ),
}  # fmt: skip


def names(facts, limits):
    return [trip.name for trip in judge(facts, limits).tripped]


@pytest.mark.parametrize("name", EDGES)
def test_a_guard_trips_just_beyond_its_limit_and_says_what_it_saw(name):
    within, beyond, says = EDGES[name]
    assert judge(FACTS, within).clear
    (trip,) = judge(FACTS, beyond).tripped
    assert (trip.name, trip.message) == (name, says)
    assert trip.text == f"{says}. {trip.perhaps}"
    assert trip.perhaps


def test_every_guard_has_an_edge_here():
    assert {*EDGES, "empty_source"} == set(NAMES)


def test_without_limits_only_an_empty_source_trips():
    empty = replace(FACTS, read=0, rejected=0, recorded=0)
    assert (names(FACTS, Limits()), names(empty, Limits()), names(empty, OFF)) == ([], ["empty_source"], [])
    (trip,) = judge(replace(FACTS, rejected=100, recorded=0), Limits()).tripped
    assert "100 rows, all of them rejected" in trip.message


def test_an_undo_has_no_source_that_could_be_empty_or_small():
    undo = replace(FACTS, undo=True, read=0, recorded=0, rejected=0, unknown_countries=0)
    assert names(undo, Limits(min_records=100, max_removals=Percent(9))) == ["max_removals"]


def test_an_empty_source_is_not_told_twice():
    assert names(replace(FACTS, recorded=0), Limits(max_shrink=Percent(1))) == ["empty_source"]


def test_a_first_run_has_nothing_to_be_held_against():
    first = replace(FACTS, people_before=None, columns_changed=(), identity_changed=())
    assert names(first, Limits(max_shrink=Percent(0), schema_changed="any", profile_changed=True)) == []


def test_where_nothing_is_sent_nobody_is_asked():
    still = replace(FACTS, records=0)
    assert names(still, Limits(profile_changed=True, ttl_zero=True)) == []


def test_many_columns_are_counted():
    columns = tuple(ColumnChange(f"c{number}", None, "") for number in range(8))
    (trip,) = judge(replace(FACTS, columns_changed=columns), Limits(schema_changed="any")).tripped
    assert "c4 is new, and is not read; and 3 more." in trip.message


def test_accepted_guards_do_not_stand_in_the_way():
    verdict = judge(FACTS, Limits(max_rejected=Percent(4), min_records=91))
    assert [trip.name for trip in verdict.without("max_rejected").tripped] == ["min_records"]
    assert verdict.without("max_rejected", "min_records").clear
