"""Who must not come in again: people who were erased, known by keyed hashes only.

A value's mark is HMAC-SHA256 of `<kind>:<value>`, with a key that never changes. No columnar program computes that, so a
sieve goes before it: six hex digits of SHA-256 over a secret and the same text. A list of a thousand people lets one value in
ten thousand through to the HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from lading.model.identifiers import CASELESS, OF_OTHERS, STRONG
from lading.prepare.hashing import sha256

#: What a person is known by: his external id as Amazon gets it, and the hashes of his strong identifiers.
EXTERNAL_ID: Final = "external_id"
KINDS: Final = (EXTERNAL_ID, *STRONG)
#: The same, and by ids of others, which stand in datasets only.
ALL_KINDS: Final = (*KINDS, *OF_OTHERS)
#: What waybills call him; never in a source.
REF: Final = "ref"

_SIEVE: Final = 6


class Marked(NamedTuple):
    """A value as it is remembered."""

    kind: str
    sieve: str
    hmac: str


@dataclass(frozen=True, slots=True)
class _List:
    sieves: pl.Series
    hmacs: frozenset[str]


@dataclass(frozen=True, slots=True, repr=False)
class Suppression:
    """The key and the list. Without anybody on it, it costs nothing."""

    key: bytes
    marks: frozenset[Marked]
    _lists: Mapping[str, _List] = field(init=False)

    def __post_init__(self) -> None:
        lists = {kind: [one for one in self.marks if one.kind == kind] for kind in (*ALL_KINDS, REF)}
        known = {
            kind: _List(pl.Series([one.sieve for one in some]).unique(), frozenset(one.hmac for one in some))
            for kind, some in lists.items()
            if some
        }
        object.__setattr__(self, "_lists", known)

    def __repr__(self) -> str:
        return f"Suppression({len(self.marks)} marks)"

    def __bool__(self) -> bool:
        return bool(self.marks)

    def holds(self, kind: str, values: pl.Series) -> pl.Series:
        """Whether each value is on the list; false for nothing."""
        known = self._lists.get(kind)
        if known is None:
            return pl.repeat(value=False, n=len(values), dtype=pl.Boolean, eager=True)
        if kind in CASELESS:
            values = values.str.to_lowercase()
        text = pl.concat_str(pl.lit(_secret(self.key) + kind + ":"), pl.col("value"))
        sieve = pl.DataFrame({"value": values}).select(sha256(text).str.slice(0, _SIEVE)).to_series()
        near = sieve.is_in(known.sieves.implode()).fill_null(value=False)
        at = near.arg_true()
        if at.is_empty():
            return near
        exact = [hmac_of(self.key, kind, value) in known.hmacs for value in values.gather(at)]
        return near.scatter(at, exact)


#: Nobody was ever erased.
NOBODY: Final = Suppression(b"", frozenset())


def marked(key: bytes, kind: str, values: Iterable[str]) -> frozenset[Marked]:
    """The marks of these values."""
    secret = _secret(key)
    if kind in CASELESS:
        values = {value.lower() for value in values}
    return frozenset(
        Marked(
            kind,
            hashlib.sha256(f"{secret}{kind}:{value}".encode()).hexdigest()[:_SIEVE],
            hmac_of(key, kind, value),
        )
        for value in values
    )


def hmac_of(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA256 of one value, in hex."""
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256").hex()


def key_check(key: bytes) -> str:
    """What tells this key from another, and tells nothing of it."""
    return hmac.digest(key, b"check", "sha256").hex()[:32]


def _secret(key: bytes) -> str:
    return hmac.digest(key, b"sieve", "sha256").hex()[:32]
