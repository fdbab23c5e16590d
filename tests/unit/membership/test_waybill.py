"""Every change has one line, with its outcome or as pending, and a name that only the key gives away."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl
import pytest

from lading.errors import BooksUnbalanced
from lading.membership.diff import diff
from lading.membership.waybill import OpenBatch, ref, write
from lading.model.frames import WAYBILL
from lading.model.states import Mode

KEY = bytes(range(200, 232))


def planned(kit, count):
    people = [kit.Person(f"p{number}", ({"email": str(number)},)) for number in range(count)]
    return kit.folder / diff(kit.records(people), None, Mode.ADD, now=kit.now, folder=kit.folder).changes.name


def test_each_change_meets_its_outcome(kit):
    settled = [kit.outcomes({0: "confirmed", 1: "refused"}, batch=0), kit.outcomes({2: "confirmed"}, batch=1)]
    waybill = write(planned(kit, 5), settled, key=KEY, folder=kit.folder, open_batches=[OpenBatch(7, 3, 3)])
    frame = kit.read(waybill.file)
    assert frame.schema == pl.Schema(WAYBILL)
    assert frame["outcome"].to_list() == ["confirmed", "refused", "confirmed", "pending", "pending"]
    assert frame["reason"].to_list() == [None, "no match", None, None, None]
    assert frame["batch"].to_list() == [0, 0, 1, 7, None]
    assert frame["job"].to_list() == ["job-0", "job-0", "job-1", None, None]
    assert frame["at"].to_list() == [kit.now] * 3 + [None] * 2
    tally = waybill.tally
    assert (tally.confirmed, tally.refused, tally.pending) == (2, 1, 2)


def test_means_are_on_the_waybill_but_not_in_the_books(kit):
    people = [kit.Person("a", ({"email": "1"},))]
    changes = pl.read_parquet(planned(kit, 2)).with_columns(change=pl.Series(["drop", "share"]))
    path = kit.folder / "means.parquet"
    changes.write_parquet(path)
    waybill = write(path, [kit.outcomes({0: "confirmed", 1: "confirmed"})], key=KEY, folder=kit.folder)
    assert waybill.file.rows == 2
    assert waybill.tally.confirmed == 0
    assert waybill.tally.counts == {("drop", "confirmed"): 1, ("share", "confirmed"): 1}
    assert people


def test_a_ref_is_an_hmac_of_the_external_id(kit):
    frame = kit.read(write(planned(kit, 1), [], key=KEY, folder=kit.folder).file)
    assert frame["ref"].to_list() == [hmac.new(KEY, b"p0", hashlib.sha256).hexdigest()] == [ref(KEY, "p0")]
    assert not frame.select(pl.all().cast(pl.String).str.contains("p0").any()).to_series().any()


def test_an_outcome_without_a_change_is_noticed(kit):
    with pytest.raises(BooksUnbalanced):
        write(planned(kit, 1), [kit.outcomes({5: "confirmed"})], key=KEY, folder=kit.folder)


def test_a_damaged_outcome_file_is_noticed(kit):
    settled = kit.outcomes({0: "confirmed"})
    (kit.folder / settled.file.name).write_bytes(b"")
    with pytest.raises(BooksUnbalanced, match="not as it was written"):
        write(planned(kit, 1), [settled], key=KEY, folder=kit.folder)
