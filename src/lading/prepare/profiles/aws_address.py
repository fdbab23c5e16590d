"""Addresses as AWS's AMC uploader has them: how it parts words at dashes and number signs depends on its own slips."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import polars as pl

from lading.prepare.normalize.address import between_blanks, part_dashes, replaced
from lading.prepare.tables.words import DEFAULT_WORDS, WORDS
from lading.prepare.text import on_some, once_each

_DELIMITER: Final = re.compile(r"\s?,\s?|\bC/O\b|[!\[\]{}()]|\s+|\.")
_POUND: Final = re.compile("([A-Z]*)#([0-9A-Z/-]*)")

#: Where words are not parted at blanks, commas, dots and brackets alone.
_UNEVEN: Final = "#|-|C/O"


def joined(upper: pl.Series, country: str) -> pl.Series:
    """The addresses of a country, in upper case, with their words replaced and joined, in lower case."""
    words = {word: to for word, to in WORDS.get(country, DEFAULT_WORDS).items() if word != "BOULEVARD"}
    uneven = upper.str.contains(_UNEVEN)
    even = replaced(between_blanks(upper, {".": "  "}), words)
    joined = on_some(even, uneven, lambda _: once_each(upper.filter(uneven), partial(one, words=words)))
    return joined.str.to_lowercase()


def one(upper: str, words: dict[str, str]) -> str:
    """One address, still in upper case; the law that `joined` has to equal."""
    tokens = [token for token in _DELIMITER.split(upper) if token]
    part_dashes(tokens)
    _part_pounds(tokens)
    return "".join(words.get(token, token) for token in tokens)


def _part_pounds(tokens: list[str]) -> None:
    """APT#9 becomes APT, # and 9. With a further # in the word, what the first one left is overwritten."""
    for start in range(len(tokens)):
        at = start
        for before, after in _POUND.findall(tokens[start]):
            parts = [part for part in (before, "#", after) if part]
            if len(parts) > 1:
                tokens[at : at + 1] = parts
                at += len(parts) - 1
