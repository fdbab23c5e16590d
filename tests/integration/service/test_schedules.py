"""Schedules as they are fired and carried: each fire time once, whoever looks, dies, pauses or has the wrong settings."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from lading.clock import RealClock
from lading.crashpoints import hooked
from lading.errors import SettingsError
from lading.ledger import tables
from lading.runner import Runner
from lading.service.schedules import schedules
from lading.service.schedules.scheduling import Glances, fire_due

NIGHTLY = '    schedule: {cron: "0 3 * * *", timezone: Europe/Berlin}\n'
DAY = timedelta(days=1)


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


@pytest.fixture
def shop(shop):
    shop.sandbox.clock(mode="manual")
    shop.write(shop.people(8))
    return shop


@pytest.fixture
def post():
    """Who was told what."""
    told = []
    carry = lambda address, notice: told.append(notice) or True  # noqa: E731
    return SimpleNamespace(told=told, carry=carry, kind=lambda address: "test")


def scheduled(shop, text=NIGHTLY, *, notify=False):
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text() + text + ("notify:\n  - {on: [failed], to: env:TO}\n" if notify else ""))
    shop.environ["TO"] = "test://"


def runner(shop, post=None):
    @contextmanager
    def opened():
        with shop.parts() as parts:
            yield replace(parts, post=lambda: post) if post else parts

    return Runner(opened)


def until_idle(*runners):
    while sum(one.look() for one in runners):
        pass


def to(shop, *moment):
    """Move the clock to a moment of January 2026."""
    left = datetime(2026, 1, *moment, tzinfo=UTC) - shop.sandbox.now()
    shop.sandbox.advance(left.total_seconds())


def firings(shop, sync="customers"):
    with shop.parts() as parts:
        return [
            (f"{one.moment:%d %H:%M}", str(one.cause), str(one.state), one.missed)
            for one in reversed(parts.ledger.firings.of(sync))
        ]


def run_count(shop, **wanted):
    with shop.parts() as parts:
        return sum(
            1 for run in parts.ledger.runs.list(100) if all(getattr(run, k) == v for k, v in wanted.items())
        )


def test_two_workers_fire_each_night_once_and_one_catches_up_once(shop):
    scheduled(shop)
    one, other = runner(shop), runner(shop)
    until_idle(one, other)
    assert firings(shop) == []  # it begins when it is first seen: the night before is nobody's
    for day in (6, 7):
        to(shop, day, 2)
        until_idle(one, other)
    to(shop, 11, 12)
    until_idle(other, one)
    assert firings(shop) == [
        ("06 02:00", "cron", "done", 0), ("07 02:00", "cron", "done", 0), ("11 02:00", "catch_up", "done", 3),
    ]  # fmt: skip
    assert run_count(shop) == 3
    assert shop.members() == {f"c-{n}" for n in range(8)}
    with shop.parts() as parts:
        [line] = schedules.listed(parts, 2)
    assert (line.state, line.last_exit_code) == ("on", 0)
    assert [f"{moment:%d %H:%M}" for moment in line.next] == ["12 02:00", "13 02:00"]


def test_both_look_at_the_same_moment_and_one_fires(shop):
    scheduled(shop)
    with shop.parts() as one, shop.parts() as other:
        fire_due(one, Glances())
        to(shop, 6, 2)
        fired = []

        def meanwhile(point):
            if point == "ledger.fired.before_commit" and not fired:
                fired.append(point)

        with hooked(meanwhile):
            fire_due(one, Glances())
            fire_due(other, Glances())
        assert fired
        [waiting] = one.ledger.firings.waiting()
        assert one.ledger.firings.take(waiting, one.worker)
        assert not other.ledger.firings.take(waiting, other.worker)
        assert other.ledger.firings.free(other.worker) == ()


def test_what_is_not_to_be_caught_up_is_let_go_and_said(shop):
    scheduled(shop, NIGHTLY.replace("}", ", catch_up: false, delay: 1h}"))
    worker = runner(shop)
    until_idle(worker)
    to(shop, 6, 3)
    until_idle(worker)
    to(shop, 9, 12)
    until_idle(worker)
    assert firings(shop) == [("06 02:00", "cron", "done", 0), ("09 02:00", "catch_up", "passed", 2)]
    assert run_count(shop) == 1


@pytest.mark.parametrize(
    "point",
    [
        "ledger.fired.after_commit", "ledger.firing_taken.after_commit", "ledger.sent.after_commit",
        "ledger.firing_ended.before_commit",
    ],
)  # fmt: skip
def test_a_worker_that_dies_leaves_its_fire_time_to_the_next(shop, point):
    scheduled(shop)
    until_idle(runner(shop))
    to(shop, 6, 2)

    def die(name):
        if name == point:
            raise Death

    with hooked(die), pytest.raises(Death):
        until_idle(runner(shop))
    until_idle(runner(shop))
    assert firings(shop) == [("06 02:00", "cron", "done", 0)]
    assert run_count(shop) == 1
    assert shop.members() == {f"c-{n}" for n in range(8)}


def test_after_another_sync_and_for_each_target_of_it(shop):
    text = NIGHTLY + (
        "  later:\n    from: {source: files, path: customers.csv}\n    schedule: {after: customers}\n"
        "    to:\n      audience: {connection: amazon, name: Another audience, country: US}\n"
    )
    scheduled(shop, text)
    worker = runner(shop)
    until_idle(worker)
    to(shop, 6, 2)
    until_idle(worker)
    [later] = firings(shop, "later")
    assert later[1:] == ("after", "done", 0)
    shop.apply()  # by hand counts, too
    until_idle(worker)
    assert len(firings(shop, "later")) == 2
    assert run_count(shop, sync="later") == 2


def test_on_change_once_it_has_settled(shop):
    scheduled(shop, "    schedule: {on_change: 10m}\n")
    worker = runner(shop)
    until_idle(worker)
    assert firings(shop) == []
    shop.write(shop.people(9))
    to(shop, 5, 9)
    until_idle(worker)
    assert firings(shop) == []  # it may still be written
    to(shop, 5, 9, 10)
    until_idle(worker)
    assert [one[1:3] for one in firings(shop)] == [("change", "done")]
    to(shop, 5, 12)
    until_idle(worker)
    to(shop, 5, 13)
    until_idle(worker)
    assert len(firings(shop)) == 1
    assert len(shop.members()) == 9


def test_a_schedule_that_keeps_failing_by_its_settings_is_switched_off_and_on_again(shop, post):
    scheduled(shop, notify=True)
    (shop.folder / "customers.csv").rename(shop.folder / "gone.csv")
    worker = runner(shop, post)
    until_idle(worker)
    for day in (6, 7, 8, 9, 10):
        to(shop, day, 2)
        until_idle(worker)
    assert [one[2] for one in firings(shop)] == ["failed"] * 3
    titles = [notice.title for notice in post.told]
    assert titles == ["Lading: customers failed"] * 3 + ["Lading: the schedule of customers is switched off"]
    assert "lading resume customers" in post.told[-1].body
    with shop.parts() as parts:
        [line] = schedules.listed(parts)
        assert (line.state, line.next) == ("off", ())
        assert "customers.csv" in line.reason
        (shop.folder / "gone.csv").rename(shop.folder / "customers.csv")
        assert schedules.resume(parts, "customers").state == "on"
    to(shop, 11, 2)
    until_idle(worker)
    assert firings(shop)[-1] == ("11 02:00", "cron", "done", 0)


def test_a_paused_schedule_lets_its_times_pass(shop):
    scheduled(shop)
    worker = runner(shop)
    until_idle(worker)
    with shop.parts() as parts:
        assert schedules.pause(parts, "customers").state == "paused"
        with pytest.raises(SettingsError, match="no sync"):
            schedules.pause(parts, "costumers")
    to(shop, 8, 12)
    until_idle(worker)
    with shop.parts() as parts:
        schedules.resume(parts, "customers")
    until_idle(worker)
    assert firings(shop) == []
    to(shop, 9, 2)
    until_idle(worker)
    assert firings(shop) == [("09 02:00", "cron", "done", 0)]


def test_what_a_dead_command_left_is_gone_on_with(shop):
    def die(name):
        if name == "ledger.sent.after_commit":
            raise Death

    with hooked(die), pytest.raises(Death):
        shop.apply()
    until_idle(runner(shop))
    assert run_count(shop, exit_code=0) == 0  # it was let go of, as by Ctrl-C: then a person goes on
    with shop.parts() as parts, parts.ledger._store.write("released") as connection:
        host = parts.worker.owner.host
        connection.execute(update(tables.runs).values(owner=f"{host}/{'0' * 32}/999999999"))
    until_idle(runner(shop))
    assert run_count(shop, exit_code=0) == 1
    assert len(shop.members()) == 8


@pytest.mark.parametrize("lanes", [1, 2])
def test_it_rests_until_the_next_time_and_stops_when_it_is_told(shop, lanes):
    import threading

    scheduled(shop)
    stop, said = threading.Event(), []

    def say(words):
        said.append(words)
        if "exit code" in words and len(said) >= 6:
            stop.set()

    worker = runner(shop)
    worker.say, worker.lanes = say, lanes
    worker.run_until(stop)
    assert [one[0] for one in firings(shop)] == ["06 02:00", "07 02:00", "08 02:00"]
    with pytest.raises(KeyboardInterrupt):  # whoever waits for Amazon is woken
        RealClock(stop).sleep_until(datetime.now(UTC) + DAY)


def test_two_workers_on_postgresql_fire_each_hour_once(shop, postgresql):
    """They look within the same moment, each in a thread of its own with connections of its own, hour after hour."""
    scheduled(shop, '    schedule: {cron: "0 * * * *"}\nledger: env:LEDGER\n')
    shop.environ["LEDGER"] = postgresql()
    to(shop, 6, 2, 30)
    workers = [runner(shop), runner(shop)]
    until_idle(*workers)
    hours = range(3, 7)
    with ThreadPoolExecutor(2) as pool:
        for hour in hours:
            to(shop, 6, hour)
            together = Barrier(2)
            for done in [pool.submit(_look_from, together, one) for one in workers]:
                done.result(timeout=60)
            until_idle(*workers)  # whoever came second may have found the target busy
    assert firings(shop) == [(f"06 {hour:02}:00", "cron", "done", 0) for hour in hours]
    with shop.parts() as parts:
        ran = [run.fired_for for run in reversed(parts.ledger.runs.list(100))]
    assert ran == [datetime(2026, 1, 6, hour, tzinfo=UTC) for hour in hours]


def _look_from(together, worker):
    together.wait(30)
    worker.look()
