"""Changes as the JSON records of Amazon's `POST /amc/audiences/records`, built by column.

Absent values are left out rather than sent as null: the schema calls every key of `hashedPII` optional and none nullable.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.model.identifiers import WIRE_NAMES

#: CHANGES.group -> Amazon's action.
ACTIONS: Final = {1: "DELETE", 2: "CREATE"}

#: Amazon's keys inside `userConsent`, by our consent columns.
_AMZN: Final = {"amzn_user_data": "amznUserData", "amzn_ad_storage": "amznAdStorage"}
_CONSENT: Final = {"tcf": "tcf", "gpp": "gpp"}
_GEO: Final = {"geo_country": "countryCode", "geo_ip": "ipAddress"}


def lines(changes: pl.DataFrame) -> pl.Series:
    """One JSON object for each change, in order, without white space."""
    return changes.select(_record().alias("line")).to_series()


def _record() -> pl.Expr:
    action = pl.col("group").replace_strict(ACTIONS, return_dtype=pl.String)
    members = [
        pl.format('"externalUserId":"{}"', "external_id"),
        pl.format('"action":"{}"', action),
        pl.format('"countryCode":"{}"', "country"),
        pl.format('"hashedPII":[{}]', pl.col("sets").list.eval(_identifier_set()).list.join(",")),
        _user_consent(),
    ]
    return _object(members)


def _identifier_set() -> pl.Expr:
    fields = [
        pl.format(f'"{wire}":"{{}}"', pl.element().struct.field(name)) for name, wire in WIRE_NAMES.items()
    ]
    return _object(fields)


def _user_consent() -> pl.Expr:
    """`userConsent`, or null where a record carries no signal."""
    amzn = _member("amzn", _texts(_AMZN))
    consent = _member("consent", [amzn, *_texts(_CONSENT)])
    return _member("userConsent", [_member("geo", _texts(_GEO)), consent])


def _texts(names: dict[str, str]) -> list[pl.Expr]:
    return [pl.format(f'"{wire}":"{{}}"', _escaped(pl.col(name))) for name, wire in names.items()]


def _member(key: str, members: list[pl.Expr]) -> pl.Expr:
    """`"key":{...}`, or null where every member is null."""
    filled = pl.any_horizontal(member.is_not_null() for member in members)
    return pl.when(filled).then(pl.format(f'"{key}":{{}}', _object(members)))


def _object(members: list[pl.Expr]) -> pl.Expr:
    joined = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), joined, pl.lit("}"))


def _escaped(text: pl.Expr) -> pl.Expr:
    """Text as the inside of a JSON string. Control characters mean nothing in a consent signal and are dropped."""
    return (
        text.str.replace_all(r"[\x00-\x1f]", "")
        .str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all('"', '\\"', literal=True)
    )
