"""Paths into an event: `$.context.traits.email`, `$.properties['first name']`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_FORM: Final = re.compile(r"""\$(?:\.[A-Za-z0-9_-]+|\[(?:'[^']+'|"[^"]+"|[0-9]{1,4})\])+""")
_PART: Final = re.compile(r"""\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]|\[([0-9]+)\]""")


def parts_of(path: str) -> tuple[str | int, ...]:
    """The keys of a path. ValueError where it is none."""
    if not _FORM.fullmatch(path):
        raise ValueError("write a path such as $.properties.email or $.properties['e-mail']")
    found = (next(part for part in match if part) for match in _PART.findall(path))
    return tuple(int(part) if part.isdigit() and f"[{part}]" in path else part for part in found)


def value_at(event: Any, path: Sequence[str | int]) -> Any:
    """What lies there in JSON as it was read; None where nothing does."""
    for part in path:
        if isinstance(event, dict) and isinstance(part, str):
            event = event.get(part)
        elif isinstance(event, list) and isinstance(part, int):
            event = event[part] if part < len(event) else None
        else:
            return None
    return event
