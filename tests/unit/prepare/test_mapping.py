from __future__ import annotations

import pytest

from lading.errors import SettingsError
from lading.prepare.mapping import resolve


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("externaluserid", "external_user_id"),
        ("externalUserId", "external_user_id"),
        ("external_id", "external_user_id"),
        ("Customer ID", "external_user_id"),
        ("user_id", "external_user_id"),
        ("countrycode", "country"),
        ("Country Code", "country"),
    ],
)
def test_usual_names_of_the_id_and_the_country_need_no_mapping(column: str, field: str) -> None:
    found = resolve([column, "email"], None)
    assert (found.external_id if field == "external_user_id" else found.country) == column


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("EMAIL", "email"),
        ("e-mail", "email"),
        ("Email Address", "email"),
        ("mobile", "phone"),
        ("phone_number", "phone"),
        ("firstname", "first_name"),
        ("First Name", "first_name"),
        ("LAST_NAME", "last_name"),
        ("zip", "postal"),
        ("ZipCode", "postal"),
        ("postal_code", "postal"),
        ("Postcode", "postal"),
        ("street_address", "address"),
        ("city", "city"),
        ("State", "state"),
    ],
)
def test_usual_names_of_identifiers_need_no_mapping(column: str, field: str) -> None:
    assert resolve([column], None).identifiers == {field: (column,)}


def test_the_best_known_name_wins() -> None:
    found = resolve(["customer_id", "external_id", "mobile", "phone"], None)
    assert (found.external_id, found.identifiers) == ("external_id", {"phone": ("phone",)})


def test_a_mapping_names_several_columns() -> None:
    found = resolve(
        ["id", "Email", "work_email", "tel"], {"external_id": "id", "email": ["email", "work_email"]}
    )
    assert found.identifiers == {"email": ("Email", "work_email"), "phone": ("tel",)}
    assert found.sets == 2
    assert found.columns == ("id", "Email", "work_email", "tel")


def test_a_field_set_to_nothing_is_left_out() -> None:
    assert resolve(["email", "city"], {"city": []}).identifiers == {"email": ("email",)}


def test_a_missing_column_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="no column 'emial'; did you mean 'e_mail'") as caught:
        resolve(["e_mail", "phone"], {"email": "emial"})
    assert caught.value.where == "map.email"


def test_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="no field 'emails'; did you mean 'email'"):
        resolve(["email"], {"emails": "email"})


def test_a_source_without_identifiers_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"no column holds an identifier \(found: id, colour\)"):
        resolve(["id", "colour"], None)


def test_the_id_takes_one_column() -> None:
    with pytest.raises(SettingsError, match="takes one column, not 2"):
        resolve(["a", "b", "email"], {"external_id": ["a", "b"]})


def test_consent_by_mapping_and_by_usual_names() -> None:
    columns = ["email", "consent", "amzn_user_data", "ip", "land"]
    found = resolve(columns, {"consent": {"tcf": "consent", "country": "land", "ip": "ip"}})
    assert found.consent == {
        "tcf": "consent",
        "amzn_user_data": "amzn_user_data",
        "geo_country": "land",
        "geo_ip": "ip",
    }


def test_an_ip_address_is_taken_only_where_it_is_named() -> None:
    assert resolve(["email", "ip"], None).consent == {}
