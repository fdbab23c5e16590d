"""The profiles by name: a new one is a file here and one more entry below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lading.errors import SettingsError
from lading.nearest import hint
from lading.prepare.options import DEFAULT, Options
from lading.prepare.profiles.amc import AMC, amc
from lading.prepare.profiles.aws_strict import AWS_STRICT
from lading.prepare.profiles.entity_resolution import ENTITY_RESOLUTION
from lading.prepare.profiles.profile import Profile
from lading.prepare.profiles.segment import SEGMENT

__all__ = ["AMC", "PROFILES", "Profile", "profile"]

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({
    one.id: one for one in (AMC, AWS_STRICT, ENTITY_RESOLUTION, SEGMENT)
})  # fmt: skip


def profile(name: str, options: Options = DEFAULT) -> Profile:
    """The profile of that name. Raises SettingsError for an unknown one, and for options with any other than "amc"."""
    if name == AMC.id:
        return amc(options)
    if name in PROFILES and options == DEFAULT:
        return PROFILES[name]
    if name in PROFILES:
        raise SettingsError(
            f"the profile {name!r} follows another program and has no options; take `profile: amc` for them",
            where="identity", code="no_options",
        )  # fmt: skip
    raise SettingsError(
        f"there is no identity profile {name!r}; {hint(name, PROFILES)}",
        where="identity.profile",
        code="unknown_profile",
    )
