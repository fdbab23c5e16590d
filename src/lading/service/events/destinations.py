"""Destinations of events: the settings of a source and its syncs as the dialect takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lading.dialects.segment import Destination, TriggerError, made_mapping, snake_cased
from lading.errors import SettingsError
from lading.nearest import hint
from lading.settings import Settings
from lading.settings.segment import SegmentSource


@dataclass(frozen=True, slots=True)
class Known:
    """A destination: its settings, what judges its events, and which syncs carry which audience."""

    name: str
    source: SegmentSource
    judge: Destination
    syncs: Mapping[str, tuple[str, ...]]


def destination_of(settings: Settings, name: str) -> Known:
    """The destination of this name. SettingsError when there is none."""
    source = settings.sources.get(name)
    if not isinstance(source, SegmentSource):
        names = tuple(one for one, source in settings.sources.items() if isinstance(source, SegmentSource))
        raise SettingsError(
            f"there is no source {name!r} of type segment; {hint(name, names)}", code="unknown_destination"
        )
    syncs: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for sync_name, sync in settings.syncs.items():
        if sync.from_.source == name and sync.from_.audience is not None:
            syncs[snake_cased(sync.from_.audience)] += (sync_name,)
    mappings = tuple(
        made_mapping(
            one.name,
            one.preset,
            trigger=one.trigger,
            enabled=one.enabled,
            paths=one.fields.model_dump(exclude_none=True),
        )
        for one in source.mappings
    )
    judge = Destination(mappings, frozenset(syncs), open=source.create is not None, enabled=source.enabled)
    return Known(name, source, judge, syncs)


def check_destinations(settings: Settings) -> None:
    """Look at what only the dialect can tell: triggers and paths. SettingsError for the first that is wrong."""
    for name, source in settings.sources.items():
        for number, one in enumerate(source.mappings if isinstance(source, SegmentSource) else ()):
            where = f"sources.{name}.mappings[{number}]"
            try:
                made_mapping(
                    one.name, one.preset, trigger=one.trigger, paths=one.fields.model_dump(exclude_none=True)
                )
            except TriggerError as error:
                raise SettingsError(
                    f"this is no trigger: {error}", where=f"{where}.trigger", code="wrong_trigger"
                ) from None
            except ValueError as error:
                raise SettingsError(str(error), where=f"{where}.fields", code="wrong_value") from None
