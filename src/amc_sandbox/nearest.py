"""Refusing what nobody knows, with the nearest thing that somebody does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any


class Unlawful(ValueError):
    """What came through the control door is not as documented; the message is the answer."""


def refuse_unknown(given: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raise for the first key that is not known."""
    names = sorted(known)
    for key in given:
        if key not in names:
            near = get_close_matches(key, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
            raise Unlawful(f"unknown key {key!r} in {where}: {hint}")
