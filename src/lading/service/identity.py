"""From the settings `identity:` to the rules that carry them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from pydantic import ValidationError

from lading.errors import SettingsError
from lading.nearest import hint
from lading.prepare.options import Options
from lading.prepare.profiles import Profile, profile
from lading.settings.syncs import Identity, Sync

#: Settings of `identity:` that have no option of their own on the command line.
_NO_OPTION: Final = {"external_id"}


def rules_of(identity: Identity) -> Profile:
    """The profile with its options. Raises SettingsError for an unknown one, and for options that it does not have."""
    return profile(
        identity.profile, Options(**{one.name: getattr(identity, one.name) for one in fields(Options)})
    )


def placeholders_of(identity: Identity) -> frozenset[str]:
    """What stands for nothing: the profile's texts and the settings' own, without those that follow a `!` there."""
    usual = rules_of(identity).placeholders
    own = [one.strip().lower() for one in identity.placeholders]
    but = {one.removeprefix("!").strip() for one in own if one.startswith("!") and one != "!"}
    return usual.union(one for one in own if one == "!" or not one.startswith("!")) - but


def profile_of(sync: Sync) -> str:
    """The name and version of the rules that a sync hashes by, as memberships keep it."""
    rules = rules_of(sync.identity)
    return f"{rules.id}/{rules.version}"


def settings_of(sync: Sync, country: str | None) -> dict[str, Any]:
    """The settings that everybody's record depends on, by their names in lading.yaml: if one changes, all are sent again.

    `country`: of rows that name none, said or assumed.
    """
    return {
        **_named(sync.identity),
        "the version of the identity rules": rules_of(sync.identity).version,
        "to.audience.country": country,
    }


def chosen(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of such settings a ledger has to keep: those that are not what they are anyway, and by which rules."""
    usual = _usual()
    return {
        name: value
        for name, value in settings.items()
        if name == "identity.profile" or name not in usual or usual[name] != value
    }


def whole(kept: Mapping[str, Any]) -> dict[str, Any]:
    """All of the settings again: what was not kept was as it is usually."""
    return {**_usual(), **kept}


def _usual() -> dict[str, Any]:
    return {**_named(Identity()), "to.audience.country": None}


def _named(identity: Identity) -> dict[str, Any]:
    return {f"identity.{key}": value for key, value in identity.model_dump(mode="json").items()}


def identity_of(choices: Sequence[str]) -> Identity:
    """Settings from the command line, each one `KEY=VALUE` as under `identity:`, lists parted by commas."""
    given: dict[str, object] = {}
    for choice in choices:
        key, _, value = choice.partition("=")
        field = Identity.model_fields.get(key)
        if field is None:
            raise SettingsError(
                f"there is no such setting; {hint(key, Identity.model_fields)}",
                where=f"--identity {choice}",
                code="unknown_key",
            )
        given[key] = value.split(",") if isinstance(field.get_default(), tuple) else value
    try:
        return Identity.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(
            str(wrong["msg"]), where=_option(str(wrong["loc"][0])), code="wrong_value"
        ) from None


def _option(key: str) -> str:
    """What the user has most likely typed."""
    return f"--identity {key}" if key in _NO_OPTION else f"--{key.replace('_', '-')}"
