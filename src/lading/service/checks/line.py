"""One line of the doctor."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was looked at. `ok` is None where it could not be looked at, because of an earlier line."""

    name: str
    ok: bool | None
    message: str
    #: What to do; empty when all is well.
    remedy: str = ""

    def as_dict(self) -> dict[str, object]:
        """The line by name."""
        return asdict(self)


def fine(name: str, message: str) -> CheckLine:
    """All is well."""
    return CheckLine(name, ok=True, message=message)


def wrong(name: str, message: str, remedy: str) -> CheckLine:
    """Something has to be mended."""
    return CheckLine(name, ok=False, message=message, remedy=remedy)
