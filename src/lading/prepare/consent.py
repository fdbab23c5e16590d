"""Consent: which rows may be sent, by the signals that they carry and where their people live.

TCF counts before GPP, GPP before Amazon's own signal (ACS), ACS before a mere IP address: the first that a row has decides.
A denial in any of them turns the row away, wherever its person lives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.model import countries
from lading.model.identifiers import CONSENT
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import COUNTRY, TEXT, nothing
from lading.prepare.recipe import Recipe
from lading.prepare.tc_strings import DENIED, GRANTED, SILENT, UNREADABLE, gpp, tcf

#: The values of Amazon's own signal. Source: Amazon's "Advertiser audiences" OpenAPI, `userConsent`.
_ACS: Final = {"GRANTED": GRANTED, "DENIED": DENIED, "NOT_APPLICABLE": SILENT, "UNKNOWN": SILENT}
_USER_DATA, _AD_STORAGE = "amzn_user_data", "amzn_ad_storage"

#: The moments and the consent tool of a TC string, which tell nothing of consent: without them few strings differ.
_TELLS_NOTHING: Final = r"^(?P<head>(?:[A-Za-z0-9_-]+~)?C)[A-Za-z0-9_-]{24}"

_IP: Final = r"^(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,42})$"


@dataclass(frozen=True, slots=True)
class Consents:
    """The verdict on each row of a frame, aligned with it."""

    #: Our consent columns as they are sent: Amazon's own values in capitals, countries as codes, null where nothing is said.
    signals: pl.DataFrame
    #: Rows with a value of Amazon's own signal that is none, by our name of the column: Amazon would refuse all of its request.
    unknown: dict[str, pl.Series]
    #: Why the row must not be sent: consent_denied, consent_unreadable, consent_missing; null where it may be.
    code: pl.Series
    #: Our name of the signal that decided, null where there is none.
    signal: pl.Series
    #: Rows without a positive signal of people in the UK or the EEA, sent or not.
    lacking: pl.Series


def consents(rows: pl.DataFrame, lands: pl.Series, recipe: Recipe) -> Consents:
    """Judge the consent of rows, of which `lands` are the countries, by `recipe.consent`."""
    said = _said(rows, recipe)
    unknown = {name: _no_value(said[name]) for name in (_USER_DATA, _AD_STORAGE)}
    signals = said.with_columns(said[name].set(mask, None) for name, mask in unknown.items())
    states = pl.DataFrame({COUNTRY: lands, "geo": said["geo_country"], **_states(said)})
    verdicts = _verdicts(states.with_columns(_first().alias("first"), _european().alias("european")), recipe)
    return Consents(signals, unknown, *(verdicts[name] for name in ("code", "signal", "lacking")))


def _verdicts(judged: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    denied = pl.any_horizontal(pl.col(name) == DENIED for name in _ORDER).fill_null(value=False)
    needed = {"uk_eea": pl.col("european"), "always": pl.lit(value=True)}.get(
        recipe.consent, pl.lit(value=False)
    )
    ignored = pl.lit(recipe.consent == "ignored")
    positive = (pl.col("first") == GRANTED).fill_null(value=False)
    code = (
        pl.when(ignored).then(pl.lit(None, pl.String))
        .when(denied).then(pl.lit("consent_denied"))
        .when(~needed | positive).then(pl.lit(None, pl.String))
        .when(pl.col("first") == UNREADABLE).then(pl.lit("consent_unreadable"))
        .otherwise(pl.lit("consent_missing"))
    )  # fmt: skip
    deciding = pl.when(denied).then(_name_of_first(lambda state: state == DENIED)).otherwise(
        _name_of_first(lambda state: state.is_not_null())
    )  # fmt: skip
    return judged.select(
        code=code, signal=deciding, lacking=pl.col("european") & ~positive & ~denied & ~ignored
    )


def _said(rows: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    """What the rows say, as it is sent; nothing where a cell is blank or stands for nothing."""
    columns = {}
    for name in CONSENT:
        column = recipe.mapping.consent.get(name)
        columns[name] = _cleaned(name, rows[column], recipe) if column else nothing(rows.height)
    return pl.DataFrame(columns)


def _cleaned(name: str, values: pl.Series, recipe: Recipe) -> pl.Series:
    text = pl.col(name).str.strip_chars()
    kept: pl.Expr = pl.when((text != "") & ~text.str.to_lowercase().is_in(list(recipe.ignored))).then(text)
    if name in {_USER_DATA, _AD_STORAGE}:  # UNKNOWN is a value here, and elsewhere a word for nothing
        capitals = text.str.to_uppercase()
        kept = pl.when(capitals.is_in(list(_ACS))).then(capitals).otherwise(kept)
    cleaned = pl.DataFrame({name: values}).select(kept).to_series().alias(name)
    if name == "geo_country":
        return pl.select(pl.coalesce(country(cleaned, None, recipe.ignored)[TEXT], cleaned)).to_series()
    return cleaned


def _states(said: pl.DataFrame) -> dict[str, pl.Series]:
    """What each kind of signal says of each row, null where it says nothing, the kind that counts most first."""
    ip = said["geo_ip"]
    valid = pl.select(
        pl.when(ip.str.contains(_IP)).then(pl.lit(GRANTED)).when(ip.is_not_null()).then(pl.lit(UNREADABLE))
    )
    return {
        "tcf": _by_string(said["tcf"], tcf),
        "gpp": _by_string(said["gpp"], gpp),
        _USER_DATA: _acs(said),
        "geo_ip": valid.to_series(),
    }


_ORDER: Final = ("tcf", "gpp", _USER_DATA, "geo_ip")


def _by_string(values: pl.Series, reader: Callable[[str], str]) -> pl.Series:
    """Each distinct string is read once, and of those that differ in moments only, one."""
    if values.null_count() == len(values):
        return values
    short = values.str.replace(_TELLS_NOTHING, "${head}" + "A" * 24)
    distinct = short.drop_nulls().unique()
    # Few are left of any number of rows: what the consent tools of a shop can say.
    said = pl.Series([reader(one) for one in distinct], dtype=pl.String)
    return short.replace_strict(distinct, said, default=None, return_dtype=pl.String)


def _acs(said: pl.DataFrame) -> pl.Series:
    user, storage = pl.col(_USER_DATA), pl.col(_AD_STORAGE)
    known = pl.all_horizontal(one.is_null() | one.is_in(list(_ACS)) for one in (user, storage))
    state = (
        pl.when(user.is_null() & storage.is_null()).then(pl.lit(None, pl.String))
        .when((user == "DENIED").fill_null(value=False) | (storage == "DENIED").fill_null(value=False)).then(pl.lit(DENIED))
        .when(~known).then(pl.lit(UNREADABLE))
        .when((user == "GRANTED") & (storage.is_null() | (storage == "GRANTED"))).then(pl.lit(GRANTED))
        .otherwise(pl.lit(SILENT))
    )  # fmt: skip
    return said.select(state).to_series()


def _first() -> pl.Expr:
    return pl.coalesce(*_ORDER)


def _name_of_first(holds: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return pl.coalesce(*(pl.when(holds(pl.col(name))).then(pl.lit(name)) for name in _ORDER))


def _european() -> pl.Expr:
    """People of the UK and the EEA by either country, and those of neither."""
    places = [pl.col(name).is_in(list(countries.CONSENT)).fill_null(value=False) for name in (COUNTRY, "geo")]
    return pl.any_horizontal(*places) | (pl.col(COUNTRY).is_null() & pl.col("geo").is_null())


def _no_value(values: pl.Series) -> pl.Series:
    return values.is_not_null() & ~values.is_in(list(_ACS))
