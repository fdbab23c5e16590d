from __future__ import annotations

import hashlib
import hmac

import polars as pl
import pytest

from lading.prepare import suppression as room
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare
from lading.prepare.suppression import NOBODY, Suppression, key_check, marked

KEY = bytes(range(32))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def suppressing(kind: str, *values: str) -> Suppression:
    return Suppression(KEY, marked(KEY, kind, values))


def prepared(suppression: Suppression, **columns: list[str | None]) -> Prepared:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("row", 1)
    wanted = {"email": [name for name in columns if name.startswith("email")]} if "email" in columns else None
    variants = ("phone_trunk",) if "phone" in columns else ()
    recipe = Recipe(resolve(list(columns), wanted), suppression=suppression, variants=variants)
    return prepare(table.cast({"row": pl.UInt64}), recipe)


def test_a_mark_is_an_hmac_of_kind_and_value() -> None:
    [mark] = marked(KEY, "email", ["x"])
    assert mark.hmac == hmac.new(KEY, b"email:x", "sha256").hexdigest()


def test_what_is_on_the_list_is_held_and_nothing_else() -> None:
    values = pl.Series(["a", None, "b", "A", ""])
    assert suppressing("email", "a").holds("email", values).to_list() == [True, False, False, False, False]
    assert not suppressing("email", "a").holds("phone", values).any()
    assert not NOBODY.holds("email", values).any()


def test_the_sieve_alone_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of its digits let one value in 256 through, and the HMAC decides."""
    monkeypatch.setattr(room, "_SIEVE", 2)
    values = [f"v-{number}" for number in range(5000)]
    found = suppressing("email", "v-7").holds("email", pl.Series(values))
    assert found.arg_true().to_list() == [7]


def test_a_list_shows_nobody_and_one_key_is_told_from_another() -> None:
    assert repr(suppressing("email", "a", "b")) == "Suppression(2 marks)"
    assert key_check(KEY) != key_check(bytes(32))


def test_a_row_of_an_erased_person_is_turned_away_and_shows_nothing() -> None:
    done = prepared(suppressing("external_id", "u1"), user_id=["u1", "u2"], email=["a@x.yz", "b@x.yz"])
    assert done.sets["external_id"].to_list() == ["u2"]
    [row] = done.rejections.to_dicts()
    assert (row["row"], row["code"], row["column"], row["masked"]) == (1, "suppressed", None, None)
    assert done.findings.is_empty()


@pytest.mark.parametrize(
    "columns",
    [
        {"user_id": ["n1"], "email": ["A@x.yz"]},
        {"user_id": ["n1"], "email": ["b@x.yz"], "email_2": ["a@x.yz"]},
        {"user_id": ["n1"], "email": [sha("a@x.yz").upper()]},
    ],
    ids=["another id", "a second column", "hashed already"],
)
def test_he_is_known_by_any_of_his_identifiers(columns: dict[str, list[str | None]]) -> None:
    done = prepared(suppressing("email", sha("a@x.yz")), **columns)
    assert done.rejections["code"].to_list() == ["suppressed"]


def test_he_is_known_by_another_spelling_that_would_be_sent() -> None:
    """A telephone whose 0 stays behind the calling code is one of the variants."""
    columns: dict[str, list[str | None]] = {
        "user_id": ["n1"],
        "phone": ["+49 (0)30 1234567"],
        "country": ["DE"],
    }
    sent = set(prepared(NOBODY, **columns).sets["phone"])
    assert len(sent) == 2
    for phone in sent:
        done = prepared(suppressing("phone", phone), **columns)
        assert done.rejections["code"].to_list() == ["suppressed"]


def test_a_derived_id_does_not_hide_him() -> None:
    table = pl.DataFrame({"row": [1], "email": ["a@x.yz"]}, schema={"row": pl.UInt64, "email": pl.String})
    recipe = Recipe(
        resolve(["email"], None), external_id="derive", suppression=suppressing("email", sha("a@x.yz"))
    )
    assert prepare(table, recipe).rejections["code"].to_list() == ["suppressed"]
