from __future__ import annotations

import pytest

from lading.errors import SettingsError
from lading.model.identifiers import IDENTIFIERS
from lading.prepare.profiles import PROFILES, profile


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_has_a_rule_for_every_identifier(name: str) -> None:
    assert set(profile(name).rules) == set(IDENTIFIERS)
    assert profile(name).id == name


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'amc'"):
        profile("amcs")
