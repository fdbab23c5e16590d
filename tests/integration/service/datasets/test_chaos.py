"""Histories drawn by a seed: late rows, faults of Amazon's, uploads that fail, falls, people who ask to be forgotten, a column
that comes, a second instance; and each time one copy of each row that has to be there.

`CHAOS_SEEDS=50 CHAOS_FROM=1000 pytest tests/integration/service/datasets/test_chaos.py` lives fifty others.
"""

import os
import random
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from lading import wiring
from lading.clock import DoorClock
from lading.crashpoints import hooked
from lading.deliver import follow
from lading.errors import LadingError
from lading.ledger import store
from lading.service import runs
from lading.service.erasure import forgetting
from lading.service.erasure.asking import People
from lading.service.sync import Order, apply

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "40"))
NIGHTS = 3
LOOKBACK = timedelta(days=7)

ROUTE = "POST */uploads/shop_purchases"
FAULTS = (
    {},
    {"timeout_after": {"at": [1], "route": ROUTE, "hold_seconds": 0}},
    {"timeout_before": {"at": [1], "route": ROUTE, "hold_seconds": 0}},
    {"server_error": {"at": [1, 2], "route": ROUTE}},
    {"disconnect": {"at": [1], "route": ROUTE}},
    {"throttle": {"rate": 0.3, "times": 6}},
    {"server_error": {"rate": 0.3, "times": 6}},
    {"job_failed": {"at": [1]}},
    {"slow_jobs_seconds": 3000},
)
#: Where a process may fall. Between `sending` and its request there is no doubt that is not looked up.
MOMENTS = (
    "ledger.planned.before_commit", "ledger.planned.after_commit", "ledger.dataset_creating.after_commit",
    "create_dataset.after_answer", "ledger.dataset_ready.after_commit", "put_files.after_answer", "ledger.sending.after_commit",
    "create_upload.before_send", "create_upload.after_answer", "ledger.sent.before_commit", "ledger.sent.after_commit",
    "look_up.after_answer", "ledger.looked.after_commit", "ledger.adopted.before_commit", "ledger.adopted.after_commit",
    "ledger.absent.after_commit", "ask_upload.after_answer", "ledger.confirmed.before_commit", "ledger.confirmed.after_commit",
    "ledger.refused.after_commit", "ledger.committing.after_commit", "keys.after_rename", "clean_up.after_answer",
    "ledger.done.before_commit", "ledger.done.after_commit", "ledger.failed.after_commit",
)  # fmt: skip
#: And where an erasure may.
MOMENTS_OF_ERASURE = (
    "ledger.deletion_planned.after_commit", "ledger.deletion_sending.after_commit", "delete_people.after_answer",
    "ledger.deletion_sent.after_commit", "ledger.deletion_done.before_commit",
)  # fmt: skip
#: Amazon is asked less often: most of the time would go into asking.
RARE_LOOKS = ((timedelta(hours=1), timedelta(minutes=10)), (timedelta.max, timedelta(hours=3)))
#: The second instance is of type SANDBOX.
INVENTED = "amcshopsbx"
LATE = ("append", "replace", "replace", "ignore")
#: Of ten histories so many have a column that comes, somebody who asks to be forgotten, a second instance.
COLUMN, ASKED, SECOND = 0.3, 0.35, 0.15


class Fallen(BaseException):
    """The process is gone."""


@dataclass
class Model:
    """What the dataset must hold, by plain sets."""

    late: str
    today: object
    days: dict = field(default_factory=dict)
    watermark: object = None
    erased: set = field(default_factory=set)

    def night(self, rows):
        """A run with this source came to its end."""
        days = {}
        for row in rows:
            if row["email"] not in self.erased:
                days.setdefault(row["bought_at"][:10], {})[row["order_id"]] = row
        edge = f"{self.watermark - LOOKBACK:%Y-%m-%d}" if self.watermark else ""
        for day, known in days.items():
            if self.late == "append":
                self.days[day] = {**self.days.get(day, {}), **known}
            elif self.late == "ignore":
                self.days.setdefault(day, known)
            elif day >= edge:
                if self.days.get(day) != known:
                    self.moved(known)
                self.days[day] = known

    def moved(self, known):
        latest = max(row["bought_at"] for row in known.values())
        moment = self.today.fromisoformat(latest)
        self.watermark = max(filter(None, (self.watermark, moment)))

    def forget(self, email):
        """Whoever bought under this address is gone, and does not come back."""
        self.erased.add(email)
        for known in self.days.values():
            for order in [order for order, row in known.items() if row["email"] == email]:
                del known[order]

    @property
    def ids(self):
        return Counter(order for known in self.days.values() for order in known)


class StillClock(DoorClock):
    """The sandbox's clock moves only when somebody waits, so that it is asked for the time only then."""

    _seen = None

    def now(self):
        self._seen = self._seen or super().now()
        return self._seen

    def sleep_until(self, moment):
        super().sleep_until(moment)
        self._seen = None

    def rest(self, moment):
        super().rest(moment)
        self._seen = None


