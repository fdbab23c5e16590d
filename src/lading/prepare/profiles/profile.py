"""What a profile is: a set of rules, one an identifier, with a name and a version that every fingerprint carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lading.prepare.hashing import Rule


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to normalize. A change of any rule's output needs a new version, since all records are then sent again."""

    id: str
    version: int
    #: What it follows, in a few words.
    about: str
    rules: Mapping[str, Rule]
    #: Texts that stand for nothing where the settings name none; in lower case.
    placeholders: frozenset[str] = frozenset()
    #: Whether a value that does not fit its rule stops everything.
    stop_at_invalid: bool = False
