"""Data sets of an instance: what they may look like, how they are listed, and what can be changed."""

import pytest
from datakit import PRODUCTS, PURCHASES, column

from amc_sandbox import dataset_rules

DEFAULTS = {
    "nullable": True,
    "isMainEventTime": False,
    "isMainUserId": False,
    "isMainUserIdType": False,
    "isCountryCode": False,
    "requiresOneWayHashing": False,
}


def test_a_data_set_is_made_and_shown_with_what_amazon_adds(data):
    made = data.good(
        "POST", "/dataSets", {"dataSet": PURCHASES | {"countryCode": "US", "description": "Ours"}}
    )

    assert made == {"dataSetId": "purchases", "instanceId": "amcshop001"}
    shown = data.dataset()
    user = [column("user_id", isMainUserId=True), column("user_id_type", isMainUserIdType=True)]
    assert shown["columns"] == [DEFAULTS | one for one in [*PURCHASES["columns"], *user]]
    assert {key: shown[key] for key in shown if key != "columns"} == {
        "dataSetId": "purchases",
        "period": "P1D",
        "countryCode": "US",
        "description": "Ours",
    }


def test_a_dimension_has_no_period_and_without_identifiers_no_users(data):
    data.create(PRODUCTS | {"period": "P1M"})

    shown = data.dataset("products")
    assert set(shown) == {"dataSetId", "columns"}
    assert [one["name"] for one in shown["columns"]] == ["sku", "label"]


def test_declared_user_columns_are_taken_as_they_are(data):
    own = [column("person", isMainUserId=True), column("person_kind", isMainUserIdType=True)]
    data.create(columns=[*PURCHASES["columns"], *own])

    assert [one["name"] for one in data.dataset()["columns"]][-2:] == ["person", "person_kind"]


def test_user_columns_may_be_demanded(data):
    data.api.sandbox.policy(main_user_columns="demanded")

    told = data.refused("POST", "/dataSets", {"dataSet": PURCHASES})

    assert told == (
        "Customer-owned data set purchases specified 1 external user ID column(s) (EMAIL) but no main user ID column."
    )
    data.create(PRODUCTS)
    data.create(columns=[*PURCHASES["columns"], column("user_id", isMainUserId=True)])


EVENT = column("at", "TIMESTAMP", isMainEventTime=True)
LAWFUL = [
    [],
    [column("a")],
    [column(f"c{number}") for number in range(100)],
    [column("at", "DATE", "METRIC", isMainEventTime=True)],
    [column("sku", unknownKey=7)],
    [column("email", column_type="METRIC", externalUserIdType={"hashedPii": "EMAIL"})],
    [column("maid", externalUserIdType={"externalIdentity": "MAID"})],
    [column(kind.lower(), consentType=kind) for kind in ("TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE")],
]


@pytest.mark.parametrize("columns", LAWFUL)
def test_lawful_columns(data, columns):
    data.create(dataSetId="lawful", columns=columns)


UNLAWFUL = [
    ([column(f"c{number}") for number in range(101)], "columns"),
    ([column(f"c{number}") for number in range(98)] + PURCHASES["columns"][:2], "at most 100 columns"),
    ([column("a", "FLOAT")], "dataType"),
    ([column("a", column_type="FACT")], "columnType"),
    ([{"name": "a", "dataType": "STRING"}], "columnType"),
    ([column(7)], "name"),
    ([column("A")], "lower-case"),
    ([column("1a")], "lower-case"),
    ([column("a b")], "lower-case"),
    ([column("")], "lower-case"),
    ([column("a"), column("a")], "unique"),
    ([column("a", nullable="yes")], "nullable"),
    ([column("at", isMainEventTime=True)], "TIMESTAMP or DATE"),
    ([EVENT, column("at2", "DATE", isMainEventTime=True)], "At most one column can have isMainEventTime"),
    ([column("u", column_type="METRIC", isMainUserId=True)], "cannot be a METRIC"),
    ([column("u", column_type="METRIC", isMainUserIdType=True)], "cannot be a METRIC"),
    ([column("u", isMainUserId=True), column("v", isMainUserId=True)], "At most one"),
    ([column("u", isMainUserIdType=True), column("v", isMainUserIdType=True)], "At most one"),
    ([column("c", isCountryCode=True), column("d", isCountryCode=True)], "At most one"),
    ([column("c", "LONG", isCountryCode=True)], "dataType STRING"),
    ([column("c", isCountryCode=True, isMainUserId=True)], "at once"),
    ([column("e", "LONG", externalUserIdType={"hashedPii": "EMAIL"})], "dataType STRING"),
    ([column("e", externalUserIdType={"hashedPii": "FAX"})], "hashedPii"),
    ([column("e", externalUserIdType={"externalIdentity": "COOKIE"})], "externalIdentity"),
    ([column("e", externalUserIdType={"hashedPii": "EMAIL", "externalIdentity": "MAID"})], "not both"),
    (
        [column("e", externalUserIdType={"hashedExternalIdentity": {"identifierType": "EMAIL"}})],
        "hashedPii or externalIdentity",
    ),
    ([column("c", consentType="amzn_ad_storage")], "consentType"),
    ([column("c", column_type="METRIC", consentType="TCF")], "cannot be a METRIC"),
    ([column("c", consentType="TCF"), column("d", consentType="TCF")], "only be used once"),
    ([column("user_id"), PURCHASES["columns"][1]], "unique"),
]


@pytest.mark.parametrize(("columns", "told"), UNLAWFUL)
def test_unlawful_columns(data, columns, told):
    assert told in data.refused("POST", "/dataSets", {"dataSet": {"dataSetId": "x", "columns": columns}})
    assert data.listed("/dataSets/list", "dataSets") == []


