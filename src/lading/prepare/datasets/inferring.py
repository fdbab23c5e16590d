"""What the columns of a file hold, told by their names and by a sample of their values. A proposal: a person looks it over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from lading.prepare.datasets.raw import first_email, first_phone, says_phone
from lading.prepare.mapping import USUAL_NAMES, letters

#: What a usual name means here; the later ones identify a person only beside one of the first.
_PERSON: Final = {
    "email": "EMAIL",
    "phone": "PHONE",
    "first_name": "FIRST_NAME",
    "last_name": "LAST_NAME",
    "address": "ADDRESS",
}
_PLACE: Final = {"city": "CITY", "state": "STATE", "postal": "ZIP"}
#: Names of ids of others, in letters alone. Source: Amazon's guide "Prepare your data".
_OF_OTHERS: Final = {
    "maid": "MAID", "mobileadid": "MAID", "mobileadvertisingid": "MAID", "gaid": "MAID", "aaid": "MAID", "adid": "MAID", "idfa": "IDFA",
    "rampid": "LIVERAMP", "liveramp": "LIVERAMP", "liverampid": "LIVERAMP", "experian": "EXPERIAN", "experianid": "EXPERIAN",
}  # fmt: skip
_CONSENTS: Final = {
    "tcf": "TCF", "tcfstring": "TCF", "consentstring": "TCF", "gpp": "GPP", "gppstring": "GPP", "amznuserdata": "AMZN_USER_DATA",
    "amznadstorage": "AMZN_AD_STORAGE",
}  # fmt: skip
_SIGNALS: Final = ("GRANTED", "DENIED")

_HASH: Final = r"^[0-9a-fA-F]{64}$"
_EMAIL: Final = r"^[^@\s]+@[^@\s]+\.[^@\s]{2,}$"
_STAMP: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}"
_ZONE: Final = r"(?:[Zz]|UTC|[+-][0-9]{2}:?[0-9]{2})$"
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_WHOLE: Final = r"^-?(?:0|[1-9][0-9]{0,17})$"
_DECIMAL: Final = r"^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,2})?$"
_LARGEST_INTEGER: Final = 2**31 - 1

#: Words in names of numbers that are added up, of times of events, and of times that are none.
_ADDED_UP: Final = re.compile(
    r"amount|price|total|revenue|value|quantity|qty|count|units|sales|cost|margin|discount|points"
)
_OF_EVENT: Final = re.compile(
    r"purchas|order|event|visit|sign|transact|conver|sold|happen|when|time|date|_at$|_on$|day"
)
_NOT_OF_EVENT: Final = re.compile(r"birth|update|modif|expir|deliver|valid|until")

_NO_ZONE: Final = "some times name no zone: write theirs, such as Europe/Berlin"
_MAYBE_PEOPLE: Final = "hashes: if of identifiers, write `identifier:` instead of `type:`"

#: A column is what this share of its values is.
_MOST: Final = 0.8


@dataclass(frozen=True, slots=True)
class Guess:
    """One column of the file: its name at Amazon, what the settings would say of it, and a remark for the person."""

    source: str
    name: str
    says: Mapping[str, str | bool]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a file holds."""

    columns: tuple[Guess, ...]
    #: Columns to leave out -> why.
    dropped: Mapping[str, str] = field(default_factory=dict)


def infer(sample: pl.DataFrame) -> Guesses:
    """From a sample of text: types, the time of events, identifiers, country, consent, and what must not be sent."""
    usual = {name: _usual(name) for name in sample.columns}
    has_people = any(each in _PERSON for each in usual.values()) or any(
        _mostly_emails(_values(sample[name])) for name in sample.columns
    )
    guesses: list[Guess] = []
    dropped: dict[str, str] = {}
    names: set[str] = {"user_id", "user_id_type"}
    for column in sample.columns:
        values = _values(sample[column])
        if column.lower() in {"user_id", "user_id_type"}:
            dropped[column] = "Amazon fills a column of this name"
            continue
        says, remark = _guess(column, usual[column], values, has_people=has_people)
        if says == {"type": "STRING"} and (found := _raw(column, values)):
            dropped[column] = f"{found} stands in its text"
            continue
        name = _free(_name(column), names)
        names.add(name)
        guesses.append(Guess(column, name, says, remark))
    return Guesses(tuple(_with_event_time(_consents_once(guesses))), dropped)


