"""Why an upload fails."""

from __future__ import annotations

from collections.abc import Sequence


class Refused(Exception):
    """The upload fails with this message. It never shows a value: that may be somebody's clear e-mail."""


def refuse_twice(names: Sequence[str], name: str) -> None:
    """A column may stand once in a file."""
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise Refused(f"Column '{twice}' stands twice in '{name}'")
