"""Rows become people, and every accepted row is recorded, merged or a duplicate."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.membership import merge as merging
from lading.membership.files import write_parquet
from lading.membership.merge import merge, rows_of_denied
from lading.model.frames import RECORDS, SETS


def line(row, external_id, *, email=None, set_no=0, country="US", **consent):
    sets = {} if email is None else {"email": email}
    return {
        "row": row,
        "set_no": set_no,
        "external_id": external_id,
        "country": country,
        "set": sets,
        **consent,
    }


def merged(kit, rows, **kwargs):
    result = merge([kit.sets(rows)], kit.folder, kit.fingerprint, **kwargs)
    return result, kit.read(result.records)


def test_people_are_sorted_and_typed(kit):
    result, records = merged(kit, [line(1, "b", email="b@x.io"), line(2, "a", email="a@x.io")])
    assert records.schema == pl.Schema(RECORDS)
    assert records["external_id"].to_list() == ["a", "b"]
    assert (result.recorded, result.merged, result.duplicate) == (2, 0, 0)
    assert records["fingerprint"].to_list() == kit.fingerprint(records.drop("fingerprint")).to_list()


def test_a_row_that_adds_a_set_is_merged_and_one_that_adds_none_a_duplicate(kit):
    rows = [line(1, "a", email="old@x.io"), line(2, "a", email="new@x.io"), line(3, "a", email="old@x.io")]
    result, records = merged(kit, rows)
    assert (result.recorded, result.merged, result.duplicate) == (1, 1, 1)
    assert records["sets"].to_list() == [
        [kit.hashed({"email": "old@x.io"}), kit.hashed({"email": "new@x.io"})]
    ]


def test_the_last_row_says_country_and_consent(kit):
    rows = [
        line(1, "a", email="1", country="US", amzn_user_data="UNKNOWN", tcf="one"),
        line(2, "a", email="2", country="DE", amzn_user_data="GRANTED", amzn_ad_storage="GRANTED", tcf="two"),
    ]
    _, records = merged(kit, rows)
    assert records.select("country", "tcf", "amzn_user_data", "amzn_ad_storage").row(0) == (
        "DE", "two", "GRANTED", "GRANTED",
    )  # fmt: skip


def test_who_denies_is_left_out_with_all_rows_and_these_are_named(kit):
    rows = [line(number, name, email=f"{number}", country=land) for number, name, land in (
        (1, "a", "DE"), (2, "no", "DE"), (3, "b", "US"), (5, "no", None), (6, "no", "FR"),
    )]  # fmt: skip
    rows.append(line(6, "no", email="another", set_no=2, country="FR"))
    denied = kit.denied("no", "nobody", "no")
    result, records = merged(kit, rows, denied=denied)
    assert records["external_id"].to_list() == ["a", "b"]
    assert (result.recorded, result.merged, result.duplicate) == (2, 0, 0)
    named = pl.concat(rows_of_denied(kit.sets(rows), kit.folder, denied))
    assert named.rows() == [(2, "DE"), (5, None), (6, "FR")]


def test_a_hundred_sets_go_on_and_the_person_is_counted(kit):
    rows = [line(number, "a", email=str(number)) for number in range(1, 105)] + [line(200, "b", email="b")]
    result, records = merged(kit, rows)
    assert records["sets"].list.len().to_list() == [100, 1]
    assert (result.recorded, result.merged, result.duplicate, result.too_many_sets) == (2, 99, 4, 1)
    assert records["sets"][0][0]["email"] == kit.hashed({"email": "1"})["email"]


def test_too_many_sets_are_noticed_though_the_last_row_is_a_duplicate(kit):
    rows = [line(number, "a", email=str(number)) for number in range(1, 102)] + [line(102, "a", email="1")]
    result, _ = merged(kit, rows)
    assert (result.merged, result.duplicate, result.too_many_sets) == (99, 2, 1)


def test_exactly_a_hundred_sets_are_not_too_many(kit):
    result, _ = merged(kit, [line(number, "a", email=str(number)) for number in range(1, 101)])
    assert result.too_many_sets == 0


def test_no_rows_make_an_empty_file(kit):
    result = merge([], kit.folder, kit.fingerprint)
    assert kit.read(result.records).schema == pl.Schema(RECORDS)
    assert (result.recorded, result.merged, result.duplicate) == (0, 0, 0)


def oracle(rows):
    """The same by hand, one row at a time: external id -> (emails, country, consent), and the balance."""
    people, seen, balance = {}, {}, {"recorded": set(), "merged": set(), "duplicate": set()}
    for row in sorted(rows, key=lambda row: (row["row"], row["set_no"])):
        person = people.setdefault(row["external_id"], {"emails": [], "country": None, "consent": None})
        email = row["set"].get("email")
        opened = row["external_id"] not in seen
        if opened:
            seen[row["external_id"]] = row["row"]
            balance["recorded"].add(row["row"])
        new = email not in person["emails"] and len(person["emails"]) < 100
        if new:
            person["emails"].append(email)
            if row["row"] not in balance["recorded"]:
                balance["merged"].add(row["row"])
        person["country"] = row["country"]
        person["consent"] = row.get("amzn_ad_storage")
    all_rows = {row["row"] for row in rows}
    balance["duplicate"] = all_rows - balance["recorded"] - balance["merged"]
    return people, {name: len(members) for name, members in balance.items()}


INPUT = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=3),
        st.sampled_from(["US", "DE", None]),
        st.sampled_from([None, "GRANTED", "UNKNOWN"]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(rows=INPUT, batch=st.integers(1, 7), files=st.integers(1, 3))
def test_it_agrees_with_merging_by_hand_however_the_stream_is_cut(fresh_kit, rows, batch, files):
    kit = fresh_kit()
    lines = [
        line(number, external_id, email=email, set_no=place, country=country, amzn_ad_storage=consent)
        for number, (external_id, emails, country, consent) in enumerate(rows, start=1)
        for place, email in enumerate(emails)
    ]
    paths = [kit.sets(lines[part::files]) for part in range(files)]
    # Frames of a few rows, as if there were very many: people are cut in two by each of them.
    whole = pl.concat(pl.read_parquet(path) for path in paths).sort("external_id", "row", "set_no")
    tally = merging._Tally()
    frames = whole.iter_slices(batch) if whole.height else iter(())
    cut = [merging._records(part, tally, kit.fingerprint) for part in merging._whole_people(frames, tally)]
    result = merge(paths, kit.folder, kit.fingerprint)
    records = kit.read(result.records)
    people, balance = oracle(lines)
    assert {name: getattr(result, name) for name in balance} == balance
    assert (tally.people, tally.useful, tally.rows) == (
        result.recorded, result.recorded + result.merged, result.recorded + result.merged + result.duplicate,
    )  # fmt: skip
    assert records["external_id"].to_list() == sorted(people)
    if cut:
        assert pl.concat(cut).equals(records.select(pl.concat(cut).columns))
    for row in records.iter_rows(named=True):
        person = people[row["external_id"]]
        assert [one["email"] for one in row["sets"]] == [
            kit.hashed({"email": e})["email"] for e in person["emails"]
        ]
        assert row["country"] == person["country"]
        assert row["amzn_ad_storage"] == person["consent"]


def test_many_people_come_out_in_order(kit):
    count = 150_000
    rows = pl.DataFrame({"row": pl.int_range(1, count + 1, eager=True)}).with_columns(
        external_id=(pl.col("row") * 48_271 % 65_537).cast(pl.String),
        set_no=0,
        email=pl.col("row").cast(pl.String),
    )
    path = kit.folder / write_parquet(kit.folder, "sets", rows, SETS).name
    result = merge([path], kit.folder, lambda frame: frame["external_id"])
    records = kit.read(result.records)
    assert records["external_id"].is_sorted()
    assert (result.recorded, result.merged, result.duplicate) == (records.height, count - records.height, 0)
    assert records["external_id"].n_unique() == records.height == 65_537
    assert records["sets"].list.len().sum() == count
