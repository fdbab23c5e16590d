"""Trying events on a destination, step by step, without taking them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lading.dialects.segment import translate
from lading.prepare.reasons import REJECTIONS
from lading.service.events.destinations import destination_of
from lading.service.events.hashing import hashed
from lading.service.events.reasons import REASONS
from lading.service.events.taking import ACCEPTED
from lading.service.parts import Parts


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at, for people who try a mapping. Never a value of a person."""

    what: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What would become of one event. Values of people are not in it, only which fields were found."""

    code: str
    message: str
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def tried(parts: Parts, destination: str, events: Sequence[Any]) -> tuple[Tried, ...]:
    """What would become of each event."""
    return tuple(_tried(parts, destination, event) for event in events)


def _tried(parts: Parts, destination: str, event: Any) -> Tried:
    known = destination_of(parts.settings, destination)
    steps: list[Step] = []
    outcome = translate(event, known.judge, parts.clock.now(), lambda *step: steps.append(Step(*step)))
    code = outcome.reason or ACCEPTED
    for one in outcome.memberships:
        steps.append(Step("fields", ", ".join(sorted(one.fields)) or "none"))
        for sync in known.syncs.get(one.audience, ()):
            done = hashed(parts, sync, [one])
            code = done.refused.get(0, code)
            sets = [number for row in done.events["sets"].to_list() for number in [len(row or ())]]
            made = f"{sets[0] if sets else 0} identifier sets" if one.entered else "leaves"
            steps.append(Step(f"sync {sync}", REJECTIONS.get(code, made)))
        if one.audience not in known.syncs:
            steps.append(Step(f"audience {one.audience}", "a sync would be created for it"))
    return Tried(code=code, message=REASONS.get(code) or REJECTIONS.get(code, ""), steps=tuple(steps))
