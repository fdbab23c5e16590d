"""Naming what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def nearest(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'x'?`, or what there is to choose from."""
    if close := get_close_matches(name, known, n=1):
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(map(repr, dict.fromkeys(known)))}" if known else "; there are none"
