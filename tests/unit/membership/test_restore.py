"""The people of an earlier generation, as the people of a run."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from lading.errors import BooksUnbalanced
from lading.membership.diff import diff
from lading.membership.files import write_parquet
from lading.membership.generations import commit
from lading.membership.restore import restore
from lading.model.frames import INDEX, SEGMENT
from lading.model.states import Mode

OLD = ("a", "b", "c")


def people(kit, *ids, mail="{}@shop.example"):
    return [kit.Person(one, ({"email": mail.format(one)},)) for one in ids]


def carried(kit, previous, who, *, at=None, ttl=30, profile="amc/1"):
    """The generation after a run in mode mirror of which all was confirmed."""
    at = at or kit.now
    made = diff(kit.records(who), previous, Mode.MIRROR, now=at, folder=kit.folder, profile=profile)
    settled = kit.all_confirmed(made.changes, at=at)
    after = commit(
        previous, kit.folder / made.changes.name, settled, folder=kit.folder, at=at, ttl=kit.days(ttl), profile=profile
    )  # fmt: skip
    return made, after


def restored(kit, generation, *, now=None):
    found = restore(generation, kit.folder, now=now or kit.now, fingerprint=kit.fingerprint)
    return found, kit.read(found.records)


def test_the_members_of_then_come_back_with_their_sets_and_fingerprints(kit):
    _, first = carried(kit, None, people(kit, *OLD))
    carried(kit, first, people(kit, "b", "d", mail="new-{}@shop.example"))
    found, records = restored(kit, first)
    want = kit.read(type(found.records)(kit.records(people(kit, *OLD)).name, "", 0, 0))
    assert records.equals(want)
    assert found.profile == "amc/1"


def test_an_audience_that_had_nobody(kit):
    found, records = restored(kit, None)
    assert (found.profile, found.records.rows, records.height) == (None, 0, 0)


def test_an_audience_that_was_left_by_everybody(kit):
    """Its index is empty, and no segment is left of it."""
    _, nobody = carried(kit, None, [])
    assert nobody.segments == ()
    assert restored(kit, nobody)[0].records.rows == 0


def test_whose_time_is_over_is_left_out(kit):
    _, first = carried(kit, None, people(kit, *OLD), ttl=30)
    found, _ = restored(kit, first, now=kit.now + kit.days(31))
    assert found.records.rows == 0


def test_a_longer_ttl_keeps_them(kit):
    _, first = carried(kit, None, people(kit, *OLD), ttl=30)
    found, _ = restored(kit, replace(first, shift=kit.days(10)), now=kit.now + kit.days(31))
    assert found.records.rows == 3


def test_somebody_in_doubt_has_a_fingerprint_made_of_his_sets(kit):
    """A mark stands where his fingerprint was; whoever was to be sent away is nobody to bring back."""
    _, first = carried(kit, None, people(kit, *OLD))
    index = pl.read_parquet(first.index_path())
    marks = {"a": "", "b": f"?{index['fingerprint'][1]}", "c": "~"}
    marked = index.with_columns(pl.col("external_id").replace_strict(marks).alias("fingerprint"))
    doubtful = replace(first, index=write_parquet(kit.folder, "index-000001", marked, INDEX))
    _, records = restored(kit, doubtful)
    assert records["external_id"].to_list() == ["a", "b"]
    assert records["fingerprint"][0] not in {"", None}
    assert records["fingerprint"][1] == index["fingerprint"][1]


def test_a_segment_without_somebody_is_told(kit):
    _, first = carried(kit, None, people(kit, *OLD))
    lines = kit.read(first.segments[0]).head(2)
    short = replace(first, segments=(write_parquet(kit.folder, "segment-000001", lines, SEGMENT),))
    with pytest.raises(BooksUnbalanced, match="3 people were members"):
        restored(kit, short)


def test_members_who_were_hashed_by_other_rules_are_counted(kit):
    _, first = carried(kit, None, people(kit, *OLD), profile="amc/1")
    same, _ = carried(kit, first, people(kit, "a", "b", mail="new-{}@shop.example"), profile="amc/1")
    other, _ = carried(kit, first, people(kit, "a", "b", mail="new-{}@shop.example"), profile="segment/1")
    assert (same.rehashed, other.rehashed) == ({}, {"amc/1": 2})
