"""Mistakes that a single value shows: hashed twice, or in clear where its column's name promises hashes.

A hash tells nothing of its text, but some texts are so common that a list of any size holds them: two letters of a state,
five digits of a postal code, a frequent name, an address that people make up. Where the
hash of the hash of such a text turns up, it was hashed twice.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from itertools import product
from string import ascii_lowercase
from typing import Final

import polars as pl

from lading.prepare.tables.common_texts import COMMON_TEXTS
from lading.prepare.text import places, put

HASHED_TWICE: Final = "hashed_twice"
CLEAR_IN_HASHED: Final = "clear_in_hashed_column"

_HASH_LENGTH: Final = 64
_PROMISES_HASHES: Final = re.compile("hash|sha_?256", re.IGNORECASE)
_READY: Final = r"""^[\s"']*[0-9a-fA-F]{64}[\s"']*$"""


def noticed(field: str, column: str, values: pl.Series, done: pl.DataFrame) -> pl.Series:
    """The codes of `done` ("hash", "finding"), with those of this room where a value had none."""
    codes, ready = done["finding"], values.str.len_bytes() >= _HASH_LENGTH
    free = codes.is_null() & done["hash"].is_not_null()
    if ready.any():
        double = ready & free & done["hash"].is_in(list(_doubles(field)))
        codes = put(codes, places(double), HASHED_TWICE)
    if _PROMISES_HASHES.search(column):
        clear = free & ~values.str.contains(_READY)
        codes = put(codes, places(clear), CLEAR_IN_HASHED)
    return codes


@cache
def _doubles(field: str) -> frozenset[str]:
    """The hashes of the hashes of the texts that any list of this field holds."""
    return frozenset(_sha256(_sha256(text)) for text in ("", *_common(field)))


def _common(field: str) -> list[str]:
    if field == "state":
        return ["".join(two) for two in product(ascii_lowercase, repeat=2)]
    if field == "postal":
        return [f"{number:05}" for number in range(100_000)]
    return list(COMMON_TEXTS.get(field, ()))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
