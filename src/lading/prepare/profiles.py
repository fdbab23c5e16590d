"""Profiles: a set of rules, one an identifier, with a name and a version that the fingerprint of every record carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from lading.errors import SettingsError
from lading.prepare.hashing import Rule
from lading.prepare.normalize.address import address
from lading.prepare.normalize.city import city
from lading.prepare.normalize.email import email
from lading.prepare.normalize.name import name
from lading.prepare.normalize.phone import phone
from lading.prepare.normalize.postal import postal
from lading.prepare.normalize.state import state


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to normalize. A change of any rule's output needs a new version, since all records are then sent again."""

    id: str
    version: int
    rules: Mapping[str, Rule]


AMC: Final = Profile(
    id="amc",
    version=1,
    rules=MappingProxyType({
        "email": Rule(email, "NFC", by_country=False, repeats=False),
        "phone": Rule(phone, "NFKC", by_country=True, repeats=False),
        "first_name": Rule(name, "NFC", by_country=False, repeats=True),
        "last_name": Rule(name, "NFC", by_country=False, repeats=True),
        "address": Rule(address, "NFC", by_country=True, repeats=False),
        "city": Rule(city, "NFC", by_country=False, repeats=True),
        "state": Rule(state, "NFC", by_country=True, repeats=True),
        "postal": Rule(postal, "NFKC", by_country=True, repeats=True),
    }),
)  # fmt: skip

#: All profiles by name: a new one is one more entry.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({AMC.id: AMC})


def profile(name: str) -> Profile:
    """The profile of that name. Raises SettingsError, naming those that exist."""
    if name in PROFILES:
        return PROFILES[name]
    near = get_close_matches(name, PROFILES, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(PROFILES)}"
    raise SettingsError(
        f"there is no identity profile {name!r}; {hint}", where="identity.profile", code="unknown_profile"
    )
