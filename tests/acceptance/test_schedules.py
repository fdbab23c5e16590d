"""Two months of schedules with the clock moved: real workers, two at once or one, killed now and then; each fire time runs once."""

import random
import sqlite3
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
#: Later than the machine's clock for long. Both changes of clocks lie in between: 9 March in New York, 30 March in Berlin.
BEGIN, MIDDLE, END = (datetime(2031, month, 20, 12, tzinfo=UTC) for month in (2, 3, 4))

SCHEDULES = """\
    schedule: {cron: "30 2 * * 0", timezone: Europe/Berlin}
  tenth:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Every tenth day, country: US}
    schedule: {dialect: treasure, cron: "0 0 5,*/10,25 * *", timezone: America/New_York}
  last:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: After every tenth, country: US}
    schedule: {after: tenth}
"""


def days():
    first = BEGIN.date()
    return [first + timedelta(days=n) for n in range((END.date() - first).days + 1)]


def expected():
    """The fire times, by hand: on 30 March there is no half past two in Berlin, so that night it is three."""
    sundays = [day for day in days() if day.weekday() == 6]
    nights = [
        datetime(day.year, day.month, day.day, *((3, 0) if day == date(2031, 3, 30) else (2, 30)), tzinfo=BERLIN)
        for day in sundays
    ]  # fmt: skip
    tenths = [
        datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
        for day in days()
        if day.day in {5, 10, 20, 25, 30}
    ]
    return {
        name: [one.astimezone(UTC) for one in moments if BEGIN < one.astimezone(UTC) < END]
        for name, moments in (("customers", nights), ("tenth", tenths))
    }


def worker(desk, end, crash_at=None):
    return desk.start("test-worker", end.isoformat(), LADING_CRASH_AT=crash_at)


def ends_of_two(desk, end, crash_at=None):
    """How two workers end who work beside each other; once the first has ended, the clock goes by the other alone."""
    desk.sandbox.clock(sleepers=2)
    with (
        worker(desk, end, crash_at) as one,
        worker(desk, end, crash_at) as other,
        ThreadPoolExecutor(2) as waiting,
    ):
        ends = [waiting.submit(each.wait, 100) for each in (one, other)]
        wait(ends, return_when=FIRST_COMPLETED)
        desk.sandbox.clock(sleepers=1)
        return tuple(each.result() for each in ends)


def test_each_fire_time_of_two_months_runs_once(desk):
    desk.settings(add=SCHEDULES)
    desk.write(desk.people(4))
    desk.sandbox.advance((BEGIN - desk.sandbox.now()).total_seconds())
    assert desk.lading("schedule", "list", "--json").code == 0

    # A month with two workers at once: two who die with a request under way, then two who live. Who gets what is a race.
    assert ends_of_two(desk, MIDDLE, "ledger.sent.after_commit") == (-9, -9)
    assert ends_of_two(desk, MIDDLE) == (0, 0)

    # A month with one worker at a time, who dies again and again.
    desk.write(desk.people(6))
    drawn, deaths = random.Random(8), 0
    while desk.sandbox.now() < END:
        with worker(desk, END, f"*:{drawn.randint(40, 200)}") as alone:
            deaths += alone.wait(100) == -9
    with worker(desk, desk.sandbox.now() + timedelta(minutes=1)) as healthy:  # what the last one left
        assert desk.ended(healthy).code == 0
    assert deaths >= 3

    runs = desk.lading("runs", "--limit", "200", "--json").data
    assert {(run["state"], run["exit_code"]) for run in runs} == {("done", 0)}
    fired, ran = fire_times(desk), run_times(desk)
    assert {name: fired[name] for name in expected()} == expected()
    assert ran == fired
    assert len(fired["last"]) == len(fired["tenth"])
    desk.sandbox.advance(7200)
    for audience in desk.lading("audiences", "list", "--json").data:
        members = desk.sandbox.members(audience["audience_id"])
        assert {member["externalUserId"] for member in members} == {f"c-{n}" for n in range(6)}


def fire_times(desk):
    """As the ledger has them, which are over; where all have slept, the clock went on to the next one, which is nobody's here."""
    rows = asked(desk, "SELECT sync, moment, state, missed FROM firings ORDER BY moment")
    found = [(sync, moment_of(moment), state, missed) for sync, moment, state, missed in rows]
    assert {tuple(rest) for _, moment, *rest in found if moment < END} == {("done", 0)}
    return by_sync((sync, moment) for sync, moment, *_ in found)


def run_times(desk):
    """The fire time of each run."""
    rows = asked(desk, "SELECT sync, fired_for FROM runs ORDER BY fired_for")
    return by_sync((sync, moment_of(moment)) for sync, moment in rows)


def by_sync(pairs):
    found = {}
    for sync, moment in pairs:
        if moment < END:
            found.setdefault(sync, []).append(moment)
    return found


def asked(desk, sql):
    with closing(sqlite3.connect(desk.home / "ledger.db")) as ledger:
        return ledger.execute(sql).fetchall()


def moment_of(microseconds):
    return datetime.fromtimestamp(microseconds / 1e6, UTC)