def _guess(
    column: str, usual: str | None, values: pl.Series, *, has_people: bool
) -> tuple[dict[str, str | bool], str]:
    """What the settings would say of a column, and a remark."""
    name = letters(column)
    if name in _OF_OTHERS:
        return {"identifier": _OF_OTHERS[name]}, "an id of others, sent as it is"
    if consent := _consent(name, values):
        return {"consent": consent}, ""
    if usual == "country":
        return {"country": True}, ""
    if identifier := _identifier(column, usual, values, has_people=has_people):
        return {"identifier": identifier}, "hashed already" if _all(values, _HASH) else "hashed here"
    return _typed(column.lower(), values)


def _identifier(column: str, usual: str | None, values: pl.Series, *, has_people: bool) -> str | None:
    if usual in _PERSON and (usual != "phone" or _whole_phones(column, values)):
        return _PERSON[usual]
    if usual in _PLACE and has_people:
        return _PLACE[usual]
    return "EMAIL" if _mostly_emails(values) else None


def _typed(name: str, values: pl.Series) -> tuple[dict[str, str | bool], str]:
    if _all(values, _STAMP):
        if _all(values, _ZONE):
            return {"type": "TIMESTAMP"}, ""
        return {"type": "TIMESTAMP", "timezone": "UTC"}, _NO_ZONE
    if _all(values, _DATE):
        return {"type": "DATE"}, ""
    if _all(values, _DECIMAL):
        return _number(values, name), ""
    return {"type": "STRING"}, _remark(values)


def _remark(values: pl.Series) -> str:
    if values.is_empty():
        return "empty in the sample"
    return _MAYBE_PEOPLE if _all(values, _HASH) else ""


def _number(values: pl.Series, name: str) -> dict[str, str | bool]:
    kind = "DECIMAL"
    if _all(values, _WHOLE):
        large = values.cast(pl.Int64).abs() > _LARGEST_INTEGER
        kind = "LONG" if large.any() or name.endswith("id") else "INTEGER"
    added_up = kind == "DECIMAL" or _ADDED_UP.search(name)
    return {"type": kind, "kind": "METRIC"} if added_up else {"type": kind}


def _consent(name: str, values: pl.Series) -> str | None:
    if name in _CONSENTS:
        return _CONSENTS[name]
    if not values.is_empty() and values.str.to_uppercase().is_in(_SIGNALS).all():
        return "AMZN_AD_STORAGE" if "storage" in name else "AMZN_USER_DATA"
    return None


def _with_event_time(guesses: list[Guess]) -> Iterable[Guess]:
    """The likeliest time becomes that of the event; a birthday never does."""
    times = [
        one
        for one in guesses
        if one.says.get("type") in {"TIMESTAMP", "DATE"} and not _NOT_OF_EVENT.search(one.name)
    ]
    likely = [one for one in times if _OF_EVENT.search(one.name)]
    stamps = [one for one in likely or times if one.says["type"] == "TIMESTAMP"]
    best = next(iter(stamps or likely), None)
    for one in guesses:
        yield (
            one
            if one is not best
            else Guess(one.source, one.name, {**one.says, "event_time": True}, one.remark)
        )


def _consents_once(guesses: list[Guess]) -> list[Guess]:
    """Each kind of consent, and the country, stand in one column only."""
    seen: set[str] = set()
    kept = []
    for one in guesses:
        mark = "country" if one.says.get("country") else str(one.says.get("consent", ""))
        kept.append(
            Guess(one.source, one.name, {"type": "STRING"}, f"another column is the {mark}")
            if mark in seen
            else one
        )
        seen |= {mark} - {""}
    return kept


def _raw(column: str, values: pl.Series) -> str:
    if first_email(values):
        return "an e-mail address"
    nowhere = pl.Series([None] * values.len(), dtype=pl.String)
    return "a phone number" if first_phone(values, nowhere, by_name=says_phone(column)) else ""


def _whole_phones(column: str, values: pl.Series) -> bool:
    """A column that is called so, with values that may be numbers or are hashed."""
    return says_phone(column) or _all(values, _HASH) or _all(values, r"^[+0-9(][0-9 ().\-/]{5,24}$")


def _mostly_emails(values: pl.Series) -> bool:
    return bool(values.len()) and values.str.contains(_EMAIL).sum() >= _MOST * values.len()


def _all(values: pl.Series, pattern: str) -> bool:
    return not values.is_empty() and bool(values.str.contains(pattern).all())


def _values(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String).str.strip_chars()
    return text.filter(text.is_not_null() & (text != ""))


def _usual(column: str) -> str | None:
    name = letters(column)
    return next((field for field, names in USUAL_NAMES.items() if name in names), None)


def _name(column: str) -> str:
    """The column's name as Amazon takes it."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column)
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"c_{plain}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name}_{number}" for number in range(2, 1000))
    return name if name not in taken else next(one for one in numbered if one not in taken)
