"""What is different since the last run: the source's columns, and the settings that everybody's hashes depend on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that came, went, or is read as something else. `before` and `now`: the field, "" for one that is not read."""

    column: str
    #: None: the source did not have it.
    before: str | None
    #: None: the source has it no more.
    now: str | None

    @property
    def is_read(self) -> bool:
        """It was or is read: what Amazon gets of people changes with it."""
        return bool(self.before or self.now)

    def __str__(self) -> str:
        if self.now is None:
            return f"{self.column} is gone" + (f" (it was read as {self.before})" if self.before else "")
        if self.before is None:
            return f"{self.column} is new, {f'read as {self.now}' if self.now else 'and is not read'}"
        before = f"before as {self.before}" if self.before else "and was not before"
        return f"{self.column} is {f'read as {self.now}' if self.now else 'not read'} now, {before}"


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting with the value that the last run went by, and the one it has now."""

    setting: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.setting} changed from {self.before} to {self.now}"


def columns_changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[ColumnChange, ...]:
    """The difference of two sources' columns, each column -> the field that it is read as, "" for none; those that are read first."""
    changes = (
        ColumnChange(column, before.get(column), now.get(column))
        for column in dict.fromkeys([*before, *now])
        if before.get(column) != now.get(column)
    )
    return tuple(sorted(changes, key=lambda change: not change.is_read))


def settings_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[SettingChange, ...]:
    """Settings of which both runs know the value, and whose values differ."""
    return tuple(
        SettingChange(setting, _text(before[setting]), _text(value))
        for setting, value in now.items()
        if setting in before and before[setting] != value
    )


def together(changes: Iterable[object]) -> str:
    """Several changes in one sentence."""
    return " and ".join(str(change) for change in changes)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)