def test_every_error_is_told(data):
    columns = [column("A"), column("b", isMainEventTime=True)]

    answer = data.ask("POST", "/dataSets", {"dataSet": {"dataSetId": "Bad Id", "columns": columns}})

    assert len(answer.json()["errors"]) == 3


def test_any_column_name_where_names_are_free(data):
    data.api.sandbox.policy(strict_column_names=False)

    data.create(columns=[column("AMAZON_AD_STORAGE"), column("Größe in cm")])
    assert "unique" in data.refused(
        "POST", "/dataSets", {"dataSet": {"dataSetId": "x", "columns": [column("A"), column("a")]}}
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dataSetId": "Purchases"}, "lower-case letters"),
        ({"dataSetId": "my purchases"}, "lower-case letters"),
        ({"dataSetId": "my-purchases"}, "lower-case letters"),
        ({"dataSetId": ""}, "lower-case letters"),
        ({"dataSetId": "list"}, "not 'list'"),
        ({"dataSetId": 7}, "dataSetId"),
        ({"dataSetId": "crm_2023"}, "advertiser data upload 1.0"),
        ({"period": "PT1M"}, "period"),
        ({"countryCode": "usa"}, "countryCode"),
        ({"countryCode": "UK"}, "ISO 3166-1"),
        ({"customerEncryptionKeyArn": None}, "customerEncryptionKeyArn"),
        ({"columns": None}, "columns"),
    ],
)
def test_unlawful_data_sets(data, changes, told):
    assert told in data.refused("POST", "/dataSets", {"dataSet": PURCHASES | changes})


def test_a_bare_body_is_refused(data):
    assert "dataSet" in data.refused("POST", "/dataSets", PURCHASES)
    assert data.refused("POST", "/dataSets", raw="no json") == "Request body is not JSON"
    beside = {"dataSet": PURCHASES, "customerEncryptionKeyArn": "arn:aws:kms:us-east-1:1:key/mrk-1"}
    data.good("POST", "/dataSets", beside)
    assert "customerEncryptionKeyArn" not in data.dataset()


def test_an_id_is_used_once(data):
    data.create()

    assert data.refused("POST", "/dataSets", {"dataSet": PURCHASES}) == "Data set purchases already exists"


def test_only_description_and_country_change(data):
    key = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
    data.create(customerEncryptionKeyArn=key)
    before = data.dataset()

    wish = {"description": "New", "countryCode": "DE", "customerEncryptionKeyArn": "other", "period": "P1M"}
    after = data.good("PUT", "/dataSets/purchases", wish)["dataSet"]

    assert after == data.dataset() == before | {"description": "New", "countryCode": "DE"}
    assert after["customerEncryptionKeyArn"] == key
    assert data.good("PUT", "/dataSets/purchases", {})["dataSet"] == after
    for wrong in (
        {"description": "x" * 256},
        {"description": None},
        {"countryCode": "de"},
        {"countryCode": "UK"},
    ):
        data.refused("PUT", "/dataSets/purchases", wrong)
    data.good("PUT", "/dataSets/purchases", {"description": "x" * 255})


def test_deleted_is_gone_and_the_id_is_free(data):
    data.create()

    assert data.good("DELETE", "/dataSets/purchases") == {
        "dataSetId": "purchases",
        "instanceId": "amcshop001",
    }
    for method in ("GET", "DELETE"):
        assert "not found" in data.refused(method, "/dataSets/purchases", status=404)
    data.refused("PUT", "/dataSets/purchases", {}, status=404)
    data.create(PRODUCTS | {"dataSetId": "purchases"})
    assert len(data.dataset()["columns"]) == 2


def test_lists_are_paged(data):
    names = [data.create(PRODUCTS | {"dataSetId": f"set_{number}"}) for number in range(5)]

    assert [one["dataSetId"] for one in data.listed("/dataSets/list", "dataSets", maxResults=2)] == names
    assert [one["dataSetId"] for one in data.listed("/dataSets/list", "dataSets")] == names
    assert "nextToken" not in data.good("POST", "/dataSets/list?maxResults=5")
    data.api.sandbox.policy(page_size=3)
    assert len(data.good("POST", "/dataSets/list")["dataSets"]) == 3
    for query in ("maxResults=0", "maxResults=101", "maxResults=x", "nextToken=nonsense"):
        data.refused("POST", f"/dataSets/list?{query}")


def test_lists_are_asked_for_by_post_with_or_without_a_body(data):
    data.create()

    for more in ({}, {"raw": "{}"}, {"raw": "", "headers": {"Content-Type": None}}):
        assert data.ask("POST", "/dataSets/list", **more).status_code == 200
    data.refused("POST", "/dataSets/list", status=415, raw="", headers={"Content-Type": "text/plain"})
    assert "list" in data.refused("GET", "/dataSets/list")


def test_so_many_an_instance_and_no_more(data, monkeypatch):
    """Five thousand; here the limit is set to three, to be quick."""
    assert dataset_rules.MAX_DATASETS == 5_000
    monkeypatch.setattr(dataset_rules, "MAX_DATASETS", 3)
    for number in range(3):
        data.create(PRODUCTS | {"dataSetId": f"set_{number}"})

    told = data.refused("POST", "/dataSets", {"dataSet": PRODUCTS})

    assert told == "An instance has at most 3 data sets"
    data.good("DELETE", "/dataSets/set_0")
    data.create(PRODUCTS)
    data.instance = "amcshopsbx"
    data.create(PRODUCTS)


def test_instances_are_apart(data):
    data.create()
    data.instance = "amcshopsbx"

    data.refused("GET", "/dataSets/purchases", status=404)
    data.create()
    assert data.api.sandbox.door("GET", "state")["datasets"] == {"amcshop001": 1, "amcshopsbx": 1}
