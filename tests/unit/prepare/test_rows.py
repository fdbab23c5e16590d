from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.model.frames import FINDINGS, REJECTIONS, SETS
from lading.model.identifiers import HASH_OF_NOTHING, IDENTIFIERS
from lading.prepare import reasons
from lading.prepare.mapping import Wanted, resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare


def frame(**columns: list[str | None]) -> pl.DataFrame:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return table.with_row_index("row", 1).cast({"row": pl.UInt64})


def prepared(rows: pl.DataFrame, wanted: Wanted | None = None, **options: Any) -> Prepared:
    return prepare(rows, Recipe(resolve(rows.columns[1:], wanted), **options))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_row_becomes_a_set_of_hashes() -> None:
    rows = frame(
        id=["a-1"], user_id=["u1"], Email=["Jo@X.yz"], phone=["07700 900468"], first_name=["Jo"], last_name=["Müller"],
        address=["1 High Street"], city=["Bath"], state=["Somerset"], zip=["ba1 1aa"], country=["uk"],
    )  # fmt: skip
    done = prepared(rows)
    assert dict(done.sets.schema) == {
        name: pl.DataType.from_python(kind) if isinstance(kind, str) else kind for name, kind in SETS.items()
    }
    (person,) = done.sets.to_dicts()
    texts = ["jo@x.yz", "447700900468", "jo", "mueller", "1highst", "bath", "so", "BA11AA"]
    assert [person[name] for name in IDENTIFIERS] == [sha(text) for text in texts]
    assert (person["row"], person["set_no"], person["external_id"], person["country"]) == (1, 1, "u1", "GB")
    assert done.rejections.is_empty()
    assert done.findings.is_empty()


def test_no_clear_value_leaves() -> None:
    done = prepared(
        frame(
            user_id=["u1"], email=["secret@mail.example"], first_name=["Wilhelmina"], phone=["broken-number"]
        )
    )
    shown = "".join(str(table.rows()) for table in (done.sets, done.rejections, done.findings))
    assert not any(word in shown for word in ("secret", "example", "ilhelm", "roken"))


def test_every_column_of_a_field_makes_a_set() -> None:
    rows = frame(
        user_id=["u1"],
        email=["a@x.yz"],
        work=["b@x.yz"],
        phone=["+14155550160"],
        mobile=["+14155550161"],
        city=["Ulm"],
    )
    done = prepared(rows, {"email": ["email", "work"], "phone": ["phone", "mobile"]})
    assert done.sets.select("row", "set_no", "email", "phone", "city").rows() == [
        (1, 1, sha("a@x.yz"), sha("14155550160"), sha("ulm")),
        (1, 2, sha("b@x.yz"), sha("14155550161"), sha("ulm")),
    ]


def test_single_columns_go_with_every_set_and_short_fields_end() -> None:
    rows = frame(
        user_id=["u1"], a=["a@x.yz"], b=["b@x.yz"], c=["c@x.yz"], p=["+14155550160"], q=["+14155550161"]
    )
    done = prepared(rows, {"email": ["a", "b", "c"], "phone": ["p", "q"]})
    assert done.sets["phone"].to_list() == [sha("14155550160"), sha("14155550161"), None]


def test_a_further_set_that_says_nothing_new_is_left_out() -> None:
    rows = frame(
        user_id=["u1", "u2", "u3"],
        email=["a@x.yz", "b@x.yz", None],
        work=[None, "B@x.yz ", "c@x.yz"],
        city=["Ulm"] * 3,
    )
    done = prepared(rows, {"email": ["email", "work"]})
    assert done.sets.select("row", "set_no").rows() == [(1, 1), (2, 1), (3, 1), (3, 2)]


@pytest.mark.parametrize(
    ("identity", "code", "column", "masked"),
    [
        (None, "external_id_missing", "user_id", None),
        ("  ", "external_id_missing", "user_id", None),
        ("has blank", "external_id_illegal", "user_id", "h***"),
        ("jo@x.yz", "external_id_illegal", "user_id", "j***@x***"),
        ("x" * 129, "external_id_illegal", "user_id", "x***"),
    ],
)
def test_an_unusable_id_turns_the_row_away(
    identity: str | None, code: str, column: str, masked: str | None
) -> None:
    done = prepared(frame(user_id=[identity], email=["a@x.yz"]))
    assert done.sets.is_empty()
    assert done.rejections.rows() == [(1, column, code, reasons.REJECTIONS[code], masked)]


def test_a_row_with_nothing_to_match_by_names_the_first_bad_value() -> None:
    rows = frame(user_id=["u1", "u2"], email=["nobody", None], phone=["12", None], country=["Narnia", None])
    done = prepared(rows)
    assert done.sets.is_empty()
    assert done.findings.is_empty()
    assert done.rejections.select("row", "column", "code", "masked").rows() == [
        (1, "email", "no_identifier", "n***"),
        (2, None, "no_identifier", None),
    ]


