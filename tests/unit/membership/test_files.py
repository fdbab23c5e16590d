"""A file is whole or it is not there."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from lading.crashpoints import hooked
from lading.errors import BooksUnbalanced, Bug, GaveUp
from lading.membership import files
from lading.membership.database import open_database
from lading.membership.disk import is_full
from lading.membership.files import FileRef, NamedDigest, open_parquet, sweep, verify, write_parquet

SCHEMA = {"n": pl.Int64, "text": pl.String}
FRAME = pl.DataFrame({"n": [1, 2], "text": ["a", "b"]})


def test_a_written_file_is_what_its_reference_says(tmp_path):
    file = write_parquet(tmp_path / "new", "index-000001", FRAME, SCHEMA)
    content = verify(tmp_path / "new", file).read_bytes()
    assert file == FileRef(file.name, hashlib.sha256(content).hexdigest(), len(content), 2)
    assert file.name.startswith("index-000001-")
    assert pl.read_parquet(tmp_path / "new" / file.name).equals(FRAME)


def test_names_never_repeat(tmp_path):
    assert len({write_parquet(tmp_path, "records", FRAME, SCHEMA).name for _ in range(5)}) == 5


def test_frames_are_written_one_after_another(tmp_path):
    file = write_parquet(tmp_path, "records", iter([FRAME, FRAME.head(0), FRAME]), SCHEMA)
    assert pl.read_parquet(tmp_path / file.name)["n"].to_list() == [1, 2, 1, 2]


@pytest.mark.parametrize("change", ["cut", "turned", "gone"])
def test_a_file_that_is_not_what_was_written_is_not_used(tmp_path, change):
    file = write_parquet(tmp_path, "records", FRAME, SCHEMA)
    path = tmp_path / file.name
    content = path.read_bytes()
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if change == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(BooksUnbalanced) as caught:
        verify(tmp_path, file)
    assert caught.value.problem_code == "file_damaged"
    assert "restore" in str(caught.value)


def frames_then(error):
    yield FRAME
    raise error


def write_to_a_full_device():
    with Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")
    yield FRAME


def test_a_full_disk_leaves_nothing_and_says_what_to_do(tmp_path):
    with pytest.raises(GaveUp, match="Free some space") as caught:
        write_parquet(tmp_path, "records", write_to_a_full_device(), SCHEMA)
    assert caught.value.problem_code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_below_the_database_is_the_same_error(tmp_path):
    with pytest.raises(GaveUp, match="Free some space"), open_database(tmp_path) as database:
        database.run("copy (select range from range(10000000)) to '/dev/full' (format parquet)")


def test_other_errors_keep_their_name_and_leave_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_parquet(tmp_path, "records", frames_then(ZeroDivisionError()), SCHEMA)
    assert list(tmp_path.iterdir()) == []
    assert not is_full(duckdb.Error("no such table"))


def test_the_moments_of_a_write_are_named_in_order(tmp_path):
    reached = []
    with hooked(reached.append):
        write_parquet(tmp_path, "segment-000001", FRAME, SCHEMA)
        write_parquet(tmp_path, "else", FRAME, SCHEMA)
    moments = ["after_write", "after_fsync", "after_rename", "after_folder_fsync"]
    assert reached == [f"{kind}.{moment}" for kind in ("segment", "membership") for moment in moments]


def test_folders_are_flushed_as_they_are_made(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(files, "flush", flushed.append)
    made = tmp_path / "runs" / "r-1" / "outcomes"
    files.make_folder(made)
    assert made.is_dir()
    assert flushed == [tmp_path, tmp_path / "runs", tmp_path / "runs" / "r-1"]
    files.make_folder(made)
    assert len(flushed) == 3


def test_garbage_is_swept_after_a_day(tmp_path):
    kept, garbage, young = (write_parquet(tmp_path, "records", FRAME, SCHEMA).name for _ in range(3))
    (tmp_path / "records-dead.parquet.tmp").touch()
    (tmp_path / "notes.txt").touch()
    now = datetime.now(UTC)
    for name in (kept, garbage, "records-dead.parquet.tmp", "notes.txt"):
        long_ago = (now - timedelta(hours=25)).timestamp()
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert sorted(sweep(tmp_path, {kept}, now)) == sorted([garbage, "records-dead.parquet.tmp"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([kept, young, "notes.txt"])


def test_a_stream_is_there_only_when_it_is_whole(tmp_path):
    with open_parquet(tmp_path, "outcomes", SCHEMA) as stream:
        stream.write(FRAME)
        with pytest.raises(Bug):
            _ = stream.file
        assert not list(tmp_path.glob("*.parquet"))
        stream.write(FRAME.select("text", "n"))
    assert pl.read_parquet(tmp_path / stream.file.name)["n"].to_list() == [1, 2, 1, 2]
    assert verify(tmp_path, NamedDigest(stream.file.name, stream.file.sha256))
