"""However often events come, in whatever order, and whatever was carried in between: the same people are members."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.membership.events import latest, settled
from lading.membership.files import write_parquet
from lading.model.frames import EVENTS, MARKS

START = datetime(2026, 1, 5, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

EVENT = st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.booleans())


def frame(events):
    rows = [(user, START + timedelta(hours=at), f"m-{at}", entered) for user, at, entered in events]
    known = pl.DataFrame(
        rows,
        schema={name: EVENTS[name] for name in ("external_id", "at", "message", "entered")},
        orient="row",
    )
    return known.select(
        pl.col(name) if name in known.columns else pl.lit(None).cast(kind).alias(name)
        for name, kind in EVENTS.items()
    )


def written(folder, events):
    return folder / write_parquet(folder, "events", frame(events), EVENTS).name


class Store:
    """Files and marks of one target, and the members that runs have left."""

    def __init__(self, folder):
        self.folder, self.files, self.marks, self.members = folder, [], None, set()

    def come(self, events):
        self.files.append(written(self.folder, events))

    def carry(self, *, settle):
        for found in latest(self.files, self.marks, self.folder):
            for user, entered in found.select("external_id", "entered").iter_rows():
                (self.members.add if entered else self.members.discard)(user)
        if settle and self.files:
            fresh = settled(self.files, self.marks, self.folder, oldest=LONG_AGO)
            self.files, self.marks = [], self.folder / fresh.name


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.lists(EVENT, max_size=8, unique_by=lambda event: event[:2]), st.randoms(use_true_random=False))
def test_the_last_event_of_each_user_decides(history, chance):
    flood = [event for event in history for _ in range(chance.choice([1, 2, 3]))]
    chance.shuffle(flood)
    with tempfile.TemporaryDirectory() as place:
        store = Store(Path(place))
        while flood:
            number = chance.randint(1, len(flood))
            store.come(flood[:number])
            del flood[:number]
            # A run that fails has sent what it found, and settles nothing.
            if chance.random() < 0.6:
                store.carry(settle=chance.random() < 0.6)
        store.carry(settle=True)
    last = {user: entered for user, _, entered in sorted(history, key=lambda event: event[1])}
    assert store.members == {user for user, entered in last.items() if entered}


def test_whoever_left_long_ago_is_forgotten_and_nobody_else(tmp_path):
    file = written(tmp_path, [("a", 0, True), ("a", 1, False), ("b", 0, True), ("c", 5, False)])
    kept = settled([file], None, tmp_path, oldest=START + timedelta(hours=3))
    marks = pl.read_parquet(tmp_path / kept.name)
    assert dict(marks.select("external_id", "entered").iter_rows()) == {"b": True, "c": False}
    assert list(marks.columns) == list(MARKS)
