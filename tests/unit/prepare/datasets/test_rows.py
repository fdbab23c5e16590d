"""Rows of a dataset: typed, hashed, judged by consent; one that does not fit is a rejection, and the others go on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.prepare.datasets import reasons
from lading.prepare.datasets.raw import EMAIL, Hit
from lading.prepare.datasets.recipe import PARTITION, ROW_NUMBER, Column, DatasetRecipe
from lading.prepare.datasets.rows import DatasetRows, prepare_rows
from lading.prepare.mapping import ColumnMap
from lading.prepare.options import Options
from lading.prepare.profiles import profile
from lading.prepare.recipe import Recipe
from lading.prepare.suppression import Suppression, marked

MD5 = "d131dd02c5e6eec4693d9a0698aff95c"
GUIDE = "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def column(name: str, **facts: Any) -> Column:
    return Column(name=name, source=facts.pop("source", name), **facts)


def recipe(
    *columns: Column, unnamed: Iterable[str] = (), period: Any = "P1D", **people: Any
) -> DatasetRecipe:
    land = next((one.source for one in columns if one.country), None)
    signals = {one.consent: one.source for one in columns if one.consent}
    mapping = ColumnMap(None, land, {}, signals)
    told = Recipe(
        mapping, **{"external_id": "derive", "default_country": "US", "consent": "uk_eea", **people}
    )
    event = any(one.event_time for one in columns)
    return DatasetRecipe(
        columns=columns, period=period if event else None, people=told, unnamed=tuple(unnamed)
    )


def prepared(wish: DatasetRecipe, **columns: list[str | None]) -> DatasetRows:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return prepare_rows(table.with_row_index("row", 1).cast({"row": pl.UInt64}), wish)


def codes(done: DatasetRows) -> list[tuple[int, str | None, str, str | None]]:
    """Row, column, code and masked value of each rejection."""
    assert {*done.rejections["code"]} <= {*reasons.REJECTIONS}
    return done.rejections.select("row", "column", "code", "masked").rows()


def test_a_row_becomes_typed_values_with_hashed_identifiers() -> None:
    wish = recipe(
        column("order_id"), column("at", type="TIMESTAMP", event_time=True, source="When"), column("amount", type="DECIMAL"),
        column("count", type="INTEGER"), column("points", type="LONG"), column("day", type="DATE"),
        column("email", identifier="email"), column("land", country=True), column("hashed_land", identifier="country", source="land"),
        column("maid", external="maid"), column("key", hash=True, source="loyalty"), column("tcf_string", consent="gpp"),
    )  # fmt: skip
    done = prepared(
        wish, order_id=[" O-1\n"], When=["2024-05-01T23:30:00-02:00"], amount=["12.5"], count=["3"], points=["9"],
        day=["2024-05-01"], email=["ABC@example.com"], land=["Germany"], maid=[" AbC-1 "], loyalty=[" bob@x.org "],
        tcf_string=[None],
    )  # fmt: skip
    assert done.rejections.rows() == [
        (1, "tcf_string", "consent_missing", reasons.REJECTIONS["consent_missing"], None)
    ]
    done = prepare_rows(
        pl.DataFrame({"row": pl.Series([1], dtype=pl.UInt64), "order_id": [" O-1\n"], "When": ["2024-05-01T23:30:00-02:00"],
                      "amount": ["12.5"], "count": ["3"], "points": ["9"], "day": ["2024-05-01"], "email": ["ABC@example.com"],
                      "land": ["us"], "maid": [" AbC-1 "], "loyalty": [" bob@x.org "], "tcf_string": [None]},
                     schema_overrides={"tcf_string": pl.String}), wish,
    )  # fmt: skip
    assert done.rows.schema == pl.Schema(wish.schema)
    assert done.rows.to_dicts() == [{
        ROW_NUMBER: 1, PARTITION: datetime(2024, 5, 2, tzinfo=UTC), "order_id": " O-1\n",
        "at": datetime(2024, 5, 2, 1, 30, tzinfo=UTC), "amount": Decimal("12.50"), "count": 3, "points": 9,
        "day": date(2024, 5, 1), "email": GUIDE, "land": "US", "hashed_land": sha("us"), "maid": "AbC-1",
        "key": sha("bob@x.org"), "tcf_string": None,
    }]  # fmt: skip
    assert done.hits == ()


def test_a_bad_cell_rejects_its_row_alone() -> None:
    wish = recipe(
        column("id", nullable=False), column("at", type="TIMESTAMP", event_time=True), column("amount", type="DECIMAL"),
        column("count", type="INTEGER"), column("day", type="DATE"),
    )  # fmt: skip
    fine = {"id": "a", "at": "2024-05-01T10:00:00Z", "amount": "1", "count": "1", "day": "2024-05-01"}
    bad = [
        {"id": " "}, {"at": "2024-05-01 10:00"}, {"at": None}, {"amount": "secret@mail.example"}, {"amount": "1.234"},
        {"count": "2147483648"}, {"day": "6/15/2024"}, {"count": "1.5", "day": "x"}, {},
    ]  # fmt: skip
    rows = [fine | one for one in bad]
    done = prepared(wish, **{name: [row[name] for row in rows] for name in fine})
    assert codes(done) == [
        (1, "id", "null_not_allowed", None), (2, "at", "timestamp_no_zone", "2***"), (3, "at", "event_time_missing", None),
        (4, "amount", "not_a_number", "s***@m***"), (5, "amount", "too_many_places", "1***"), (6, "count", "out_of_range", "2***"),
        (7, "day", "not_a_date", "6***"), (8, "count", "not_a_whole_number", "1***"),
    ]  # fmt: skip
    assert done.rows[ROW_NUMBER].to_list() == [9]


def test_nothing_is_a_null_where_a_column_may_hold_one() -> None:
    wish = recipe(column("n", type="INTEGER"), column("t"), column("maid", external="maid"), period=None)
    done = prepared(
        wish,
        n=["", "n/a", None],
        t=["  ", "n/a", None],
        maid=["00000000-0000-0000-0000-000000000000", "-", None],
    )
    assert done.rows.select("n", "t", "maid").rows() == [
        (None, None, None),
        (None, "n/a", None),
        (None, None, None),
    ]
    assert done.rows[PARTITION].to_list() == [None] * 3
    assert done.findings.select("row", "column", "code").rows() == [
        (1, "maid", "placeholder"), (2, "n", "placeholder"), (2, "maid", "placeholder"),
    ]  # fmt: skip


def test_hashes_that_come_in_are_kept_and_those_of_another_kind_refused() -> None:
    wish = recipe(
        column("email", identifier="email"), column("phone", identifier="phone"), column("land", country=True)
    )
    done = prepared(
        wish,
        email=[GUIDE.upper(), MD5, "no address"],
        phone=["212-736-5000", "030 901820", None],
        land=["US", "DE", "XX"],
    )
    assert done.rows.select("email", "phone").rows() == [(GUIDE, sha("12127365000")), (None, None)]
    assert codes(done) == [(2, None, "consent_missing", None)]
    assert done.findings.select("row", "code").rows() == [(3, "email_invalid"), (3, "country_unknown")]
    assert prepared(recipe(column("email", identifier="email")), email=[MD5]).findings["code"].to_list() == [
        "hash_of_other_kind"
    ]


@pytest.mark.parametrize(
    ("land", "said", "code"),
    [
        ("US", None, None), ("US", "DENIED", "consent_denied"), ("UK", "granted", None), ("GB", None, "consent_missing"),
        ("DE", "UNKNOWN", "consent_missing"), ("DE", "DENIED", "consent_denied"), ("", "GRANTED", None), ("FR", "yes", "consent_unreadable"),
    ],
)  # fmt: skip
def test_consent_decides_by_signal_and_country(land: str, said: str | None, code: str | None) -> None:
    wish = recipe(column("land", country=True), column("ads", consent="amzn_user_data"))
    done = prepared(wish, land=[land], ads=[said])
    assert done.rejections["code"].to_list() == ([code] if code else [])
    if code is None:
        assert done.rows["ads"].to_list() == [said and said.upper()]


def test_amazon_gets_only_the_two_values_of_its_signal() -> None:
    wish = recipe(
        column("a", consent="amzn_user_data"), column("b", consent="amzn_ad_storage"), consent="never"
    )
    done = prepared(wish, a=["GRANTED", "UNKNOWN", "maybe"], b=[None, "NOT_APPLICABLE", "granted"])
    assert done.rows.select("a", "b").rows() == [("GRANTED", None), (None, None), (None, "GRANTED")]
    assert done.findings.select("row", "column", "code").rows() == [(3, "a", "consent_value_unknown")]


def test_whoever_was_erased_by_an_id_of_others_is_not_sent_again() -> None:
    key = b"k" * 32
    erased = Suppression(key, marked(key, "maid", ["AB-1"]) | marked(key, "liveramp", ["Xy1"]))
    wish = recipe(column("device", external="maid"), column("ramp", external="liveramp"), suppression=erased)
    done = prepared(wish, device=["ab-1", "Ab-1", "Xy1", None], ramp=[None, None, "xy1", "Xy1"])
    assert codes(done) == [
        (1, None, "suppressed", None),
        (2, None, "suppressed", None),
        (4, None, "suppressed", None),
    ]


def test_a_denial_counts_before_all_else_and_whoever_was_erased_is_not_sent_again() -> None:
    erased = Suppression(b"k" * 32, marked(b"k" * 32, "email", [GUIDE]))
    wish = recipe(
        column("email", identifier="email"), column("n", type="INTEGER"), column("ads", consent="amzn_user_data"),
        suppression=erased,
    )  # fmt: skip
    done = prepared(
        wish,
        email=["abc@example.com", "abc@example.com", "other@example.com"],
        n=["x", "x", "1"],
        ads=["DENIED", None, None],
    )
    assert codes(done) == [(1, "ads", "consent_denied", "D***"), (2, None, "suppressed", None)]
    assert done.rows["__row"].to_list() == [3]


def test_raw_identifiers_are_looked_for_in_every_column_that_is_not_hashed() -> None:
    wish = recipe(
        column("email", identifier="email"), column("key", hash=True), column("note"), column("n", type="LONG"),
        column("mobile_no", type="LONG"), unnamed=("other",),
    )  # fmt: skip
    done = prepared(
        wish, email=["a@b.com"], key=["a@b.com"], note=["fine"], n=["12127365000"], mobile_no=["12127365000"],
        other=["see a@b.com"],
    )  # fmt: skip
    assert [(hit.column, hit.masked) for hit in done.hits] == [("mobile_no", "1***"), ("other", "a***@b***")]
    done = prepared(
        wish, email=[None], key=[None], note=["a@b.com"], n=["a@b.com"], mobile_no=["1"], other=[None]
    )
    assert done.hits == (Hit(1, "note", EMAIL, "a***@b***"), Hit(1, "n", EMAIL, "a***@b***"))


def test_rows_without_a_country_are_counted() -> None:
    wish = recipe(
        column("email", identifier="email"),
        column("land", country=True),
        default_country=None,
        consent="never",
    )
    assert prepared(wish, email=["a@b.com", "b@b.com"], land=["US", None]).without_country == 1


def test_a_value_that_does_not_fit_can_stop_everything() -> None:
    strict = recipe(column("email", identifier="email"), profile=profile("amc", Options(on_invalid="error")))
    with pytest.raises(SettingsError, match="row 1, column email"):
        prepared(strict, email=["nobody"])


def test_no_clear_value_leaves() -> None:
    wish = recipe(column("email", identifier="email"), column("key", hash=True), column("n", type="INTEGER"))
    done = prepared(
        wish, email=["secret@mail.example", "broken-secret"], key=["secret-key"] * 2, n=["secret", "1"]
    )
    shown = "".join(str(table.rows()) for table in (done.rows, done.rejections, done.findings)) + repr(done)
    assert "ecret" not in shown
    assert "mail.ex" not in shown
