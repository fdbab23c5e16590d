"""What each mode does with people and members. The joins themselves are `sql/diff.sql`, run by membership."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from lading.model.states import Mode


@dataclass(frozen=True, slots=True)
class Rule:
    """What a mode does, in four answers."""

    #: People of the source who are no members are added; members who changed are updated.
    adds: bool
    #: Members whom the source names are removed.
    removes_named: bool = False
    #: Members whom the source does not name are removed.
    removes_absent: bool = False
    #: Members who stay as they are, but expire soon, are sent again.
    refreshes: bool = False


RULES: Final[dict[Mode, Rule]] = {
    Mode.ADD: Rule(adds=True),
    Mode.REMOVE: Rule(adds=False, removes_named=True),
    Mode.MIRROR: Rule(adds=True, removes_absent=True, refreshes=True),
    Mode.UPSERT: Rule(adds=True, refreshes=True),
}

#: Group of sending by change: 1 is deleted, and is final at Amazon before 2 is created.
GROUPS: Final[dict[str, int]] = {"remove": 1, "drop": 1, "add": 2, "update": 2, "refresh": 2, "share": 2}

#: Changes that the books count, at most one a person. `drop` and `share` are means: the drop of an update, and a
#: member who is only sent again because of somebody else.
COUNTED: Final = ("add", "update", "refresh", "remove")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many changes of each kind a diff yields, and people it leaves alone."""

    add: int = 0
    update: int = 0
    refresh: int = 0
    remove: int = 0
    drop: int = 0
    share: int = 0
    #: People of the source who need nothing.
    unchanged: int = 0

    @property
    def changes(self) -> int:
        """Records that have to be sent."""
        return sum(getattr(self, change) for change in GROUPS)

    def changed(self, mode: Mode) -> int:
        """People of the source who are sent (`Books.changed`)."""
        named = self.remove if RULES[mode].removes_named else 0
        return self.add + self.update + self.refresh + named

    def removed(self, mode: Mode) -> int:
        """Members who are removed and are not among the people of the source (`Books.removed`).

        In a mirror, whoever is not there; in every mode that adds, whoever denies consent.
        """
        return 0 if RULES[mode].removes_named else self.remove

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)
