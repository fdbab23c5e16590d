"""Street addresses: words put as Amazon abbreviates them in the country, joined without anything between, lower case.

Accents and marks other than the delimiters stay. Each step below works on whole columns: a word stands between two blanks of
its own, so that one pass of a multi-pattern search replaces whole words only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import COUNTRY, VALUE, result
from lading.prepare.tables.words import DEFAULT_WORDS, DOTTED, WORDS
from lading.prepare.text import CONTROLS, in_parts, number_signs, on_some, once_each

#: What parts two words, with C/O. Source: `DELIMITER_PATTERN_MAP` of AWS's AMC uploader.
_DELIMITERS: Final = dict.fromkeys(
    ",!()[]{} \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000",
    "  ",
)
#: Asked of Python, whose words end elsewhere than those of Polars.
_CARE_OF: Final = re.compile(r"\bC/O\b")

#: A word that follows an abbreviation without a blank between: Avda.San Martín. One letter alone is an initial: C.C. Parque.
_NEXT_WORD: Final = r"[\p{L}\p{N}]{2}"

_NO_CONTROLS: Final = dict.fromkeys(CONTROLS, "")


@cache
def _dash() -> str:
    """A number and something that is not one, around the last dash of a word: 33-A is 33 and A; 33-35 stays."""
    numeric = number_signs()
    return rf"( [{numeric}]+)-([^ -]*[^{numeric} -][^ -]*) "


@cache
def _odd() -> str:
    """What parts words and is no blank, or is deleted: most addresses hold nothing of it."""
    signs = {*_DELIMITERS, *CONTROLS, *".-#/"} - {" "}
    return "[" + "".join(rf"\u{{{ord(sign):x}}}" for sign in sorted(signs)) + "]"


def address(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized street addresses. Finding: nothing_left."""
    listed = values[COUNTRY].is_in(list(WORDS)).fill_null(value=False)
    text = in_parts(values[VALUE].str.to_uppercase(), values[COUNTRY].set(~listed, None), _joined)
    empty = text.str.len_bytes() == 0
    return result(text.set(empty, None), (empty, "nothing_left"))


def _joined(upper: pl.Series, country: str) -> pl.Series:
    """The addresses of a country: their words parted, replaced and joined again."""
    return (
        put_words(part_words(upper, country), country)
        .str.replace_all(" ", "", literal=True)
        .str.to_lowercase()
    )


def part_words(upper: pl.Series, country: str) -> pl.Series:
    """The words of an address in upper case, each between two blanks of its own."""
    odd = upper.str.contains(_odd()).fill_null(value=False)
    blanks = _padded(upper.str.replace_all(" ", "  ", literal=True))
    return on_some(blanks, odd, lambda _: _odd_parted(upper.filter(odd), country))


def _odd_parted(upper: pl.Series, country: str) -> pl.Series:
    parted = _parted(upper, DOTTED.get(country))
    dashes = on_some(parted, _holds(parted, "-"), _dashes_parted)
    return on_some(dashes, _holds(dashes, "#"), lambda some: some.str.replace_all("#", "  #  "))


def _dashes_parted(text: pl.Series) -> pl.Series:
    """Words at their dashes. Where an address has several of them, Amazon's way of counting decides."""
    several = text.str.count_matches(_dash()) > 1
    parted = text.str.replace_all(_dash(), "$1  $2 ")
    return on_some(parted, several, lambda _: once_each(text.filter(several), _dashes_in_turn))


def _dashes_in_turn(text: str) -> str:
    words = [word for word in text.split(" ") if word]
    part_dashes(words)
    return "".join(f" {word} " for word in words)


def part_dashes(words: list[str]) -> None:
    """33-A becomes 33 and A. Each word that is parted hides one more word at the end from this rule, as with Amazon."""
    for at in range(len(words)):
        number, _, rest = words[at].rpartition("-")
        if number.isnumeric() and rest and not rest.isnumeric():
            words[at : at + 1] = [number, rest]


def put_words(parted: pl.Series, country: str) -> pl.Series:
    """The same with each word as the country's list has it."""
    return _in_place(parted, WORDS.get(country, DEFAULT_WORDS))


def _parted(upper: pl.Series, dotted: Mapping[str, str] | None) -> pl.Series:
    """Every word between two blanks of its own; a dot parts words too, unless a known abbreviation holds it."""
    text = on_some(upper, _holds(upper, "C/O"), lambda some: once_each(some, partial(_CARE_OF.sub, " ")))
    if not dotted:
        return between_blanks(text, {".": "  "} | _NO_CONTROLS)
    whole = _in_place(_run_on_parted(between_blanks(text, _NO_CONTROLS), dotted), dotted)
    if "V.LE" in dotted:
        whole = whole.str.replace(r"^\s*V\. ", " VIA ")
    return whole.str.replace_all(".", "  ", literal=True)


def _run_on_parted(text: pl.Series, dotted: Mapping[str, str]) -> pl.Series:
    """Words that follow an abbreviation at once, as in AVDA.SAN, are words of their own."""
    ending = "|".join(re.escape(word) for word in dotted if word.endswith("."))
    return text.str.replace_all(rf" ({ending})({_NEXT_WORD})", " $1  $2") if ending else text


def _holds(text: pl.Series, part: str) -> pl.Series:
    return text.str.contains(part, literal=True)


def between_blanks(text: pl.Series, further: Mapping[str, str]) -> pl.Series:
    """Every word between two blanks of its own; `further` delimiters are named with what takes their place."""
    return _padded(text.str.replace_many(_DELIMITERS | dict(further)))


def _padded(text: pl.Series) -> pl.Series:
    return text.to_frame("text").select(pl.concat_str(pl.lit(" "), "text", pl.lit(" "))).to_series()


def replaced(parted: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """Words that stand between two blanks of their own, each known one replaced, joined without anything between."""
    return _in_place(parted, known).str.replace_all(" ", "", literal=True)


def _in_place(text: pl.Series, known: Mapping[str, str]) -> pl.Series:
    return text.str.replace_many({f" {word} ": f" {stands} " for word, stands in known.items()})
