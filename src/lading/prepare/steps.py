"""What happens to one value on the way through the rules of the profile "amc", in words: for `lading explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import polars as pl

from lading.prepare.normalize.address import part_words, put_words
from lading.prepare.normalize.email import bare_address
from lading.prepare.normalize.name import spell_out
from lading.prepare.normalize.postal import rule_of

#: Takes a value and its country, "" where there is none.
Step = tuple[str, Callable[[pl.Series, str], pl.Series]]


def _lower(text: pl.Series, _: str) -> pl.Series:
    return text.str.to_lowercase()


def _upper(text: pl.Series, _: str) -> pl.Series:
    return text.str.to_uppercase()


def _words(text: pl.Series) -> pl.Series:
    return text.str.strip_chars(" ").str.replace_all(" +", " ")


def _apart(text: pl.Series) -> pl.Series:
    return " " + text.str.replace_all(" ", "  ", literal=True) + " "


_NAME: Final[Sequence[Step]] = (
    ("lower case", _lower),
    ("ß ä ö ü ø æ spelled out", lambda text, _: spell_out(text)),
)

#: Field -> what is done before the rule's result.
STEPS: Final[Mapping[str, Sequence[Step]]] = MappingProxyType({
    "email": (("lower case", _lower), ("inside <> or after mailto:", lambda text, _: bare_address(text))),
    "phone": (("without marks", lambda text, _: text.str.extract(r"([+0-9].*)$").str.replace_all(r"[^0-9+#*;,\p{L}]+", "")),),
    "first_name": _NAME,
    "last_name": _NAME,
    "address": (
        ("upper case", _upper),
        ("cut into words", lambda text, country: _words(part_words(text, country))),
        ("words replaced", lambda text, country: _words(put_words(_apart(text), country))),
        ("joined", lambda text, _: text.str.replace_all(" ", "", literal=True)),
    ),
    "city": (("lower case", _lower),),
    "state": (("upper-case letters", lambda text, _: _upper(text, "").str.replace_all(r"[^\p{L}]+", "")),),
    "postal": (
        ("upper case", _upper),
        ("without other signs", lambda text, country: text.str.replace_all(rule_of(country).deleted, "")),
        ("cut", lambda text, country: text.str.slice(0, rule_of(country).length)),
    ),
})  # fmt: skip


def steps_of(field: str, value: str, country: str | None) -> Iterator[tuple[str, str]]:
    """What is done and the text after it, for each step that changes something."""
    text = pl.Series([value])
    for words, step in STEPS[field]:
        after = step(text, country or "")
        if after[0] != text[0]:
            yield words, after[0]
        text = after
