"""What may be shown of a text that came from outside: no token, hash, address or control character."""

from __future__ import annotations

import re
from typing import Final

#: The longest text that an error carries.
LONGEST: Final = 500
#: What is read at all: beyond it nothing would be shown, and patterns cost time.
_READ: Final = 4_000

#: What is masked, and by what. Order matters: tokens may contain what looks like a hash.
_MASKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"At[a-z]{1,2}\|[^\s\"',;}]*"), "<token>"),
    (re.compile(r"(?i)\bbearer\s+[^\s\"',;}]+"), "Bearer <token>"),
    (re.compile(r"(?i)\bamzn1\.oa2-cs\.[^\s\"',;}]+"), "<secret>"),
    (re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"), "<hash>"),
    (re.compile(r"[^\s@<>\"',;:=()]+@[^\s@<>\"',;:=()]+"), "<e-mail>"),
)


def shown(text: str) -> str:
    """The text on one line, masked, at most 500 characters. It may stand in an error, a log, a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:_READ]).split())
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
