"""The profiles by name: a new one is a file here and one more entry below."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from lading.errors import SettingsError
from lading.prepare.profiles.amc import AMC
from lading.prepare.profiles.aws_strict import AWS_STRICT
from lading.prepare.profiles.entity_resolution import ENTITY_RESOLUTION
from lading.prepare.profiles.profile import Profile
from lading.prepare.profiles.segment import SEGMENT

__all__ = ["AMC", "PROFILES", "Profile", "profile"]

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({
    one.id: one for one in (AMC, AWS_STRICT, ENTITY_RESOLUTION, SEGMENT)
})  # fmt: skip


def profile(name: str) -> Profile:
    """The profile of that name. Raises SettingsError, naming those that exist."""
    if name in PROFILES:
        return PROFILES[name]
    near = get_close_matches(name, PROFILES, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(PROFILES)}"
    raise SettingsError(
        f"there is no identity profile {name!r}; {hint}", where="identity.profile", code="unknown_profile"
    )
