"""From the settings `identity:` to the rules that carry them out."""

from __future__ import annotations

from dataclasses import fields

from lading.prepare.options import Options
from lading.prepare.profiles import Profile, profile
from lading.settings.syncs import Identity


def rules_of(identity: Identity) -> Profile:
    """The profile with its options. Raises SettingsError for an unknown one, and for options that it does not have."""
    return profile(
        identity.profile, Options(**{one.name: getattr(identity, one.name) for one in fields(Options)})
    )
