"""Asking the same of every target of a sync, one after the other: one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from lading.errors import Exit, LadingError
from lading.service.parts import Parts

Answer = TypeVar("Answer")

#: From the gravest to the lightest: what a command about several targets ends with is the gravest of their ends.
GRAVITY: Final = (
    Exit.INTERRUPTED, Exit.BUG, Exit.UNBALANCED, Exit.SETTINGS, Exit.ACCESS, Exit.GUARD, Exit.BUSY, Exit.GAVE_UP,
    Exit.PROCESSING, Exit.REFUSED, Exit.DONE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetAnswer(Generic[Answer]):
    """What was said of one target: an answer, or the error that ended it."""

    #: As commands name it: `SYNC/TARGET`, or the sync's name where it has one target.
    sync: str
    answer: Answer | None = None
    error: LadingError | None = None

    @property
    def target(self) -> str:
        """The target's name alone."""
        return self.sync.partition("/")[2] or self.sync


def each(parts: Parts, name: str, ask: Callable[[str], Answer]) -> tuple[TargetAnswer[Answer], ...]:
    """Ask about every target that sync `name` carries to. One alone raises its error, as if nothing else existed."""
    names = parts.carried(name)
    if len(names) == 1:
        return (TargetAnswer(names[0], ask(names[0])),)
    return tuple(_asked(parts, one, ask) for one in names)


def _asked(parts: Parts, name: str, ask: Callable[[str], Answer]) -> TargetAnswer[Answer]:
    parts.progress.say(f"Target {name}")
    try:
        return TargetAnswer(name, ask(name))
    except LadingError as error:
        return TargetAnswer(name, error=error)


def gravest(codes: Sequence[int]) -> Exit:
    """The exit code that stands for all of these."""
    return min((Exit(code) for code in codes), key=GRAVITY.index, default=Exit.DONE)
