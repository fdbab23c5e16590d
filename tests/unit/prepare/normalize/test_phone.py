"""The column-wise path of phone numbers against the library: what it answers has to be what the library would."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.model.countries import MATCHED
from lading.prepare.normalize import numbering, phone, phone_library

PREFIXES = ["", "0", "00", "1", "+", "011", "010", "(0"]
CODES = {country: numbering.numbering(country).code for country in sorted(MATCHED)}


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str | None]:
    country = draw(st.sampled_from(sorted(MATCHED)))
    code = draw(st.sampled_from(["", CODES[country], *CODES.values()]))
    text = draw(st.sampled_from(PREFIXES)) + code + draw(st.sampled_from(["", "0", "(0)", " "]))
    text += draw(st.text("0123456789", min_size=1, max_size=13))
    at = draw(st.integers(0, len(text)))
    mark = draw(st.sampled_from(["", " ", "-", ".", "/", " - ", ")", "(", "x", "/x"]))
    text = (
        text[:at]
        + mark
        + text[at:]
        + draw(st.sampled_from(["", "", "", " x 12", "ext. 7", " EXT5", " Extn 3", "x"]))
    )
    return text, draw(st.sampled_from([country, country, None, "CH", "ZZ"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers(), min_size=1, max_size=60))
def test_columns_say_what_the_library_says(asked: list[tuple[str, str | None]]) -> None:
    frame = pl.DataFrame(asked, schema={"raw": pl.String, "country": pl.String}, orient="row").with_row_index(
        "at"
    )
    answered = phone.by_columns(frame)["text"]
    wrong = [
        (raw, country, said)
        for (raw, country), said in zip(asked, answered, strict=True)
        if said is not None and said != phone_library.normalize(raw, country)
    ]
    assert wrong == []
    hopeless = frame.filter(phone.hopeless(frame))
    assert [
        one for one in hopeless.select("raw", "country").iter_rows() if phone_library.normalize(*one)
    ] == []


def test_what_is_certainly_no_number_does_not_need_the_library() -> None:
    values = [
        ("call me", "US"), ("0000", "IT"), ("12345", "FR"), ("12345", "CA"), ("06 0349 6961", None), ("(720) 555-0145", "ZZ")
    ]  # fmt: skip
    frame = pl.DataFrame(values, schema={"raw": pl.String, "country": pl.String}, orient="row")
    assert phone.hopeless(frame).all()
    assert {phone_library.normalize(*one) for one in values} == {None}


def test_common_shapes_do_not_need_the_library() -> None:
    shapes = [
        ("(415) 555-0160", "US"), ("+14155550160", None), ("1 415 555 0160", "CA"), ("020 7946 0018", "GB"),
        ("+44 (0)20 7946 0018", "FR"), ("0049 30 1234567", "GB"), ("06 12 34 56 78", "FR"), ("9876543216", "IN"),
        ("9187545673", "IN"), ("03-1234-5678", "JP"), ("347 1234567", "IT"), ("612345678", "ES"), ("0412 345 678", "AU"),
        ("+1 503 555 0178 ext. 61", "US"), ("+44 1184 960956 x 78", None), ("816001018515", "JP"), ("441632960663", "GB"),
    ]  # fmt: skip
    frame = pl.DataFrame(
        shapes, schema={"raw": pl.String, "country": pl.String}, orient="row"
    ).with_row_index("at")
    assert phone.by_columns(frame)["text"].null_count() == 0
