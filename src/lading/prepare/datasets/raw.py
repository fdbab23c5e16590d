"""Raw identifiers where none may be: e-mail addresses and phone numbers in any column, in free text, too.

Cheap patterns go over whole columns first. What is left of a column is a few distinct pieces, and libphonenumber judges those,
one at a time until the first that is a number: one is enough to stop.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers
import polars as pl

from lading.prepare.mask import masked
from lading.prepare.normalize.shape import COUNTRY, VALUE

EMAIL: Final = "an e-mail address"
PHONE: Final = "a phone number"

_AT: Final = ("@", "＠", "%40")
_EMAIL: Final = r"[\p{L}\p{N}._%+'-]+(?:@|＠|%40)(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}"

#: No phone number of seven digits or more is in a text without this.
_DIGITS: Final = r"(?:[0-9][ ().\-/]{0,3}){6}[0-9]"

#: Dates have digits with separators between them, too. Two digits are a year only where the date stands alone: some countries
#: write phone numbers in pairs.
_DATES: Final = (
    r"\b(?:19|20)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9]\b|\b[0-3]?[0-9][-/.][0-3]?[0-9][-/.](?:19|20)[0-9]{2}\b"
    r"|(?:^|[^0-9\-/.])[0-3]?[0-9][-/.][0-3]?[0-9][-/.][0-9]{2}(?:$|[^0-9\-/.])"
)

#: What a phone number looks like where nothing but its shape says so. Dialled from abroad, ...
_ABROAD: Final = r"\B\+ ?\(?[1-9](?:[ ().\-/]{0,2}[0-9]){6,17}"
#: ... at home behind a trunk zero and a code of the area, ...
_TRUNK: Final = r"\(?0[1-9][0-9]{0,4}\)?[ .\-/]{1,3}(?:[0-9][ .\-/]{0,2}){3,10}[0-9]"
#: ... and as North America writes it.
_AMERICAN: Final = r"(?:1[ .\-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .\-])[2-9][0-9]{2}[ .\-][0-9]{4}"
#: Digits that hang on other signs are part of an order's number, a decimal or a key.
_ALONE_IN_TEXT: Final = r"(?:^|[^\w.\-/+]|[a-zA-Z]\.)(?:{})(?:$|[^\w\-])"
_SHAPES: Final = (
    _ABROAD,
    _ALONE_IN_TEXT.replace("{}", _TRUNK, 1),
    _ALONE_IN_TEXT.replace("{}", _AMERICAN, 1),
)
#: The number within what a shape takes in.
_BARE: Final = r"([+(0-9][0-9 ().\-/]*[0-9])"

#: All of a cell, in a column whose name speaks of phones.
_ALONE: Final = r"^[+0-9(][0-9 ().\-/]{5,24}[0-9]$"

#: Beginnings of words that columns of phone numbers have in their names, and whole words.
_BEGINNINGS: Final = (
    "phone",
    "telephon",
    "telefon",
    "mobile",
    "cellphone",
    "msisdn",
    "whatsapp",
    "rufnummer",
)
_WORDS: Final = frozenset({"tel", "cell", "fax", "handy", "sms"})

_NORTH_AMERICA: Final = "US"


@dataclass(frozen=True, slots=True)
class Hit:
    """A raw identifier, shown as far as a report may."""

    #: 1-based number in the input.
    row: int
    column: str
    #: EMAIL or PHONE.
    kind: str
    masked: str


def hits(columns: Mapping[str, pl.Series], rows: pl.Series, lands: pl.Series) -> Iterator[Hit]:
    """The first raw identifier of each column that has one. `rows`: the number of each row; `lands`: its country."""
    for column, values in columns.items():
        found = first_email(values)
        before = values.head(found[0]) if found else values
        found = first_phone(before, lands, by_name=says_phone(column)) or found
        if found:
            at, kind, piece = found
            shown = pl.select(masked(pl.lit(piece))).item()
            yield Hit(int(rows[at]), column, kind, str(shown))


def first_email(values: pl.Series) -> tuple[int, str, str] | None:
    """The place of the first text with an e-mail address in it, and the address."""
    near = values.str.contains_any(list(_AT)).fill_null(value=False).arg_true()
    pieces = values.gather(near).str.extract(f"({_EMAIL})")
    held = pieces.is_not_null().arg_true()
    return None if held.is_empty() else (int(near[held[0]]), EMAIL, str(pieces[held[0]]))


def first_phone(values: pl.Series, lands: pl.Series, *, by_name: bool) -> tuple[int, str, str] | None:
    """The place of the first text with a phone number in it, and the number."""
    near = values.str.contains(_DIGITS).fill_null(value=False).arg_true()
    if near.is_empty():
        return None
    some = pl.DataFrame({"at": near, VALUE: values.gather(near), COUNTRY: lands.gather(near)})
    for at, piece, land, alone in _pieces(some, by_name=by_name).iter_rows():
        if number := _number(piece, land, alone=alone):
            return int(at), PHONE, number
    return None


@cache
def says_phone(column: str) -> bool:
    """Whether a column's name says that phone numbers are in it."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", column) if not unicodedata.combining(one))
    words = [word.lower() for word in re.findall("[A-Z]?[a-z]+|[A-Z]+", plain)]
    return any(word in _WORDS or word.startswith(_BEGINNINGS) for word in [*words, "".join(words)])


def _pieces(some: pl.DataFrame, *, by_name: bool) -> pl.DataFrame:
    """`at`, `piece`, `country`, `alone`: what looks like a phone number, each once, in the order of rows."""
    text = some.with_columns(pl.col(VALUE).str.replace_all(_DATES, "~").alias("text"))
    shaped = [
        text.select("at", COUNTRY, piece=pl.col("text").str.extract_all(shape), alone=False)
        .explode("piece", empty_as_null=True)
        .drop_nulls("piece")
        .with_columns(pl.col("piece").str.extract(_BARE))
        for shape in _SHAPES
    ]
    if by_name:
        whole = pl.col(VALUE).str.strip_chars().str.strip_prefix("tel:").str.strip_chars()
        shaped.append(
            some.select("at", COUNTRY, piece=whole, alone=True).filter(pl.col("piece").str.contains(_ALONE))
        )
    return (
        pl.concat([one.select("at", "piece", COUNTRY, "alone") for one in shaped])
        .unique(["piece", COUNTRY, "alone"], keep="first")
        .sort("at", "piece", "alone")
    )


def _number(piece: str, land: str | None, *, alone: bool) -> str | None:
    """The valid phone number in a piece, which may have digits of something else behind it; None for none."""
    if piece.startswith("+"):
        return _longest(piece, [None])
    lands: list[str | None] = [land] if land else []
    if re.fullmatch(_AMERICAN, piece):
        lands.append(_NORTH_AMERICA)
    if alone and _valid(f"+{piece}", None):
        return piece
    return _longest(piece, lands)


def _longest(piece: str, lands: Iterable[str | None]) -> str | None:
    """The piece, or what is left of it when groups at its end are taken away, if that is a valid number."""
    lands, text = tuple(lands), piece
    while text:
        if any(_valid(text, land) for land in lands):
            return text
        text = (
            re.sub(r"[ ().\-/]*[0-9]+$|[0-9]+$", "", text)
            if re.search(r"[0-9][ ().\-/]+[0-9]+$", text)
            else ""
        )
    return None


def _valid(text: str, land: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, land))
    except phonenumbers.NumberParseException:
        return False
