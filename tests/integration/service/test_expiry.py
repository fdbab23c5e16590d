"""Months of nights at the sandbox, whose clock jumps: who is in the source every night is there every morning."""

import math
from datetime import timedelta
from random import Random

import pytest

from lading.service.sync import plan

DAY = 24 * 3600
TTL = 15


@pytest.fixture
def yearly(shop):
    """A shop whose audience forgets members after 15 days."""

    def settle(mode, schedule='cron: "0 3 * * *"'):
        settings = shop.folder / "lading.yaml"
        text = settings.read_text().replace("country: US}", f"country: US, ttl: {TTL}d}}")
        settings.write_text(text + f"    mode: {mode}\n    schedule: {{{schedule}}}\n")
        return shop

    return settle


@pytest.mark.parametrize("mode", ["mirror", "upsert"])
def test_whoever_is_in_the_source_every_night_never_expires(yearly, mode):
    shop, chance = yearly(mode), Random(7)
    people = shop.people(40)
    shop.write(people)
    shop.apply()
    loads, days = [], 0.0
    while days < 4 * TTL:
        # Most nights are nights; now and then some fail, or the machine is off for days.
        gap = chance.choice([1, 1, 1, 1, 2, 0.4, 4.5])
        shop.sandbox.advance(gap * DAY)
        days += gap
        there = {one["externalUserId"] for one in shop.sandbox.members(shop.audience_id)}
        assert there == set(people), f"after {days} days"
        report = shop.apply()
        assert (report.exit_code, report.balanced, report.changes.get("add", 0)) == (0, True, 0)
        loads.append((report.changes.get("refresh", 0), gap))
    refreshed = sum(load for load, _ in loads)
    # Everybody was sent again in each life, nobody much oftener than he has to be, and they are spread over nights.
    assert 40 * 3 <= refreshed <= 40 * math.ceil(days / (TTL / 3))
    assert max(load / max(gap, 1) for load, gap in loads) <= 20


def test_people_who_left_expire_as_forecast_where_they_are_not_taken_out(yearly):
    shop = yearly("upsert")
    people = shop.people(30)
    shop.write(people)
    shop.apply()
    stay = dict(list(people.items())[:20])
    shop.write(stay)
    shop.sandbox.advance(6 * DAY)
    with shop.parts() as parts:
        found = plan(parts, "customers").explained.expiry
    assert [(one.days, one.absent) for one in found.within] == [(7, 0), (30, 10), (90, 10)]
    for _ in range(10):
        shop.apply()
        shop.sandbox.advance(DAY)
    assert {one["externalUserId"] for one in shop.sandbox.members(shop.audience_id)} == set(stay)


def test_whoever_was_taken_along_while_he_was_expired_is_back_under_a_longer_ttl(yearly):
    """Two ids of one person: the first changes while both have expired, so that the second goes with its old e-mail, unseen."""
    shop = yearly("add")
    shop.sandbox.policy(delete="user")
    people = shop.people(12)
    people["second"] = dict(people["c-0"])
    shop.write(people)
    shop.apply()
    shop.sandbox.advance((TTL + 1) * DAY)
    changed = {**people["c-0"], "email": "somebody.else@shop.example"}
    shop.write({"c-0": changed})
    shop.apply()
    settings = shop.folder / "lading.yaml"
    settings.write_text(settings.read_text().replace(f"ttl: {TTL}d", "ttl: 90d"))
    shop.apply()
    shop.sandbox.advance(7200)
    assert shop.members() == set(people)


def test_a_plan_says_who_is_sent_again_and_why(yearly):
    shop = yearly("mirror")
    shop.write(shop.people(40))
    shop.apply()
    shop.sandbox.advance(8 * DAY)
    with shop.parts() as parts:
        shown = plan(parts, "customers").explained
    assert 0 < shown.refresh < 40
    assert timedelta(days=4) < shown.expiry.refresh_by - shown.expiry.next_run < timedelta(days=5)
    assert sum(one.members for one in shown.expiry.weeks) == 40


def test_a_short_life_with_nightly_runs(yearly):
    shop = yearly("mirror")
    settings = shop.folder / "lading.yaml"
    settings.write_text(settings.read_text().replace(f"ttl: {TTL}d", "ttl: 7d"))
    people = shop.people(30)
    shop.write(people)
    shop.apply()
    loads = []
    for _ in range(14):
        shop.sandbox.advance(DAY)
        assert {one["externalUserId"] for one in shop.sandbox.members(shop.audience_id)} == set(people)
        loads.append(shop.apply().changes.get("refresh", 0))
    assert sum(loads) <= 30 * 14 / 2.5