@contextmanager
def still_clock(environ, stop=None):
    with closing(StillClock(environ["LADING_CLOCK"], stop)) as clock:
        yield clock


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What makes a history quick without changing what is done."""
    monkeypatch.setattr(wiring, "clock_of", still_clock)
    monkeypatch.setattr(follow, "LOOKS", RARE_LOOKS)
    made, compiled, dialects = store.create_engine, {}, {}

    def engine(*args, **options):
        one = made(*args, **options)
        one.dialect = dialects.setdefault(one.dialect.name, one.dialect)
        return one.execution_options(compiled_cache=compiled)

    monkeypatch.setattr(store, "create_engine", engine)


def falling_at(rng, moments=MOMENTS):
    """A hook that falls once, at a moment that is drawn, the first or the second time that it is reached."""
    wish, left = rng.choice(moments), rng.choice((1, 1, 2))

    def hook(name):
        nonlocal left
        if name == wish:
            left -= 1
            if left == 0:
                raise Fallen(name)

    return hook


def again_and_again(desk, hook, command):
    """As a user would: the same command, until it says that it is done."""
    for _ in range(12):
        try:
            with desk.parts() as parts, hooked(hook):
                done = command(parts)
        except (Fallen, LadingError):
            continue
        if done:
            return
        desk.sandbox.advance(60)
    raise AssertionError("not done after twelve commands")


def carry(desk, rng, hook, name):
    """Lead a run of sync `name` to its end."""

    def command(parts):
        if rng.random() < 0.2 and (last := parts.ledger.runs.list(1)) and not last[0].over:
            report = runs.follow(parts, last[0].id, timedelta(minutes=10))
        else:
            wait = rng.random() >= 0.2
            report = apply(parts, name, Order(wait=wait, accept=frozenset({"schema_changed"})))
        assert report.balanced
        return (report.sync, report.state, report.exit_code) == (name, "done", 0)

    again_and_again(desk, hook, command)


def forget(desk, rng, email):
    """Erase whoever has this address."""

    def command(parts):
        return forgetting.forget(parts, People(emails=(email,)), Order()).state == "done"

    again_and_again(desk, falling_at(rng, MOMENTS_OF_ERASURE), command)


def new_rows(desk, rng, night, count):
    """Purchases of the day, and late ones of the days before."""
    today = desk.orders(count, rng.randint(1, 5), night, hour=0)
    late = [
        desk.order(count + 50 + number, night - rng.choice((1, 2, 3, 6, 20)), hour=0)
        for number in range(rng.randint(0, 3))
    ]
    return [*today, *late]


@dataclass
class History:
    """What one seed draws of the settings; each with dice of its own, so that a new one changes no other."""

    seed: int

    def chance(self, what, of_all):
        return random.Random(f"{what} {self.seed}").random() < of_all

    @property
    def late(self):
        return LATE[self.seed % len(LATE)]

    def settings(self, desk):
        """Written for its first night. Gives the syncs, each with its instance."""
        more = "\n        row_key: [order_id]" if self.late == "append" else ""
        more += "\n        clean_up: true" if self.chance("clean up", 0.5) else ""
        desk.settings(f"late: {self.late}{more}")
        if not self.chance("second instance", SECOND):
            return {"purchases": "amcshop001"}
        return {"purchases/amazon": "amcshop001", "purchases/second": desk.second_instance()}


def add_column(desk):
    path = desk.folder / "lading.yaml"
    text = path.read_text()
    found = text.index("email: {identifier")
    indent = text[text.rindex("\n", 0, found) : found]
    path.write_text(text.replace("email: {identifier", f"shop: {{type: STRING}}{indent}email: {{identifier"))


def held(desk, instance, model, rows):
    """The orders that an instance has. One of type SANDBOX invents its users, so that nobody's rows are found to be deleted."""
    gone = {row["order_id"] for row in rows if row["email"] in model.erased} if instance == INVENTED else ()
    return Counter(order for order in desk.ids(instance=instance) if order not in gone)


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_history_leaves_one_copy_of_each_row(desk, seed):
    rng, history = random.Random(seed), History(seed)
    desk.people = desk.people[:20]
    syncs = history.settings(desk)
    model, rows, columns = Model(history.late, desk.today), [], desk.columns
    for night in range(NIGHTS):
        if night == 1 and history.chance("column", COLUMN):
            add_column(desk)
            columns = (*columns, "shop")
        rows += [{**row, "shop": "Leipzig"} for row in new_rows(desk, rng, night, 1000 * (night + 1))]
        desk.write([{name: row[name] for name in columns} for row in rows], columns=columns)
        desk.sandbox.faults(**rng.choice(FAULTS))
        for name in syncs:
            carry(desk, rng, falling_at(rng), name)
        desk.sandbox.faults()
        # What was read when a run was cut off is what it carries: the last word has a run of what is there now.
        for name in syncs:
            carry(desk, rng, lambda _: None, name)
        model.night(rows)
        if night == 1 and history.chance("forget", ASKED):
            email = rng.choice(rows)["email"]
            forget(desk, rng, email)
            model.forget(email)
        for instance in syncs.values():
            assert held(desk, instance, model, rows) == model.ids, f"seed {seed}, night {night}, {instance}"
        desk.sandbox.advance(86400)
