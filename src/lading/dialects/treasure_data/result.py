"""An export to Amazon Ads, read and checked: all that is wrong with it is said at once, each with its key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lading.dialects.treasure_data.keys import BY_NAME, KEYS, SPELLINGS, Key
from lading.errors import Problem, Remedy, SettingsError
from lading.nearest import hint

_FEE: Final = re.compile(r"([A-Z]{3}):([0-9]+(?:\.[0-9]+)?)")
#: Words that JSON or YAML wrote as text.
_SWITCHES: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export asks for. Ids are text; absent ones are None."""

    td_authentication_id: str
    amc_instance_id: str
    country_code: str
    region: str = "NA"
    action: str = "CREATE"
    upload_mode: str = "APPEND"
    target: str = "AMC"
    amc_account_id: str | None = None
    dsp_advertiser_id: str | None = None
    external_audience_id: str | None = None
    audience_id: str | None = None
    audience_name: str | None = None
    audience_description: str | None = None
    #: Currency and cents for a thousand impressions.
    fee: tuple[str, str] | None = None
    #: Seconds.
    time_to_live: int | None = None
    wait_until_finish: bool = False
    #: Minutes.
    max_wait_time: int | None = None


def from_json(text: str, where: str = "--result") -> Export:
    """The export of a `--result` text."""
    try:
        data = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise _refused(
            [(f"{where}:{error.lineno}:{error.colno}", f"is no JSON here: {error.msg.lower()}")]
        ) from None
    except RecursionError:
        raise _refused([(where, "is nested too deeply")]) from None
    except _Twice as error:
        raise _refused([(f"{where}.{error}", "stands here twice: keep one of them")]) from None
    return from_mapping(data, where)


def from_mapping(data: Any, where: str, place: Callable[[str], str] | None = None) -> Export:
    """The export of a JSON object, or of a workflow's `result_settings`. `place`: what messages call one of its keys.

    Raises:
        SettingsError: with a problem for each thing that is wrong.

    """
    if not isinstance(data, Mapping):
        raise _refused([(where, 'write an object with keys here: {"type": "amazon_ads", ...}')])
    at = place or (lambda key: f"{where}.{key}")
    wrong: list[tuple[str, str]] = []
    given = dict(_known(data, at, wrong))
    values: dict[str, Any] = {}
    for key in KEYS:
        try:
            values[key.name] = _value(key, given.get(key.name))
        except ValueError as error:
            wrong.append((at(_spelled(key.name, data)), str(error)))
    if not wrong:
        wrong += [(at(name), says) for name, says in _lacking(values)]
    if wrong:
        raise _refused(wrong)
    del values["type"]
    fee = values.pop("audience_fee")
    return Export(**values, fee=fee)


class _Twice(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _known(
    data: Mapping[Any, Any], at: Callable[[str], str], wrong: list[tuple[str, str]]
) -> Iterator[tuple[str, Any]]:
    """Its keys by their names in the parameters."""
    seen: dict[str, Any] = {}
    for written, value in data.items():
        name = SPELLINGS.get(str(written), str(written))
        if name not in BY_NAME:
            wrong.append((at(str(written)), f"unknown key: {hint(str(written), BY_NAME)}"))
        elif name in seen and seen[name] != value:
            wrong.append((at(str(written)), f"says another value than {name}: keep one of them"))
        else:
            seen[name] = value
            yield name, value


def _spelled(name: str, data: Mapping[Any, Any]) -> str:
    """The key as it is written there."""
    return next((other for other, plain in SPELLINGS.items() if plain == name and other in data), name)


def _value(key: Key, value: Any) -> Any:
    """A value as it has to be. ValueError says what is wrong, and never shows it."""
    if value is None or value == "":
        if key.required:
            raise ValueError(f"is needed{_form(key)}")
        return False if key.switch else key.default
    if key.switch:
        return _switch(value)
    if key.between:
        return _number(value, *key.between)
    if isinstance(value, bool):
        taken = f"{str(value).lower()}{_form(key)}"
        raise ValueError(f"write it in quotes: YAML takes it for {taken}")  # noqa: TRY004  (caught as one kind of fault)
    if not isinstance(value, str | int):
        raise ValueError(f"write a text{_form(key)}")  # noqa: TRY004  (caught as one kind of fault)
    text = str(value).strip()
    if key.words and text not in key.words:
        raise ValueError(f"write {' or '.join(key.words)}")
    return _CHECKS[key.name](text) if key.name in _CHECKS else text


def _form(key: Key) -> str:
    return f": {' or '.join(key.words)}" if key.words else ""


def _switch(value: Any) -> bool:
    found = _SWITCHES.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("write true or false")  # noqa: TRY004  (caught as one kind of fault)
    return found


def _number(value: Any, low: int, high: int) -> int:
    text = "" if isinstance(value, bool | float) else str(value)
    if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
        raise ValueError(f"write a whole number from {low} to {high}")
    return int(text)


def _fee(text: str) -> tuple[str, str]:
    if not (found := _FEE.fullmatch(text)):
        raise ValueError("write CURRENCY:CENTS, such as USD:1")
    return found[1], found[2]


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError("write two capital letters (ISO 3166-1 alpha-2), such as US")
    if text == "UK":
        raise ValueError("write GB: that is the United Kingdom in ISO 3166-1")
    return text


def _description(text: str) -> str:
    if len(text) > 1000:
        raise ValueError("write at most 1,000 characters")
    return text


def _digits(text: str) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("is no id of Amazon's: those are digits only")
    return text


_CHECKS: Final[Mapping[str, Callable[[str], Any]]] = {
    "audience_fee": _fee, "country_code": _country, "audience_description": _description, "audience_id": _digits,
}  # fmt: skip


def _lacking(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that are needed because of another."""
    for key in KEYS:
        if key.needed_if and values[key.needed_if[0]] == key.needed_if[1] and values[key.name] is None:
            other, value = key.needed_if
            yield key.name, f"is needed where {other} is {str(value).lower() if value is True else value}"


def _refused(wrong: list[tuple[str, str]]) -> SettingsError:
    problems = tuple(Problem("wrong_export", Remedy.SETTINGS, where, says) for where, says in wrong)
    lines = "\n".join(f"{where}: {says}" for where, says in wrong)
    return SettingsError(lines, code="wrong_export", problems=problems)
