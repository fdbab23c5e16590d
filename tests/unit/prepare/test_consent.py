"""Who may be sent: the matrix of countries, signals and settings."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from consentkit import tc_maker as make
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.model import countries
from lading.prepare import reasons
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare

YES, NO = make.core(), make.core((1, 2))
GPP_YES, GPP_NO = make.gpp({2: YES}), make.gpp({2: NO, 6: "1YNN"})
GPP_US = make.gpp({7: "BVVqAAAAAAA"})
SIGNALS = ("tcf", "gpp", "amzn_user_data", "amzn_ad_storage", "geo_country", "geo_ip")
OUR = {"consent": {name: name for name in SIGNALS}}


def prepared(*people: dict[str, str | None], consent: str = "uk_eea", **options: Any) -> Prepared:
    """Rows of people, each with an e-mail address of his own."""
    rows = [{"user_id": f"p{n}", "email": f"p{n}@mail.example", **one} for n, one in enumerate(people)]
    columns = ("user_id", "email", "country", *SIGNALS)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)).with_row_index("row", 1)
    recipe = Recipe(resolve(columns, OUR), consent=consent, **options)  # type: ignore[arg-type]
    return prepare(frame.cast({"row": pl.UInt64}), recipe)


def verdict(consent: str = "uk_eea", **one: str | None) -> str | None:
    """Why this person is turned away, or None."""
    done = prepared(one, consent=consent)
    assert done.sets.height + done.rejections.height == 1
    return done.rejections["code"].item() if done.rejections.height else None


DENIED, MISSING, UNREADABLE = "consent_denied", "consent_missing", "consent_unreadable"

#: Signals -> the verdict where consent is needed, and where it is not.
MATRIX: list[tuple[dict[str, str], str | None, str | None]] = [
    ({}, MISSING, None),
    # Each alone suffices.
    ({"tcf": YES}, None, None),
    ({"gpp": GPP_YES}, None, None),
    ({"amzn_user_data": "GRANTED"}, None, None),
    ({"amzn_user_data": "GRANTED", "amzn_ad_storage": "GRANTED"}, None, None),
    ({"geo_ip": "198.51.100.7"}, None, None),
    ({"geo_ip": "2001:db8::1"}, None, None),
    # A denial of any counts everywhere, whatever else is granted.
    ({"tcf": NO}, DENIED, DENIED),
    ({"gpp": GPP_NO}, DENIED, DENIED),
    ({"amzn_user_data": "DENIED"}, DENIED, DENIED),
    ({"amzn_ad_storage": "DENIED"}, DENIED, DENIED),
    ({"amzn_user_data": "GRANTED", "amzn_ad_storage": "DENIED"}, DENIED, DENIED),
    ({"tcf": YES, "amzn_user_data": "DENIED"}, DENIED, DENIED),
    ({"tcf": YES, "gpp": GPP_NO}, DENIED, DENIED),
    ({"tcf": NO, "gpp": GPP_YES, "amzn_user_data": "GRANTED", "geo_ip": "198.51.100.7"}, DENIED, DENIED),
    # Only GRANTED is consent, and it is user data that has to be granted.
    ({"amzn_user_data": "UNKNOWN"}, MISSING, None),
    ({"amzn_user_data": "NOT_APPLICABLE"}, MISSING, None),
    ({"amzn_ad_storage": "GRANTED"}, MISSING, None),
    ({"amzn_user_data": "GRANTED", "amzn_ad_storage": "UNKNOWN"}, MISSING, None),
    ({"gpp": GPP_US}, MISSING, None),
    # The first that is there decides: TCF, GPP, ACS, IP address.
    ({"tcf": YES, "amzn_user_data": "UNKNOWN"}, None, None),
    ({"tcf": YES, "gpp": "rubbish"}, None, None),
    ({"tcf": "rubbish", "gpp": GPP_YES, "amzn_user_data": "GRANTED"}, UNREADABLE, None),
    ({"gpp": GPP_US, "amzn_user_data": "GRANTED"}, MISSING, None),
    ({"gpp": "rubbish", "amzn_user_data": "GRANTED"}, UNREADABLE, None),
    ({"amzn_user_data": "UNKNOWN", "geo_ip": "198.51.100.7"}, MISSING, None),
    # What cannot be read is no consent.
    ({"tcf": "rubbish"}, UNREADABLE, None),
    ({"gpp": "rubbish"}, UNREADABLE, None),
    ({"amzn_user_data": "yes"}, UNREADABLE, None),
    ({"amzn_user_data": "GRANTED", "amzn_ad_storage": "true"}, UNREADABLE, None),
    ({"geo_ip": "at home"}, UNREADABLE, None),
    # As files write it.
    ({"amzn_user_data": " granted "}, None, None),
    ({"amzn_user_data": "denied"}, DENIED, DENIED),
    ({"tcf": " ", "gpp": "n/a", "amzn_user_data": "-", "amzn_ad_storage": "NULL"}, MISSING, None),
    ({"tcf": f"  {YES} "}, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("signals", "needed", "_free"), MATRIX)
@pytest.mark.parametrize("country", ["GB", "DE", "NO", "UK", "Germany"])
def test_the_uk_and_the_eea(
    country: str, signals: dict[str, str], needed: str | None, _free: str | None
) -> None:
    assert verdict(country=country, **signals) == needed


@pytest.mark.parametrize(("signals", "_needed", "free"), MATRIX)
@pytest.mark.parametrize("country", ["US", "JP", "CH"])
def test_elsewhere(country: str, signals: dict[str, str], _needed: str | None, free: str | None) -> None:
    assert verdict(country=country, **signals) == free
    assert verdict("never", country="DE", **signals) == free


@pytest.mark.parametrize(("signals", "needed", "_free"), MATRIX)
def test_of_everybody(signals: dict[str, str], needed: str | None, _free: str | None) -> None:
    assert verdict("always", country="US", **signals) == needed


@pytest.mark.parametrize(("signals", "_needed", "_free"), MATRIX)
def test_people_who_are_taken_out_need_not_agree(signals: dict[str, str], _needed: Any, _free: Any) -> None:
    assert verdict("ignored", country="DE", **signals) is None


@pytest.mark.parametrize("country", sorted(countries.CONSENT))
def test_every_country_of_the_uk_and_the_eea(country: str) -> None:
    assert verdict(country=country) == MISSING


def test_where_nobody_knows_the_country_consent_is_needed() -> None:
    assert verdict() == MISSING
    assert verdict(country="Atlantis") == MISSING
    assert verdict(amzn_user_data="GRANTED") is None


@pytest.mark.parametrize(
    ("country", "geo", "code"),
    [
        ("US", "DE", MISSING),
        ("DE", "US", MISSING),
        ("US", "Deutschland", MISSING),
        ("US", "US", None),
        (None, "US", None),
    ],
)
def test_the_country_of_consent_counts_beside_that_of_the_person(
    country: str | None, geo: str, code: str | None
) -> None:
    assert verdict(country=country, geo_country=geo) == code


def test_the_default_country_counts() -> None:
    assert prepared({}, default_country="US").rejections.is_empty()
    assert prepared({}, default_country="FR").rejections["code"].to_list() == [MISSING]


def test_without_a_consent_column_only_the_country_decides() -> None:
    frame = pl.DataFrame(
        {"row": [1, 2], "user_id": ["a", "b"], "email": ["a@mail.example"] * 2, "country": ["US", "DE"]},
        schema_overrides={"row": pl.UInt64},
    )
    done = prepare(frame, Recipe(resolve(frame.columns[1:], None), consent="uk_eea"))
    assert done.rejections.select("row", "column", "code", "masked").rows() == [(2, None, MISSING, None)]


def test_a_rejection_names_the_signal_and_masks_it() -> None:
    done = prepared(
        {"country": "DE", "tcf": YES, "amzn_user_data": "DENIED"},
        {"country": "DE", "tcf": "rubbish"},
        {"country": "DE", "amzn_user_data": "UNKNOWN"},
    )
    assert done.rejections.select("row", "column", "code", "masked").rows() == [
        (1, "amzn_user_data", DENIED, "D***"),
        (2, "tcf", UNREADABLE, "r***"),
        (3, "amzn_user_data", MISSING, "U***"),
    ]
    assert done.rejections["message"].to_list() == [
        reasons.REJECTIONS[code] for code in (DENIED, UNREADABLE, MISSING)
    ]


def test_earlier_reasons_come_first_but_a_denial_needs_no_identifier() -> None:
    done = prepared(
        {"country": "DE", "user_id": " "},
        {"country": "DE", "email": None, "amzn_user_data": "DENIED"},
        {"country": "DE", "email": None},
    )
    assert done.rejections["code"].to_list() == ["external_id_missing", DENIED, "no_identifier"]


def test_who_denies_is_handed_on_by_his_external_id() -> None:
    done = prepared({"user_id": "no", "tcf": NO}, {"user_id": "yes", "tcf": YES}, {"user_id": "?", "tcf": NO})
    assert done.denied["external_id"].to_list() == ["no"]
    derived = prepared(
        {"email": "jo@mail.example", "tcf": NO},
        {"email": "jo@mail.example", "tcf": YES},
        external_id="derive",
    )
    assert derived.denied["external_id"].to_list() == derived.sets["external_id"].to_list()


def test_what_is_sent() -> None:
    done = prepared(
        {"country": "US", "amzn_user_data": " granted", "amzn_ad_storage": "maybe", "geo_country": "uk", "geo_ip": "1.2.3.4"},
        {"country": "US", "tcf": f" {YES} ", "gpp": "n/a", "amzn_user_data": "Unknown", "geo_country": "Atlantis"},
        consent="never",
    )  # fmt: skip
    assert done.sets.select(SIGNALS).rows() == [
        (None, None, "GRANTED", None, "GB", "1.2.3.4"),
        (YES, None, "UNKNOWN", None, "Atlantis", None),
    ]
    assert done.findings.select("row", "column", "code", "masked").rows() == [
        (1, "amzn_ad_storage", "consent_value_unknown", "m***")
    ]


def test_consent_is_counted_by_country() -> None:
    done = prepared(
        {"country": "DE"}, {"country": "DE", "tcf": NO}, {"country": "US", "tcf": NO}, {"country": "US"}, {}
    )
    assert sorted(done.consent.rows()) == [("", MISSING), ("DE", DENIED), ("DE", MISSING), ("US", DENIED)]
    lax = prepared({"country": "DE"}, {"country": "DE", "tcf": YES}, {"country": "US"}, consent="never")
    assert lax.consent.rows() == [("DE", "no_consent")]


OLD_YES, OLD_NO = make.core(moment=1), make.core((1,), moment=2)
VERDICTS = {YES: None, OLD_YES: None, NO: DENIED, OLD_NO: DENIED, "rubbish": UNREADABLE, None: MISSING}


@settings(deadline=None)
@given(st.lists(st.sampled_from(list(VERDICTS)), max_size=20))
def test_strings_are_judged_each_for_itself(strings: list[str | None]) -> None:
    """Strings that differ in their moments are read once: none may get another's verdict."""
    done = prepared(*({"country": "DE", "tcf": one} for one in strings))
    codes = dict(done.rejections.select("row", "code").iter_rows())
    assert [codes.get(row) for row in range(1, len(strings) + 1)] == [VERDICTS[one] for one in strings]
