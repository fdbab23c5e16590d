from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace

import pytest

from lading.errors import SettingsError
from lading.prepare.options import DEFAULT, Options
from lading.service.identity import chosen, identity_of, placeholders_of, rules_of, settings_of, whole
from lading.settings.syncs import Identity


def test_settings_have_every_option_with_the_same_default() -> None:
    assert {one.name: getattr(Identity(), one.name) for one in fields(Options)} == {
        one.name: getattr(DEFAULT, one.name) for one in fields(Options)
    }


def test_options_reach_the_rules() -> None:
    assert rules_of(Identity(pad_zip=True, email_plus="keep")).id == "amc+plus-keep+pad-zip"
    assert rules_of(Identity(profile="segment")).id == "segment"


def test_options_of_a_profile_that_has_none_are_refused() -> None:
    with pytest.raises(SettingsError, match="'segment' follows another program and has no options"):
        rules_of(Identity(profile="segment", gmail=True))


def test_settings_come_from_the_command_line() -> None:
    given = identity_of(
        ("profile=amc", "gmail=true", "variants=folded_accents,address_words", "placeholders=xx")
    )
    assert (given.gmail, given.variants, given.placeholders) == (
        True,
        ("folded_accents", "address_words"),
        ("xx",),
    )


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("email_pluss=keep", "did you mean 'email_plus'"),
        ("email_plus=dropp", "--email-plus: Input should be 'merge'"),
        ("gmail=perhaps", "--gmail"),
        ("nonsense", "there is no such setting"),
    ],
)
def test_a_wrong_choice_is_told(choice: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        identity_of((choice,))


def test_what_is_usual_of_the_settings_is_not_kept() -> None:
    sync = SimpleNamespace(identity=Identity(gmail=True))
    settings = settings_of(sync, "US")
    kept = chosen(settings)
    assert kept == {
        "identity.profile": "amc", "identity.gmail": True, "to.audience.country": "US",
        "the version of the identity rules": rules_of(sync.identity).version,
    }  # fmt: skip
    assert whole(kept) == settings


def test_placeholders_are_added_and_one_that_follows_a_mark_is_a_value_like_any_other() -> None:
    usual = placeholders_of(identity_of(()))
    assert placeholders_of(identity_of(("placeholders=TBA,!null, !None,!",))) == (usual | {"tba", "!"}) - {
        "null",
        "none",
    }
