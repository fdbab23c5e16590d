"""What an event says: who entered or left which audience, or why it says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from lading.dialects.segment.destination import Destination, Mapping
from lading.dialects.segment.names import snake_cased
from lading.dialects.segment.paths import value_at

#: What Segment calls this destination in the integrations object of an event.
NAMES: Final = ("Amazon AMC (Actions)", "Amazon Ads DSP and AMC")

_BY_NAME: Final = {"Audience Entered": True, "Audience Exited": False}
_MOMENTS: Final = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")
_LONGEST: Final = 512
#: Beyond any phone number or id; writing out a number of a million digits takes hours.
_LARGEST: Final = 10**40


@dataclass(frozen=True, slots=True)
class Membership:
    """One user, one audience, at one moment. In clear, so its repr shows no value."""

    audience: str
    entered: bool
    at: datetime
    message: str = field(repr=False)
    #: Field -> value, for those that the event has.
    fields: Map[str, str] = field(repr=False)
    #: Segment's settings of the audience, if the event carries them.
    settings: Map[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: memberships, or a reason. `refused`: the event is wrong; else it only says nothing to us."""

    memberships: tuple[Membership, ...] = ()
    reason: str = ""
    refused: bool = False


#: Hears of each thing that is looked at, and what was found, when people try a mapping. Never a value of a person.
Tell = Callable[[str, str], None]


def translate(event: Any, destination: Destination, now: datetime, tell: Tell | None = None) -> Outcome:
    """What an event says by the mappings of a destination. `now`: its moment if it names none."""
    if reason := _unreadable(event):
        return Outcome(reason=reason, refused=True)
    if not destination.enabled or not _wanted(event.get("integrations")):
        reason = "integrations" if destination.enabled else "disabled"
        if tell:
            tell(reason, "this destination is switched off")
        return Outcome(reason=reason)
    moment = _moment(event, now) or now
    if tell:
        tell("moment", moment.isoformat())
    found = [
        one for mapping in destination.mappings for one in _by(mapping, event, destination, moment, tell)
    ]
    if not found:
        return Outcome(reason=_nothing(event, destination))
    # The first mapping that speaks of an audience decides.
    return Outcome(tuple({one.audience: one for one in reversed(found)}.values()))


def _unreadable(event: Any) -> str:
    """Why nobody can make anything of an event; empty where one can."""
    if not isinstance(event, dict):
        return "not_an_object"
    if any(isinstance(event.get(key), str) and len(event[key]) > _LONGEST for key in ("messageId", "userId")):
        return "too_long"
    return "wrong_timestamp" if _moment(event, datetime.max.replace(tzinfo=UTC)) is None else ""


def _by(
    mapping: Mapping, event: dict[str, Any], destination: Destination, moment: datetime, tell: Tell | None
) -> Iterator[Membership]:
    met = mapping.trigger(event)
    if tell:
        state = f"its trigger is {'met' if met else 'not met'}{'' if mapping.enabled else '; it is off'}"
        tell(f"mapping {mapping.name}", state)
    if not (met and mapping.enabled):
        return
    fields: dict[str, str] | None = None
    for key, entered in _audiences(mapping, event, destination):
        known = destination.open or key in destination.audiences
        if tell:
            state = f"{'entered' if entered else 'left'}{'' if known else ', but it is not known here'}"
            tell(f"audience {key}", state)
        if known:
            fields = _fields(mapping, event) if fields is None else fields
            yield Membership(key, entered, moment, _message(event), fields, _settings(event))


def _fields(mapping: Mapping, event: dict[str, Any]) -> dict[str, str]:
    found = ((name, _first(event, paths)) for name, paths in mapping.fields.items())
    return {name: text for name, text in found if text is not None}


def _audiences(
    mapping: Mapping, event: dict[str, Any], destination: Destination
) -> Iterator[tuple[str, bool]]:
    """Each audience that the event speaks of, and whether its user is in it. An event never removes anybody by what it does not say."""
    key = _key(event)
    if mapping.effect != "by_flag":
        entered = {"enters": True, "exits": False}.get(mapping.effect, _BY_NAME.get(str(event.get("event"))))
        if key and entered is not None:
            yield snake_cased(key), entered
        return
    said = {**_object(event, "properties"), **_object(event, "traits")}
    flags = {snake_cased(name): flag for name, flag in said.items() if isinstance(flag, bool)}
    wanted = [snake_cased(key)] if key else sorted(destination.audiences)
    yield from ((name, flags[name]) for name in wanted if name in flags)


def _key(event: dict[str, Any]) -> str | None:
    named = value_at(event, ("properties", "audience_key")) or value_at(
        event, ("context", "personas", "computation_key")
    )
    return named if isinstance(named, str) and 0 < len(named) <= _LONGEST and snake_cased(named) else None


def _settings(event: dict[str, Any]) -> dict[str, Any]:
    found = value_at(event, ("context", "personas", "audience_settings"))
    return found if isinstance(found, dict) else {}


def _object(event: dict[str, Any], key: str) -> dict[str, Any]:
    found = event.get(key)
    return found if isinstance(found, dict) else {}


def _nothing(event: dict[str, Any], destination: Destination) -> str:
    """Why an event says nothing to us."""
    met = [mapping for mapping in destination.mappings if mapping.trigger(event)]
    if not met:
        return "no_trigger"
    if not any(mapping.enabled for mapping in met):
        return "mapping_disabled"
    return "unknown_audience" if _key(event) else "no_audience"


def _wanted(integrations: Any) -> bool:
    if not isinstance(integrations, dict):
        return True
    named = [integrations[name] for name in NAMES if name in integrations]
    return bool(named[0] is not False) if named else integrations.get("All") is not False


def _moment(event: dict[str, Any], now: datetime) -> datetime | None:
    given = next((event[name] for name in _MOMENTS if event.get(name) is not None), None)
    if given is None:
        return now
    try:
        found = datetime.fromisoformat(given)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _message(event: dict[str, Any]) -> str:
    found = event.get("messageId")
    return found if isinstance(found, str) else ""


def _first(event: dict[str, Any], paths: Any) -> str | None:
    for path in paths:
        value = value_at(event, path)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
            return str(value)
    return None
