"""Columns of a data set: added, renamed, described and deleted, and which of that cannot be."""

import pytest
from datakit import PRODUCTS, PURCHASES, column

PATH = "/dataSets/purchases/columns"


@pytest.fixture
def purchases(data):
    data.create()
    return data


def names(shown):
    return [one["name"] for one in shown["columns"]]


def test_a_column_is_added(purchases):
    before = purchases.dataset()

    after = purchases.good("POST", PATH, {"column": column("store", description="Where")})["dataSet"]

    assert after == purchases.dataset()
    assert after["columns"][:-1] == before["columns"]
    assert (
        after["columns"][-1] | {"name": "store", "description": "Where", "nullable": True}
        == after["columns"][-1]
    )


@pytest.mark.parametrize(
    ("added", "told"),
    [
        (column("user", isMainUserId=True), "create the data set again"),
        (column("kind", isMainUserIdType=True), "create the data set again"),
        (column("at", "TIMESTAMP", isMainEventTime=True), "create the data set again"),
        (column("land", isCountryCode=True), "At most one column can have isCountryCode"),
        (column("product"), "unique"),
        (column("PRODUCT"), "lower-case"),
        (column("a", "FLOAT"), "dataType"),
        (column("c", "LONG", consentType="TCF"), "dataType STRING"),
    ],
)
def test_what_cannot_be_added(purchases, added, told):
    before = purchases.dataset()

    assert told in purchases.refused("POST", PATH, {"column": added})
    assert purchases.dataset() == before


def test_a_country_column_can_be_added_where_there_is_none(data):
    data.create(PRODUCTS)

    data.good("POST", "/dataSets/products/columns", {"column": column("land", isCountryCode=True)})
    data.refused("POST", "/dataSets/products/columns", {"column": column("land2", isCountryCode=True)})


def test_consent_is_added_once_each(purchases):
    for kind in ("TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE"):
        purchases.good("POST", PATH, {"column": column(kind.lower(), consentType=kind)})
        told = purchases.refused("POST", PATH, {"column": column("again", consentType=kind)})
        assert told == f"consentType {kind} may only be used once per data set"


def test_identifiers_are_added_where_there_are_user_columns(purchases):
    phone = {"column": column("phone", externalUserIdType={"hashedPii": "PHONE"})}

    assert "phone" in names(purchases.good("POST", PATH, phone)["dataSet"])
    purchases.create(PRODUCTS)
    assert "main user ID column" in purchases.refused("POST", "/dataSets/products/columns", phone)


def test_a_hundred_columns_and_no_more(data):
    data.create(dataSetId="purchases", columns=[column(f"c{number}") for number in range(99)])

    data.good("POST", PATH, {"column": column("the_last")})
    assert "at most 100" in data.refused("POST", PATH, {"column": column("one_more")})


def test_a_column_is_renamed_and_described_and_nothing_else(purchases):
    wish = {
        "updatedColumnName": "item",
        "updateDescription": "What",
        "dataType": "LONG",
        "isCountryCode": True,
    }

    shown = purchases.good("PUT", f"{PATH}/product", wish)["dataSet"]

    assert names(shown) == ["bought_at", "email", "country", "item", "amount", "user_id", "user_id_type"]
    item = shown["columns"][3]
    assert (item["description"], item["dataType"], item["isCountryCode"]) == ("What", "STRING", False)
    assert (
        purchases.good("PUT", f"{PATH}/item", {"updateDescription": ""})["dataSet"]["columns"][3][
            "description"
        ]
        == ""
    )
    assert purchases.ask("PUT", f"{PATH}/item").status_code == 200


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"updatedColumnName": "amount"}, "unique"),
        ({"updatedColumnName": "My Item"}, "lower-case"),
        ({"updatedColumnName": 7}, "updatedColumnName"),
        ({"updateDescription": "x" * 256}, "updateDescription"),
    ],
)
def test_how_a_column_cannot_be_changed(purchases, wish, told):
    assert told in purchases.refused("PUT", f"{PATH}/product", wish)
    assert names(purchases.dataset())[3] == "product"


def test_a_column_is_deleted(purchases):
    for name in ("product", "email", "country"):
        shown = purchases.good("DELETE", f"{PATH}/{name}")["dataSet"]
        assert name not in names(shown)
    assert names(purchases.dataset()) == ["bought_at", "amount", "user_id", "user_id_type"]


@pytest.mark.parametrize("name", ["bought_at", "user_id", "user_id_type"])
def test_event_time_and_user_stay(purchases, name):
    assert "cannot be deleted" in purchases.refused("DELETE", f"{PATH}/{name}")


def test_what_is_not_there(purchases):
    for method, body in (("PUT", {}), ("DELETE", None)):
        assert "Column nothing not found" in purchases.refused(method, f"{PATH}/nothing", body, 404)
        assert "Data set" in purchases.refused(method, "/dataSets/nothing/columns/a", body, 404)
    purchases.refused("POST", "/dataSets/nothing/columns", {"column": column("a")}, 404)
    assert "column" in purchases.refused("POST", PATH, PURCHASES["columns"][0])
