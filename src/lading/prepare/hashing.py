"""From a clear value to its SHA-256, or to nothing: hashes that come in are kept, nothing is never hashed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl
import polars_hash as plh

from lading.model.identifiers import HASH_OF_NOTHING
from lading.prepare.normalize.shape import COUNTRY, FINDING, TEXT, VALUE
from lading.prepare.text import Form, clean

#: SHA-256 in hex, of any case, with blanks or quotes around it.
_READY: Final = r"""^[\s"']*[0-9a-fA-F]{64}[\s"']*$"""

#: Hex digits as other hashes have them: MD5, SHA-1, SHA-224, SHA-384, SHA-512, and SHA-256 with a digit lost or gained.
_OTHER: Final = r"""^[\s"']*(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{63}|[0-9a-fA-F]{65}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})[\s"']*$"""
_SHORTEST: Final = 32

HASH: Final = "hash"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one identifier is normalized."""

    normalize: Callable[[pl.DataFrame], pl.DataFrame]
    form: Form
    #: Whether the country decides.
    by_country: bool
    #: Whether the same value is met often, so that each distinct one is worked on once.
    repeats: bool


def sha256(text: pl.Expr) -> pl.Expr:
    """SHA-256 of a text as 64 lower-case hex digits; null stays null."""
    return plh.CryptographicHashingNameSpace(text).sha2_256()


def hashed(values: pl.Series, countries: pl.Series, rule: Rule, placeholders: frozenset[str]) -> pl.DataFrame:
    """`hash` and `finding` of each value, in order."""
    clear = pl.DataFrame(
        {VALUE: values, COUNTRY: countries if rule.by_country else None},
        schema_overrides={COUNTRY: pl.String},
    )
    if not rule.repeats:
        return _hashed(clear, rule, placeholders)
    distinct = clear.unique()
    known = pl.concat([distinct, _hashed(distinct, rule, placeholders)], how="horizontal")
    return clear.join(known, on=[VALUE, COUNTRY], how="left", nulls_equal=True, maintain_order="left").select(
        HASH, FINDING
    )


def _hashed(clear: pl.DataFrame, rule: Rule, placeholders: frozenset[str]) -> pl.DataFrame:
    value = clean(clear[VALUE], rule.form)
    long = value.str.len_bytes() >= _SHORTEST
    ready = long & value.str.contains(_READY)
    other = long & value.str.contains(_OTHER)
    nothing = value.str.to_lowercase().is_in(list(placeholders))
    open_ = value.set(ready | other | nothing, None)
    done = rule.normalize(pl.DataFrame({VALUE: open_, COUNTRY: clear[COUNTRY]}))
    frame = done.with_columns(ready=value.set(~ready, None), other=other, nothing=nothing)
    return frame.select(_hash(), _finding())


def _hash() -> pl.Expr:
    came = pl.col("ready").str.strip_chars("\"' \t\r\n").str.to_lowercase()
    return pl.coalesce(pl.when(came != HASH_OF_NOTHING).then(came), sha256(pl.col(TEXT))).alias(HASH)


def _finding() -> pl.Expr:
    nothing = pl.col("ready").str.to_lowercase().str.contains(HASH_OF_NOTHING, literal=True)
    return (
        pl.when("nothing").then(pl.lit("placeholder"))
        .when(nothing).then(pl.lit("hash_of_nothing"))
        .when("other").then(pl.lit("hash_of_other_kind"))
        .otherwise(FINDING).alias(FINDING)
    )  # fmt: skip
