from __future__ import annotations

import hashlib

import pytest

from lading.errors import SettingsError
from lading.model.identifiers import IDENTIFIERS
from lading.prepare.explain import explain
from lading.prepare.profiles import AMC, PROFILES
from lading.prepare.variants import VARIANTS


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


def test_each_step_that_changes_something_is_shown() -> None:
    told = explain("address", " 12 West Main Street #4", "US", AMC)
    assert [text for _, text in told.steps] == [
        " 12 West Main Street #4", "12 West Main Street #4", "12 WEST MAIN STREET #4", "12 WEST MAIN STREET # 4",
        "12 W MAIN ST NUMBER 4", "12WMAINSTNUMBER4", "12wmainstnumber4",
    ]  # fmt: skip


@pytest.mark.parametrize("field", IDENTIFIERS)
@pytest.mark.parametrize(
    "value", ["", "  ", "tel:", "x", "+", "Jo <a@b> é", "\u202e#1-a\x00", "n/a", "ab" * 16]
)
@pytest.mark.parametrize("country", [None, "ES"])
def test_any_value_can_be_explained_under_any_profile(field: str, value: str, country: str | None) -> None:
    told = explain(field, value, country, AMC)
    assert told.steps[-1][1] == told.normalized
    assert all((one.normalized is None) == (one.sha256 is None) for one in (told, *told.others))


def test_other_profiles_are_told_beside() -> None:
    others = {one.profile: one.normalized for one in explain("state", "Québec", "CA", AMC).others}
    assert others == {"aws-strict": "qu", "entity-resolution": "qc", "segment": "qubec"}
    assert {one.profile for one in explain("state", "x", "CA", PROFILES["segment"]).others} == set(
        PROFILES
    ) - {"segment"}


def test_a_placeholder_ends_where_it_is_seen() -> None:
    told = explain("city", "n/a", "US", AMC)
    assert (told.steps[-1][1], told.finding) == (None, "placeholder")


def test_variants_that_differ_are_told() -> None:
    told = explain("address", "1-2 Ocean Boulevard, St. Élan", "US", AMC, variants=tuple(VARIANTS))
    assert [(one.kind, one.normalized) for one in told.variants] == [
        ("folded_accents", "1-2oceanblvdstelan"), ("address_words", "1-2oceanboulevardstélan"),
        ("address_punctuation", "12oceanblvdstélan"), ("address_punctuation", "12oceanblvdstelan"),
    ]  # fmt: skip
    assert told.variants[0].sha256 == hashlib.sha256(b"1-2oceanblvdstelan").hexdigest()
    assert "ocean" not in repr(told.variants)
    assert explain("city", "Bonn", "DE", AMC, variants=tuple(VARIANTS)).variants == ()
    with pytest.raises(SettingsError, match="no kind of variants"):
        explain("city", "Bonn", "DE", AMC, variants=("bogus",))
