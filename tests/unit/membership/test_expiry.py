"""Lives of members over many nights: who is in the source never expires, and the load of sending them again is spread."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import polars as pl
import pytest

from lading.membership.diff import diff
from lading.membership.expiry import expiring, living
from lading.membership.files import write_parquet
from lading.membership.generation import Generation
from lading.membership.generations import commit
from lading.model.forecast import Expiring
from lading.model.frames import INDEX
from lading.model.states import Mode
from lading.plan.expiry import Horizon, horizon

DAY = timedelta(days=1)


def people(kit, numbers):
    return [kit.Person(f"c-{n}", ({"email": f"{n}@x"},)) for n in numbers]


class Life:
    """One audience, night after night, at an Amazon that takes everything at once."""

    def __init__(self, kit, ttl, mode=Mode.MIRROR):
        self.kit, self.ttl, self.mode, self.now, self.last = kit, ttl, mode, kit.now, None

    def night(self, records, gap):
        """The changes by kind; the clock then stands at the next night."""
        due = horizon(self.now, self.now + gap, self.ttl)
        made = diff(records, self.last, self.mode, now=self.now, folder=self.kit.folder, due=due)
        if made.counts.changes:
            settled = self.kit.all_confirmed(made.changes, at=self.now)
            self.last = commit(
                self.last, self.kit.folder / made.changes.name, settled,
                folder=self.kit.folder, at=self.now, ttl=self.ttl, profile="amc/1",
            )  # fmt: skip
        self.now += gap
        return made.counts


@pytest.mark.parametrize(("ttl", "nights"), [(60, 150), (7, 30)])
def test_members_of_one_day_are_refreshed_over_many_and_never_expire(kit, ttl, nights):
    life = Life(kit, ttl * DAY)
    records = kit.records(people(kit, range(600)))
    assert life.night(records, DAY).add == 600
    loads = [life.night(records, DAY) for _ in range(nights)]
    assert sum(one.add + one.remove for one in loads) == 0
    even = 600 * 3 / ttl  # if each were sent three times a life, evenly
    assert max(one.refresh for one in loads) <= (4 * even if ttl > 21 else 600)
    # Nobody is sent more often than about every third of a life.
    assert sum(one.refresh for one in loads) <= 600 * nights / (ttl / 3)


def test_nobody_expires_though_nights_fail(kit):
    life, chance = Life(kit, 40 * DAY), Random(4)
    records = kit.records(people(kit, range(50)))
    life.night(records, DAY)
    for _ in range(60):
        assert life.night(records, DAY).add == 0
        life.now += chance.choice([0, 0, 0, 1, 6]) * DAY


def test_each_has_his_point_within_the_spread(kit):
    records = kit.records(people(kit, range(300)))
    life = Life(kit, 100 * DAY)
    life.night(records, DAY)

    def due(days):
        when = Horizon(life.now, life.now + days * DAY, 20 * DAY)
        return diff(records, life.last, Mode.UPSERT, now=life.now, folder=kit.folder, due=when).counts.refresh

    assert (due(78), due(100)) == (0, 300)
    assert 0 < due(84) < due(89) < due(94) < 300
    assert due(89) == due(89)


def test_the_forecast_counts_whom_the_source_does_not_name(kit):
    life = Life(kit, 10 * DAY, Mode.UPSERT)
    life.night(kit.records(people(kit, range(10))), 3 * DAY)
    found = diff(
        kit.records(people(kit, range(4, 12))), life.last, Mode.UPSERT, now=life.now, folder=kit.folder
    )
    assert found.counts.add == 2
    assert found.expiring == (Expiring(7, 10, 4),)


def test_a_mirror_leaves_nobody_whom_the_source_does_not_name(kit):
    life = Life(kit, 10 * DAY)
    life.night(kit.records(people(kit, range(10))), 3 * DAY)
    found = diff(
        kit.records(people(kit, range(4, 12))), life.last, Mode.MIRROR, now=life.now, folder=kit.folder
    )
    assert found.expiring == (Expiring(7, 6, 0),)


def test_an_index_counts_who_lives_and_who_expires_when(kit):
    times = [
        ("a", "", 1),
        ("b", "f", 3),
        ("c", "?f", 3.5),
        ("d", "~", 3),
        ("e", "!f", 3),
        ("f", "-", 3),
        ("g", "f", 99),
    ]
    rows = [
        {"external_id": key, "fingerprint": mark, "expires_at": kit.now + days * DAY}
        for key, mark, days in times
    ]
    file = write_parquet(kit.folder, "index-1", pl.DataFrame(rows, schema_overrides=INDEX), INDEX)
    found = Generation(kit.folder, 1, file, (), 0)
    later = kit.now + 2 * DAY
    assert living(found, later) == 3
    assert expiring(found, later, 30) == (Expiring(1, 2),)
    shorter = replace(found, shift=-2 * DAY)
    assert (living(shorter, later), expiring(shorter, later, 99)) == (1, (Expiring(95, 1),))
