"""Raw identifiers in any text: found where they are, and not where only digits are."""

from __future__ import annotations

import re

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.prepare.datasets import raw
from lading.prepare.datasets.raw import EMAIL, PHONE, Hit, first_email, first_phone, hits, says_phone


def text(*values: str | None) -> pl.Series:
    return pl.Series("notes", values, dtype=pl.String)


def found(value: str, land: str | None = "US", *, by_name: bool = False) -> str | None:
    """The kind of identifier in a text."""
    hit = first_email(text(value)) or first_phone(text(value), text(land), by_name=by_name)
    return hit[1] if hit else None


@pytest.mark.parametrize(
    "value",
    ["bob@example.com", "wrote to Bob.O'Neil+shop@mail.example.co.uk on Monday", "Jörg@müller.de", "<a@b.io>", "BOB@EXAMPLE.COM",
     "https://shop.example/?mail=bob%40example.com&x=1", "bob＠example.com", '{"to":"x_1@y-z.org"}'],
)  # fmt: skip
def test_an_address_in_any_text_is_found(value: str) -> None:
    assert found(value) == EMAIL


@pytest.mark.parametrize(
    "value", ["@shop", "50% @ noon", "a@b", "react@18.2.0", "me@", "@example.com", "x @ y.com"]
)
def test_an_at_alone_is_no_address(value: str) -> None:
    assert found(value) is None


@pytest.mark.parametrize(
    ("value", "land"),
    [
        ("+49 30 901820", None), ("call +14155552671, then +44 20 7946 0958", None), ("+49 (0)30 901820", None),
        ("tel:+493090182012", None), ("(212) 736-5000", None), ("212-736-5000", "DE"), ("1 212 736 5000", "US"),
        ("ruf an: 030 901820", "DE"), ("030/901820 abends", "DE"), ("020 7946 0958", "GB"), ("(01) 42 68 53 00", "FR"),
        ("+49 30 901820 2024", None), ("01.23.45.67.89", "FR"), ("04.01.24 030 901820", "DE"), ("(030) 901820", "DE"),
        ("0170/123 45 67", "DE"), ("Tel.030/901820", "DE"), ("098765 43210", "IN"), ("03-1234-5678", "JP"), ("0412 345 678", "AU"),
    ],
)  # fmt: skip
def test_a_phone_number_by_its_shape_is_found_in_text(value: str, land: str | None) -> None:
    assert found(value, land) == PHONE


@pytest.mark.parametrize(
    "value",
    ["2024-05-01 10:00:00", "01.05.2024", "05/01/2024 - 06/01/2024", "19.99", "1234567.89", "O-0000123", "114-3941689-8772232",
     "4006381333931", "978-3-16-148410-0", "192.168.100.200", "550e8400-e29b-41d4-a716-446655440000", "2024-000123", "20240501", "04.01.2024", "04.01.2024 10:30", "04.01.2024-08.12.2024", "from 04.01.24 to 08.12.24",
     "0.123456789", "1.000.000", "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "9" * 64, "0" * 32, "+1 for this", "12 34 56 78", "O-0100003-0", "SKU 0123-4567-A",
     "A-212-736-5000", "212-736-5000-1", "3.0301 9018201", "0100003-0"],
)  # fmt: skip
@pytest.mark.parametrize("land", ["US", "DE", "GB", "FR", "IT", None])
def test_other_digits_are_no_phone_number(value: str, land: str | None) -> None:
    assert found(value, land) is None


def test_digits_alone_are_a_number_only_where_the_columns_name_says_so() -> None:
    assert found("2127365000") is None
    assert found("2127365000", by_name=True) == PHONE
    assert found("12127365000", None, by_name=True) == PHONE
    assert found("030901820", "DE", by_name=True) == PHONE
    assert found("1111111111", by_name=True) is None
    assert found("9" * 64, by_name=True) is None


@pytest.mark.parametrize(
    "land",
    sorted(phonenumbers.SUPPORTED_REGIONS & {"US", "GB", "DE", "FR", "IN", "JP", "AU", "BR", "IT", "ES"}),
)
def test_what_libphonenumber_writes_for_abroad_is_found(land: str) -> None:
    number = phonenumbers.example_number(land)
    for form in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
        assert found(f"Please call {phonenumbers.format_number(number, form)}.", None) == PHONE


@pytest.mark.parametrize(
    "name",
    ["phone", "customerPhone", "MOBILE_NO", "téléphone", "Tel.", "fax", "WhatsApp number", "Telefonnummer"],
)
def test_names_that_say_phone(name: str) -> None:
    assert says_phone(name)


@pytest.mark.parametrize("name", ["hotel", "product", "telling", "smsc_id"])
def test_names_that_do_not(name: str) -> None:
    assert not says_phone(name)


def test_the_first_of_each_column_is_told_and_masked() -> None:
    columns = {
        "notes": text("fine", "bob@example.com", "amy@example.com"),
        "tel": text("+14155552671", None, ""),
        "ok": text("a", "b", "c"),
    }
    rows, lands = pl.Series([7, 8, 9], dtype=pl.UInt64), text("US", "US", "US")
    assert list(hits(columns, rows, lands)) == [
        Hit(8, "notes", EMAIL, "b***@e***"), Hit(7, "tel", PHONE, "+***"),
    ]  # fmt: skip


def plain_email(value: str) -> str | None:
    match = re.search(r"(?:[^\W]|[.%+'-])+(?:@|＠|%40)(?:(?:[^\W_]|-)+\.)+[^\W\d_]{2,}", value)
    return match[0] if match else None


_PARTS = st.sampled_from(
    ["a", "b1", "é", ".", "@", "%40", "_", "-", "+", " ", "com", "\n", "'", "4", "0", "%", ",", "＠"]
)


@settings(max_examples=50)
@given(st.lists(st.lists(_PARTS, max_size=10).map("".join), min_size=1, max_size=10))
def test_addresses_are_what_the_plain_rule_says(values: list[str]) -> None:
    known = [(at, plain_email(value)) for at, value in enumerate(values)]
    first = next(((at, EMAIL, piece) for at, piece in known if piece), None)
    assert first_email(text(*values)) == first


def plain_phone(value: str, land: str | None) -> bool:
    """The rule, one text at a time."""
    cut = re.sub(raw._DATES, "~", value, flags=re.ASCII)
    wide = [piece for shape in raw._SHAPES for piece in re.findall(shape, cut)]
    pieces = [match[1] for piece in wide if (match := re.search(raw._BARE, piece))]
    return any(raw._number(piece, land, alone=False) for piece in pieces)


_SIGNS = st.sampled_from(
    [
        "+49",
        "+1",
        "030",
        "(212)",
        "212",
        "736",
        "5000",
        "90",
        "18",
        "20",
        " ",
        "-",
        ".",
        "/",
        "x",
        "0",
        "2024-05-01",
        "\n",
    ]
)


@settings(max_examples=50)
@given(
    st.lists(st.lists(_SIGNS, max_size=9).map("".join), min_size=1, max_size=8),
    st.sampled_from(["US", "DE", None]),
)
def test_numbers_are_what_the_plain_rule_says(values: list[str], land: str | None) -> None:
    first = next((at for at, value in enumerate(values) if plain_phone(value, land)), None)
    hit = first_phone(text(*values), text(*[land] * len(values)), by_name=False)
    assert (hit[0] if hit else None) == first