def test_a_bad_value_is_a_finding_while_the_row_goes_on() -> None:
    rows = frame(
        user_id=["u1", "u2"],
        email=["a@x.yz", "b@x.yz"],
        phone=["12", None],
        first_name=["Renée", "Jo"],
        land=["Narnia", "us"],
    )
    done = prepared(rows, {"country": "land"}, default_country="FR")
    assert done.sets["country"].to_list() == ["FR", "US"]
    assert done.findings.select("row", "column", "code", "masked").rows() == [
        (1, "land", "country_unknown", "N***"),
        (1, "phone", "phone_invalid", "1***"),
        (1, "first_name", "letters_deleted", "R***"),
    ]


def test_an_id_can_be_hashed() -> None:
    done = prepared(frame(user_id=[" jo@x.yz ", None], email=["a@x.yz", "b@x.yz"]), external_id="hash")
    assert done.sets["external_id"].to_list() == [sha("jo@x.yz")]
    assert done.rejections["code"].to_list() == ["external_id_missing"]


def test_an_id_can_be_derived_from_the_strongest_hash() -> None:
    rows = frame(
        email=["a@x.yz", None, None, None],
        work=[None, "b@x.yz", None, None],
        phone=["+14155550160"] * 3 + [None],
        city=["Ulm"] * 4,
    )
    done = prepared(rows, {"email": ["email", "work"]}, external_id="derive")
    first = done.sets.unique("row", keep="first", maintain_order=True)
    assert first["external_id"].to_list() == [
        sha("a@x.yz"),
        sha("b@x.yz"),
        sha("14155550160"),
        sha("|||||" + sha("ulm") + "||")[:32],
    ]


def test_consent_is_carried_as_it_is() -> None:
    rows = frame(
        user_id=["u1"], email=["a@x.yz"], tc=[" CPxyz "], amzn_user_data=["GRANTED"], addr=["192.0.2.1"]
    )
    done = prepared(rows, {"consent": {"tcf": "tc", "ip": "addr"}})
    assert done.sets.select("tcf", "gpp", "amzn_user_data", "geo_ip").rows() == [
        ("CPxyz", None, "GRANTED", "192.0.2.1")
    ]


def test_no_rows_make_empty_frames() -> None:
    done = prepared(frame(user_id=[], email=[], phone=[], address=[], state=[], postal=[]))
    assert [table.columns for table in (done.sets, done.rejections, done.findings)] == [
        list(SETS),
        list(REJECTIONS),
        list(FINDINGS),
    ]


VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "Jo@X.yz",
            "a@b",
            "+1 415 555 0160",
            "020 7946 0018",
            "1 High St #2",
            "München",
            "Québec",
            "EC1A 1BB",
            "94107",
            "n/a",
        ]
    ),
    st.sampled_from([HASH_OF_NOTHING, sha("x"), sha("x").upper(), "ab" * 16]),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "user_id": st.one_of(VALUES, st.text("abc123-_", min_size=1, max_size=6)),
            "work": VALUES,
            "country": st.sampled_from([None, "US", "gb", "DE", "??"]),
        }
        | dict.fromkeys(IDENTIFIERS, VALUES)
    ),
    min_size=1,
    max_size=25,
)


def of(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    return frame(**{name: [row[name] for row in rows] for name in rows[0]})


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_every_row_is_in_a_set_or_in_one_rejection(rows: list[dict[str, str | None]]) -> None:
    done = prepared(of(rows), {"email": ["email", "work"]})
    assert done.rejections["row"].is_unique().all()
    assert sorted({*done.sets["row"], *done.rejections["row"]}) == list(range(1, len(rows) + 1))
    assert not {*done.sets["row"]} & {*done.rejections["row"]}
    assert {*done.findings["row"]} <= {*done.sets["row"]}
    assert {*done.findings["code"]} <= {*reasons.FINDINGS}
    assert done.sets.select("row", "set_no").rows() == sorted(done.sets.select("row", "set_no").rows())


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_hashes_are_hashes_and_never_of_nothing(rows: list[dict[str, str | None]]) -> None:
    sets = prepared(of(rows), {"email": ["email", "work"]}).sets
    for name in IDENTIFIERS:
        assert sets[name].drop_nulls().str.contains("^[0-9a-f]{64}$").all()
        assert HASH_OF_NOTHING not in sets[name].to_list()
        empty = [number for number, row in enumerate(rows, start=1) if row[name] is None and name != "email"]
        assert sets.filter(pl.col("row").is_in(empty))[name].is_null().all()


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_preparing_hashes_again_changes_nothing(rows: list[dict[str, str | None]]) -> None:
    once = prepared(of(rows)).sets
    again = prepared(once.select("row", pl.col("external_id").alias("user_id"), *IDENTIFIERS, "country"))
    assert again.sets.rows() == once.rows()
    assert again.findings.is_empty()


@settings(max_examples=12, deadline=None)
@given(ROWS, st.integers(1, 24))
def test_how_rows_are_cut_into_batches_changes_nothing(rows: list[dict[str, str | None]], size: int) -> None:
    whole = of(rows)
    parts = [prepared(part, {"email": ["email", "work"]}) for part in whole.iter_slices(size)]
    for name in ("sets", "rejections", "findings"):
        together = pl.concat([getattr(part, name) for part in parts])
        assert together.rows() == getattr(prepared(whole, {"email": ["email", "work"]}), name).rows()
