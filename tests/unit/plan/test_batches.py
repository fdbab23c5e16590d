"""Every change is in exactly one batch, and batches keep their limits."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.model.frames import SET
from lading.plan.batches import Caps, count_identifiers, cut, cut_stream


def spans(sizes, groups, identifiers=None, **caps):
    counted = None if identifiers is None else pl.Series(identifiers, dtype=pl.UInt32)
    given_caps = {"max_records": 10, "max_bytes": 10_000, **caps}
    return cut(pl.Series(sizes, dtype=pl.UInt32), pl.Series(groups, dtype=pl.UInt8), counted, **given_caps)


def shape(found):
    return [(span.group, span.first, span.last, span.bytes) for span in found]


def test_by_number_of_records():
    assert shape(spans([5] * 5, [2] * 5, max_records=2)) == [(2, 0, 1, 11), (2, 2, 3, 11), (2, 4, 4, 5)]


def test_by_bytes_of_the_whole_body():
    # envelope 7 + 5 + 1 + 5 = 18 fits exactly; one byte less does not.
    assert shape(spans([5] * 3, [2] * 3, max_bytes=18, envelope=7)) == [(2, 0, 1, 18), (2, 2, 2, 12)]
    assert shape(spans([5] * 3, [2] * 3, max_bytes=17, envelope=7)) == [(2, n, n, 12) for n in range(3)]


def test_never_across_groups():
    assert shape(spans([1] * 4, [1, 1, 2, 2])) == [(1, 0, 1, 3), (2, 2, 3, 3)]


def test_a_line_that_is_too_long_is_a_batch_by_itself():
    assert shape(spans([5, 99, 5], [2, 2, 2], max_bytes=20)) == [(2, 0, 0, 5), (2, 1, 1, 99), (2, 2, 2, 5)]


def test_nothing_makes_no_batch():
    assert spans([], []) == ()


@pytest.mark.parametrize(("people", "parts"), [(100_000, 1), (100_001, 2), (1_000_000, 10)])
@pytest.mark.parametrize("max_records", [5_000, 6_000])
def test_parts_of_a_hundred_thousand_identifiers(people, parts, max_records):
    found = spans([300] * people, [2] * people, [1] * people, max_records=max_records, max_bytes=4_000_000)
    assert {span.part for span in found} == set(range(parts))


def test_a_record_that_fills_more_than_a_part_is_one_by_itself():
    frame = pl.DataFrame({"bytes": [1, 1, 1], "group": [2, 2, 2], "identifiers": [9, 3, 9]})
    found = list(cut_stream([frame], Caps(max_records=9, max_bytes=99, max_identifiers=5)))
    assert [(span.first, span.last, span.part) for span in found] == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]


def test_a_part_may_hold_removals_and_additions():
    assert [span.part for span in spans([1] * 4, [1, 1, 2, 2], [1] * 4)] == [0, 0]


def test_identifiers_are_hashes_of_all_sets():
    some = dict.fromkeys((field.name for field in SET.fields), None)
    sets = [[{**some, "email": "1", "phone": "2"}, {**some, "email": "3"}], [some]]
    frame = pl.DataFrame({"sets": sets}, schema={"sets": pl.List(SET)})
    assert count_identifiers(frame).to_list() == [3, 0]


CHANGES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=60)


CAPS = st.builds(
    Caps,
    max_records=st.integers(1, 9),
    max_bytes=st.integers(20, 120),
    envelope=st.integers(0, 15),
    max_identifiers=st.integers(9, 30),
)


@settings(max_examples=200, deadline=None)
@given(first=CHANGES, second=CHANGES, caps=CAPS, chunk=st.integers(1, 20))
def test_everything_is_covered_once_within_the_limits(first, second, caps, chunk):
    rows = [(1, *change) for change in first] + [(2, *change) for change in second]
    frame = pl.DataFrame(
        rows, schema={"group": pl.UInt8, "bytes": pl.UInt32, "identifiers": pl.UInt32}, orient="row"
    )
    found = list(cut_stream(frame.iter_slices(chunk) if rows else [], caps))
    assert found == list(cut_stream([frame], caps))
    assert [no for span in found for no in range(span.first, span.last + 1)] == list(range(len(rows)))
    assert [span.no for span in found] == list(range(len(found)))
    parts = {}
    for span in found:
        inside = rows[span.first : span.last + 1]
        assert {group for group, _, _ in inside} == {span.group}
        assert span.bytes == caps.envelope + sum(size for _, size, _ in inside) + len(inside) - 1
        assert span.records <= caps.max_records
        assert span.bytes <= caps.max_bytes or span.records == 1
        assert span.identifiers == sum(count for _, _, count in inside)
        parts[span.part] = parts.get(span.part, 0) + span.identifiers
    assert all(count <= caps.max_identifiers for count in parts.values())
    # As full as they may be: what follows a batch would not have fitted into it.
    for span, following in pairwise(found):
        _, size, _ = rows[following.first]
        assert (
            span.records == caps.max_records
            or span.bytes + 1 + size > caps.max_bytes
            or following.group != span.group
            or following.part != span.part
        )
