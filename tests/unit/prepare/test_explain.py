from __future__ import annotations

import hashlib

import pytest

from lading.errors import SettingsError
from lading.prepare.explain import explain
from lading.prepare.profiles import AMC


def test_a_value_is_explained_step_by_step() -> None:
    told = explain("address", " 12 West Main Street", "usa", AMC)
    assert told.steps[-1] == ("by the rule of address in US", "12wmainst")
    assert (told.normalized, told.sha256) == ("12wmainst", hashlib.sha256(b"12wmainst").hexdigest())
    assert told.finding is None


def test_a_value_that_is_lost_says_why() -> None:
    told = explain("phone", "415-555-0160", None, AMC)
    assert (told.normalized, told.sha256, told.finding) == (None, None, "phone_no_country")
    assert told.message


def test_a_hash_is_kept() -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    told = explain("email", digest.upper(), None, AMC)
    assert (told.sha256, told.finding) == (digest, None)


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert explain("first_name", "\ud800Bo", None, AMC).normalized == "bo"


def test_it_does_not_show_the_value() -> None:
    assert "mainst" not in repr(explain("address", "12 Main Street", "US", AMC))


@pytest.mark.parametrize(("field", "country"), [("nose", "US"), ("email", "Narnia")])
def test_what_is_not_known_is_refused(field: str, country: str) -> None:
    with pytest.raises(SettingsError):
        explain(field, "x", country, AMC)
