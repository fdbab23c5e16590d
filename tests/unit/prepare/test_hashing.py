from __future__ import annotations

import hashlib

import polars as pl
import pytest

from lading.model.identifiers import HASH_OF_NOTHING, IDENTIFIERS
from lading.prepare.hashing import hashed
from lading.prepare.profiles import AMC, profile
from lading.prepare.profiles.amc import PLACEHOLDERS

HASH = hashlib.sha256(b"someone").hexdigest()


def one(field: str, value: str | None, country: str | None = "US") -> tuple[str | None, str | None]:
    frame = hashed(
        pl.Series([value], dtype=pl.String),
        pl.Series([country], dtype=pl.String),
        AMC.rules[field],
        PLACEHOLDERS,
    )
    return frame.row(0)


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize(
    "written",
    [HASH, HASH.upper(), f"  {HASH} ", f'"{HASH}"', f"'{HASH}'\n", f"\u00a0{HASH}\u200b", f"{HASH}\x00\x00"],
)
def test_a_hash_that_comes_in_is_kept_in_lower_case(field: str, written: str) -> None:
    assert one(field, written) == (HASH, None)


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("digits", [32, 40, 56, 63, 65, 96, 128])
def test_a_hash_of_another_kind_is_not_sent(field: str, digits: int) -> None:
    assert one(field, ("ab" * 64)[:digits]) == (None, "hash_of_other_kind")


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("written", [HASH_OF_NOTHING, HASH_OF_NOTHING.upper(), f' "{HASH_OF_NOTHING}"'])
def test_the_hash_of_nothing_is_not_sent(field: str, written: str) -> None:
    assert one(field, written) == (None, "hash_of_nothing")


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("value", [None, "", "  ", "\u00a0\u3000", "\u200b", "\ufeff"])
def test_nothing_stays_nothing(field: str, value: str | None) -> None:
    assert one(field, value) == (None, None)


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("value", ["n/a", "N/A", " NULL ", "None", "-", "Unknown"])
def test_placeholders_are_not_sent(field: str, value: str) -> None:
    assert one(field, value) == (None, "placeholder")


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("value", ['{"work": "a@example.com"}', '["Ann", "Bo"]', '[ {"a": 1} ]', ' [["a"]]'])
def test_of_a_list_or_an_object_no_word_is_made(field: str, value: str) -> None:
    assert one(field, value) == (None, "nested_value")


def test_brackets_around_a_part_of_an_address_are_none_of_those() -> None:
    assert one("address", "[Unit 4] 12 Main Street") == one("address", "Unit 4 12 Main Street")


@pytest.mark.parametrize("name", ["Na", "Nan", "Nil"])
def test_names_that_look_like_placeholders_are_sent(name: str) -> None:
    assert one("last_name", name) == (hashlib.sha256(name.lower().encode()).hexdigest(), None)


def test_placeholders_are_what_the_settings_say() -> None:
    values, nobody = pl.Series(["no@mail.example", "none@x.yz"]), pl.Series([None, None], dtype=pl.String)
    done = hashed(values, nobody, AMC.rules["email"], frozenset({"no@mail.example"}))
    assert done["finding"].to_list() == ["placeholder", None]


def test_without_placeholders_nothing_is_taken_for_one() -> None:
    done = hashed(pl.Series(["Unknown"]), pl.Series(["US"]), AMC.rules["city"], frozenset())
    assert done["hash"].is_not_null().all()


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize("value", ["é1" * 500_000, "a" * 1_000_000, "1" * 1_000_000, "\u0301" * 300_000])
def test_a_value_of_a_megabyte_does_no_harm(field: str, value: str) -> None:
    assert one(field, value)[0] != HASH_OF_NOTHING


def test_values_are_not_changed_where_they_lie() -> None:
    values = pl.Series(["  A@B.com", "Renée", "n/a", HASH.upper(), "nobody"])
    before = values.to_list()
    for field in IDENTIFIERS:
        hashed(values, pl.Series(["US"] * 5), AMC.rules[field], PLACEHOLDERS)
    assert values.to_list() == before


def strict(field: str, value: str, country: str | None = "US") -> tuple[str | None, str | None]:
    values, lands = pl.Series([value]), pl.Series([country], dtype=pl.String)
    return hashed(values, lands, profile("aws-strict").rules[field], frozenset()).row(0)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("field", "value", "hashes"),
    [
        ("email", HASH, HASH),
        ("email", HASH + "\n", HASH),
        ("email", HASH.upper(), None),
        ("last_name", HASH.upper(), HASH),
        ("state", HASH.upper(), sha("".join(filter(str.isalpha, HASH))[:2])),
        ("first_name", "D41D8CD98F00B204E9800998ECF8427E", sha("d41d8cd98f00b204e9800998ecf8427e")),
        ("city", HASH_OF_NOTHING, None),
    ],
)
def test_aws_strict_takes_only_a_bare_hash_for_one(field: str, value: str, hashes: str | None) -> None:
    assert strict(field, value)[0] == hashes


@pytest.mark.parametrize("field", ["first_name", "last_name", "city"])
def test_aws_strict_never_sends_a_text_that_becomes_the_hash_of_nothing(field: str) -> None:
    assert strict(field, f"@ {HASH_OF_NOTHING} /") == (None, "hash_of_nothing")


def test_aws_strict_knows_nine_countries_and_hashes_as_it_stands_without_one() -> None:
    assert strict("city", " Ulm", "AT") == (None, "country_not_covered")
    assert strict("city", " Ulm", None) == (sha(" Ulm"), "country_missing")
    assert strict("city", " Ulm", "DE") == (sha("ulm"), None)
