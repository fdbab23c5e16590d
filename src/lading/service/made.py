"""Settings that are changed through the API: they live in the ledger, and what stands in lading.yaml stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lading import settings
from lading.errors import SettingsError
from lading.nearest import hint
from lading.service.events.destinations import check_destinations
from lading.service.parts import Parts
from lading.settings import KINDS

#: What is asked of the ledger's blocks, by kind and name.
Allowed = Callable[[Mapping[str, Mapping[str, Any]]], bool]


def put(
    parts: Parts,
    kind: str,
    name: str,
    body: Mapping[str, Any],
    *,
    who: str,
    allowed: Allowed = lambda _: True,
) -> None:
    """Keep a block. SettingsError when the settings with it are not as they have to be, or when lading.yaml has it.

    `allowed`: asked of the blocks that the ledger has at the moment when this one is kept, whoever else keeps one meanwhile;
    where it says no, nothing is done.
    """
    kept = False
    while not kept:
        after, made = parts.ledger.made.change(), _made(parts, kind, name)
        if not allowed(made):
            return
        made[kind] = {**made.get(kind, {}), name: dict(body)}
        _check(parts, made)
        kept = parts.ledger.made.put(kind, name, body, who=who, after=after)


def drop(parts: Parts, kind: str, name: str, *, who: str) -> None:
    """Drop a block that was made. SettingsError when another needs it, or when it stands in lading.yaml."""
    dropped = False
    while not dropped:
        after, made = parts.ledger.made.change(), _made(parts, kind, name)
        if name not in made.get(kind, {}):
            raise SettingsError(
                f"the ledger has no {kind}.{name}; {hint(name, made.get(kind, {}))}",
                where=f"{kind}.{name}",
                code="unknown_setting",
            )
        del made[kind][name]
        _check(parts, made)
        dropped = parts.ledger.made.put(kind, name, None, who=who, after=after)


def exported(parts: Parts) -> dict[str, dict[str, Any]]:
    """The ledger's settings, as they would stand in lading.yaml."""
    return parts.ledger.made.all()


def _made(parts: Parts, kind: str, name: str) -> dict[str, dict[str, Any]]:
    if kind not in KINDS:
        raise SettingsError(
            f"there are no settings {kind!r} to be changed; {hint(kind, KINDS)}",
            where=kind,
            code="unknown_setting",
        )
    made = parts.ledger.made.all()
    written = {
        "connections": frozenset(parts.settings.connections),
        "sources": frozenset(parts.settings.sources),
        "syncs": frozenset(parts.settings.written_syncs),
    }[kind]
    if name in written and name not in made.get(kind, {}):
        raise SettingsError(
            f"stands in {parts.settings.path.name} and is read-only here: change it there, and start the server again",
            where=f"{kind}.{name}", code="read_only_setting",
        )  # fmt: skip
    return made


def _check(parts: Parts, made: Mapping[str, Mapping[str, Any]]) -> None:
    """All that a server looks at when it takes settings up: what it would refuse then must not be kept now."""
    check_destinations(settings.load(parts.settings.path, parts.settings.environ, made))
