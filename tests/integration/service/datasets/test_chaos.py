"""Histories drawn by a seed: late rows, faults of Amazon's, uploads that fail, falls; and each time one copy of each row.

`CHAOS_SEEDS=50 CHAOS_FROM=1000 pytest tests/integration/service/datasets/test_chaos.py` lives fifty others.
"""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from lading.crashpoints import hooked
from lading.errors import LadingError
from lading.service import runs
from lading.service.sync import Order, apply

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "3"))
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


class Fallen(BaseException):
    """The process is gone."""


class Model:
    """What the dataset must hold, by plain sets."""

    def __init__(self, late, today):
        self.late, self.today = late, today
        self.days, self.watermark = {}, None

    def night(self, rows):
        """A run with this source came to its end."""
        days = {}
        for row in rows:
            days.setdefault(row["bought_at"][:10], {})[row["order_id"]] = row
        edge = f"{self.watermark - LOOKBACK:%Y-%m-%d}" if self.watermark else ""
        for day, known in days.items():
            if self.late == "append":
                self.days[day] = {**self.days.get(day, {}), **known}
            elif day >= edge:
                if self.days.get(day) != known:
                    self.moved(known)
                self.days[day] = known

    def moved(self, known):
        latest = max(row["bought_at"] for row in known.values())
        moment = self.today.fromisoformat(latest)
        self.watermark = max(filter(None, (self.watermark, moment)))

    @property
    def ids(self):
        return Counter(order for known in self.days.values() for order in known)


def falling_at(rng):
    """A hook that falls once, at a moment that is drawn, the first or the second time that it is reached."""
    wish, left = rng.choice(MOMENTS), rng.choice((1, 1, 2))

    def hook(name):
        nonlocal left
        if name == wish:
            left -= 1
            if left == 0:
                raise Fallen(name)

    return hook


def carry(desk, rng, hook):
    """As a user would: the same command again, until it says that it is done."""
    for _ in range(12):
        try:
            with desk.parts() as parts, hooked(hook):
                if rng.random() < 0.2 and (last := parts.ledger.runs.list(1)) and not last[0].over:
                    report = runs.follow(parts, last[0].id, timedelta(minutes=10))
                else:
                    wish = {"wait": False} if rng.random() < 0.2 else {}
                    report = apply(parts, "purchases", Order(**wish))
        except (Fallen, LadingError):
            continue
        assert report.balanced
        if (report.state, report.exit_code) == ("done", 0):
            return
        desk.sandbox.advance(60)
    raise AssertionError("not done after twelve commands")


def new_rows(desk, rng, night, count):
    """Purchases of the day, and late ones of the days before."""
    today = desk.orders(count, rng.randint(1, 5), night, hour=0)
    late = [
        desk.order(count + 50 + number, night - rng.choice((1, 2, 3, 6, 20)), hour=0)
        for number in range(rng.randint(0, 3))
    ]
    return [*today, *late]


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_history_leaves_one_copy_of_each_row(desk, seed):
    rng = random.Random(seed)
    late = ("append", "replace")[seed % 2]
    more = "\n        row_key: [order_id]" if late == "append" else ""
    more += "\n        clean_up: true" if rng.random() < 0.5 else ""
    desk.settings(f"late: {late}{more}")
    model, rows = Model(late, desk.today), []
    for night in range(NIGHTS):
        rows += new_rows(desk, rng, night, 1000 * (night + 1))
        desk.write(rows)
        desk.sandbox.faults(**rng.choice(FAULTS))
        carry(desk, rng, falling_at(rng))
        desk.sandbox.faults()
        # What was read when a run was cut off is what it carries: the last word has a run of what is there now.
        carry(desk, rng, lambda _: None)
        model.night(rows)
        assert Counter(desk.ids()) == model.ids, f"seed {seed}, night {night}"
        desk.sandbox.advance(86400)
