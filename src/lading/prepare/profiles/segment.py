"""The profile "segment": what Segment's destination for AMC sends, to stay in step with an audience that it built.

Source: `amazon-amc/function.ts` of segmentio/action-destinations. Nothing is abbreviated, looked up, cut or checked; the
country does not matter. Unlike there, a value of which nothing is left is absent instead of failing its batch.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import polars as pl

from lading.prepare.hashing import Rule
from lading.prepare.normalize.name import FOREIGN, letters_and_digits
from lading.prepare.normalize.shape import VALUE, result
from lading.prepare.profiles.profile import Profile


def _standard(values: pl.DataFrame) -> pl.DataFrame:
    return letters_and_digits(values[VALUE].str.to_lowercase())


def _email(values: pl.DataFrame) -> pl.DataFrame:
    lower = values[VALUE].str.to_lowercase()
    text = lower.str.replace_all("[^a-z0-9.@-]+", "")
    empty = text.str.len_bytes() == 0
    return result(
        text.set(empty, None), (empty, "nothing_left"), (lower.str.contains(FOREIGN), "letters_deleted")
    )


def _phone(values: pl.DataFrame) -> pl.DataFrame:
    digits = values[VALUE].str.replace_all("[^0-9]+", "")
    empty = digits.str.len_bytes() == 0
    return result(digits.set(empty, None), (empty, "phone_invalid"))


def _rule(normalize: Callable[[pl.DataFrame], pl.DataFrame], *, repeats: bool = False) -> Rule:
    return Rule(normalize, "as_is", by_country=False, repeats=repeats)


SEGMENT: Final = Profile(
    id="segment",
    version=1,
    about="as Segment's destination for AMC",
    rules=MappingProxyType({
        "email": _rule(_email),
        "phone": _rule(_phone),
        "first_name": _rule(_standard, repeats=True),
        "last_name": _rule(_standard, repeats=True),
        "address": _rule(_standard),
        "city": _rule(_standard, repeats=True),
        "state": _rule(_standard, repeats=True),
        "postal": _rule(_standard, repeats=True),
    }),
)  # fmt: skip
