"""A destination: its mappings, each a trigger with what it does and where fields lie."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from lading.dialects.segment.paths import parts_of
from lading.dialects.segment.triggers import Condition, parse

#: What an event that meets a trigger says of its user. by_name: `Audience Entered` and `Audience Exited`, others nothing;
#: by_flag: the boolean of the audience's key, among traits or properties.
Effect = Literal["by_name", "by_flag", "enters", "exits"]

#: Preset -> its trigger and what its events say. Journeys tell who entered a step, and nothing of who left it.
PRESETS: Final[Map[str, tuple[str, Effect]]] = {
    "sync_audiences": ('event = "Audience Entered" or event = "Audience Exited"', "by_name"),
    "user_property": ('type = "identify"', "by_flag"),
    "membership_changed": ('type = "identify" or event = "Audience Membership Changed"', "by_flag"),
    "entity_added": ('event = "Entity Added"', "enters"),
    "entity_removed": ('event = "Entity Removed"', "exits"),
    "journey_step_entered": ('event = "Journey Step Entered"', "enters"),
}

#: Field -> where it lies if the mapping says nothing; the first place that has something counts.
DEFAULT_PATHS: Final[Map[str, tuple[str, ...]]] = {
    "external_id": ("$.userId",),
    "email": ("$.context.traits.email", "$.properties.email", "$.traits.email"),
    "first_name": ("$.properties.first_name", "$.traits.first_name"),
    "last_name": ("$.properties.last_name", "$.traits.last_name"),
    "phone": ("$.properties.phone", "$.traits.phone"),
    "postal": ("$.properties.postal", "$.traits.postal"),
    "state": ("$.properties.state", "$.traits.state"),
    "city": ("$.properties.city", "$.traits.city"),
    "address": ("$.properties.address", "$.traits.address"),
    "country": (),
    "geo_ip": ("$.properties.ip", "$.traits.ip"),
    "amzn_ad_storage": ("$.properties.amznAdStorage", "$.traits.amznAdStorage"),
    "amzn_user_data": ("$.properties.amznUserData", "$.traits.amznUserData"),
    "tcf": ("$.properties.tcf", "$.traits.tcf"),
    "gpp": ("$.properties.gpp", "$.traits.gpp"),
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """One trigger, ready to judge events."""

    name: str
    trigger: Condition
    effect: Effect
    #: Field -> paths, in the order of looking.
    fields: Map[str, Sequence[tuple[str | int, ...]]] = field(repr=False)
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Destination:
    """What the events of one address are judged by."""

    mappings: tuple[Mapping, ...]
    #: Keys of the audiences that are declared.
    audiences: frozenset[str]
    #: Whether an audience that nobody declared is one, too.
    open: bool = False
    enabled: bool = True


def made_mapping(
    name: str,
    preset: str,
    *,
    trigger: str | None = None,
    paths: Map[str, Sequence[str]] | None = None,
    enabled: bool = True,
) -> Mapping:
    """A mapping by its settings. TriggerError for a wrong trigger, ValueError for a wrong path."""
    usual, effect = PRESETS[preset]
    wanted = {**DEFAULT_PATHS, **(paths or {})}
    fields = {name: tuple(parts_of(path) for path in listed) for name, listed in wanted.items()}
    return Mapping(name, parse(trigger or usual), effect, fields, enabled)
