"""The fingerprint of a record: what the diff compares. Equal fingerprints mean that nothing has to be sent."""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.model.identifiers import CONSENT, IDENTIFIERS
from lading.prepare.hashing import sha256
from lading.prepare.profiles import Profile

#: Between the parts, and between the hashes of a set: characters that no part can hold unnoticed.
_PART: Final = "\x1e"
_HASH: Final = "|"


def fingerprint(profile: Profile) -> pl.Expr:
    """32 hex digits over a `frames.RECORDS` frame: the first 16 bytes of SHA-256 over profile, country, consent and sorted sets.

    The text that is hashed: `<profile id>:<version>`, country, the consent columns in order, then each set (its
    hashes in the order of IDENTIFIERS, parted by `|`) in sorted order; null as empty, all parted by U+001E.
    """
    return fingerprint_by(pl.lit(f"{profile.id}/{profile.version}"))


def fingerprint_by(profile: pl.Expr) -> pl.Expr:
    """The same over people of several profiles, each named as memberships keep it: `<profile id>/<version>`."""
    hashes = [pl.element().struct.field(name).fill_null("") for name in IDENTIFIERS]
    sets = pl.col("sets").list.eval(pl.concat_str(hashes, separator=_HASH)).list.sort().list.join(_PART)
    signals = [pl.col(name).fill_null("") for name in ("country", *CONSENT)]
    named = profile.str.replace("/", ":", literal=True)
    text = pl.concat_str([named, *signals, sets.fill_null("")], separator=_PART)
    return sha256(text).str.slice(0, 32).alias("fingerprint")


def fingerprints_of(people: pl.DataFrame) -> pl.Series:
    """Those of people who carry the profile that they were sent under, as generations do."""
    return people.select(fingerprint_by(pl.col("profile"))).to_series()
