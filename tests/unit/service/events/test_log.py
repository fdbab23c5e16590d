import os
from datetime import UTC, datetime

import polars as pl
import pytest

from lading.errors import GaveUp
from lading.model.frames import EVENTS
from lading.service.events.log import EventLog, frames, worker_of

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def event(user):
    return pl.DataFrame({"target": ["t"], "at": [NOW], "message": ["m"], "entered": [True], "external_id": [user], "sets": [[]]}).select(
        [pl.col(name).cast(kind) if name in {"target", "at", "message", "entered", "external_id"} else pl.lit(None).cast(kind).alias(name)
         for name, kind in EVENTS.items()]
    )  # fmt: skip


def users(path):
    return [user for _, _, found in frames(path) for user in found["external_id"]]


def test_what_was_written_is_read_again(tmp_path):
    log = EventLog(tmp_path, "abc")
    assert log.rotate() is None
    log.append({"engage": {"accepted": 1}}, NOW, event("u-1"))
    log.append({"engage": {"no_trigger": 2}}, NOW, pl.DataFrame(schema=EVENTS))
    path = log.rotate()
    assert [(tally, at) for tally, at, _ in frames(path)] == [
        ({"engage": {"accepted": 1}}, NOW),
        ({"engage": {"no_trigger": 2}}, NOW),
    ]
    assert users(path) == ["u-1"]
    log.append({}, NOW, event("u-2"))
    assert users(log.rotate()) == ["u-2"]
    assert worker_of(path) == "abc"


@pytest.mark.parametrize("lost", [1, 5, 40])
def test_a_frame_that_a_crash_cut_off_does_not_count(tmp_path, lost):
    log = EventLog(tmp_path, "abc")
    log.append({}, NOW, event("u-1"))
    log.append({}, NOW, event("u-2"))
    path = log.rotate()
    os.truncate(path, path.stat().st_size - lost)
    assert users(path) == ["u-1"]


def test_a_byte_that_the_disk_changed_is_noticed(tmp_path):
    log = EventLog(tmp_path, "abc")
    log.append({}, NOW, event("u-1"))
    path = log.rotate()
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    assert users(path) == []


def test_half_a_frame_is_taken_back_when_the_disk_refuses_the_rest(tmp_path, monkeypatch):
    log = EventLog(tmp_path, "abc")
    log.append({}, NOW, event("u-1"))
    whole = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: whole(handle, data[:9]))
    monkeypatch.setattr(os, "fdatasync", lambda _: (_ for _ in ()).throw(OSError(5, "input/output error")))
    with pytest.raises(GaveUp, match="send them again"):
        log.append({}, NOW, event("u-2"))
    monkeypatch.undo()
    log.append({}, NOW, event("u-3"))
    assert users(log.rotate()) == ["u-1", "u-3"]
