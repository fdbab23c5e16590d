"""Values as JSON has them: the same for the command line and the server."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Final

#: Beyond this, readers that hold numbers as doubles get them wrong.
_LARGEST_EXACT: Final = 2**53


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in ISO 8601, durations in seconds, numbers that are too large as text."""
    if hasattr(value, "as_dict"):
        return plain(value.as_dict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case bool() | None | float() | str():
            return value
        case int():
            return value if abs(value) <= _LARGEST_EXACT else str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return value.total_seconds()
        case Decimal() | PurePath():
            return str(value)
    raise TypeError(type(value).__name__)
