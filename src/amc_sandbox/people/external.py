"""The ids by which other systems know some of the people: of their telephones, at LiveRamp, at Experian."""

from __future__ import annotations

from typing import Final

import polars as pl
import polars_hash as plh

#: Kind -> how many of 256 people have one.
_SHARES: Final = {"MAID": 102, "LIVERAMP": 77, "EXPERIAN": 51}
#: Kinds of one namespace: the id of an iPhone is the id of a telephone.
_SAME: Final = {"IDFA": "MAID"}


def external_ids() -> list[pl.Expr]:
    """One column a kind (maid, liveramp, experian) of a frame with `user_id`; null for most."""
    return [_ids(kind).alias(kind.lower()) for kind in _SHARES]


def known_by(people: pl.DataFrame, kind: str) -> dict[str, str]:
    """Id -> user id. Ids of telephones are known in lower case."""
    kind = _SAME.get(kind, kind)
    if kind not in _SHARES:
        return {}
    known = people.select(_ids(kind).alias("id"), "user_id").drop_nulls()
    return dict(known.iter_rows())


def spelled(kind: str, value: str) -> str:
    """An id as it is known: telephones' ids are the same in any case. [amc/.../advertiser-data-prepare-data]"""
    return value.lower() if _SAME.get(kind, kind) == "MAID" else value


def _ids(kind: str) -> pl.Expr:
    digest: pl.Expr = plh.concat_str(pl.lit(f"{kind}/"), pl.col("user_id")).chash.sha2_256()
    drawn = digest.str.slice(62, 2).str.to_integer(base=16) < _SHARES[kind]
    return pl.when(drawn).then(_form(kind, digest))


def _form(kind: str, digest: pl.Expr) -> pl.Expr:
    if kind == "LIVERAMP":
        return pl.lit("XY1005") + digest.str.slice(0, 43)
    if kind == "EXPERIAN":
        return digest.str.slice(0, 32)
    pieces = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
    return pl.concat_str([digest.str.slice(*piece) for piece in pieces], separator="-")
