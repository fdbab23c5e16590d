"""Operations on advertiser data and the rows behind them: columns, countries, deletions of people and of sets."""

import pytest
from datakit import PURCHASES, Bucket, column, sha

TIME = "2026-01-04T12:00:00Z"


@pytest.fixture
def bucket(aws):
    return Bucket(aws("s3")).open()


@pytest.fixture
def people(data):
    return [one for one in data.api.sandbox.people("US", 50) if one["email"]]


def purchase(person, product, country="US"):
    return f"{TIME},{sha(person['email'])},{country},{product},9.99\n"


HEADER = "bought_at,email,country,product,amount\n"


@pytest.fixture
def send(data, bucket):
    """Upload lines to a data set; how it ended."""
    count = iter(range(1000))

    def sent(*lines, dataset_id="purchases", header=HEADER, **changes):
        source = bucket.put(f"{dataset_id}/{next(count)}.csv", header + "".join(lines))
        upload_id = data.upload(dataset_id, dataSource=source, compressionFormat="NONE", **changes)
        over = data.finish(upload_id, dataset_id)
        assert over["status"] == "SUCCESS", over
        return over

    return sent


def test_rows_come_out_with_their_people(data, send, people):
    data.create()

    over = send(purchase(people[0], "tea"), purchase({"email": "nobody@example.com"}, "cup"))

    assert over["metrics"] == {"OutputRowCount": 2.0}
    assert data.api.sandbox.partitions("amcshop001", "purchases") == {"2026-01-04T00:00:00Z": 2}
    first, second = data.rows()
    assert set(first) == {"bought_at", "country", "product", "amount", "user_id", "user_id_type"}
    assert (first["product"], first["user_id_type"], second["user_id"]) == ("tea", "adUserId", None)
    assert first["user_id"]


def test_unmatched_rows_may_be_dropped(data, send, people):
    data.api.sandbox.policy(unmatched_rows="dropped")
    data.create()

    over = send(purchase(people[0], "tea"), purchase({"email": "nobody@example.com"}, "cup"))

    assert over["metrics"] == {"OutputRowCount": 1.0}
    assert [one["product"] for one in data.rows()] == ["tea"]


def test_columns_change_under_the_rows(data, send, people):
    data.create()
    send(purchase(people[0], "tea"))
    path = "/dataSets/purchases/columns"

    data.good("PUT", f"{path}/product", {"updatedColumnName": "item"})
    data.good("POST", path, {"column": column("store")})
    header = "bought_at,email,country,item,amount,store\n"
    send(purchase(people[1], "cup").replace("9.99", "9.99,Town"), header=header)
    assert [(one["item"], one.get("store")) for one in data.rows()] == [("tea", None), ("cup", "Town")]

    data.good("DELETE", f"{path}/item")
    assert all("item" not in one for one in data.rows())
    data.good("POST", path, {"column": column("item")})
    assert [one.get("item") for one in data.rows()] == [None, None]


def test_a_deleted_set_takes_its_rows_along(data, send, people):
    data.create()
    send(purchase(people[0], "tea"))
    data.good("DELETE", "/dataSets/purchases")
    data.create()

    assert data.rows() == []


def test_a_person_is_taken_out_of_every_set_of_the_instance(data, send, people):
    gone, stays = people[:2]
    lines = [purchase(gone, "tea"), purchase(stays, "tea"), purchase(gone, "cup")]
    data.create()
    data.create(dataSetId="returns")
    data.create(
        dataSetId="members",
        columns=[column("email", externalUserIdType={"hashedPii": "EMAIL"})],
        countryCode="US",
    )
    data.instance = "amcshopsbx"
    data.create()
    send(*lines)
    data.instance = "amcshop001"
    send(*lines)
    send(*lines, dataset_id="returns")
    send(sha(gone["email"]) + "\n", sha(stays["email"]) + "\n", dataset_id="members", header="email\n")

    identity = {"hashedIdentity": {"EMAIL": sha(gone["email"])}}
    data.good("POST", "/userDeletionRequest", {"targetIdentities": [identity]})
    data.api.wait(1800)

    (stayed,) = data.rows()
    assert stayed["user_id"]
    for dataset_id in ("returns", "members"):
        assert [one["user_id"] for one in data.rows(dataset_id)] == [stayed["user_id"]]
    data.instance = "amcshopsbx"
    assert len(data.rows()) == 3
    data.instance = "amcshop001"
    send(purchase(gone, "milk"))
    assert len(data.rows()) == 2


def test_country_by_row_before_upload_before_data_set(data, send, people):
    """A person of the US is found where the first country that is said is the US."""
    said = ("US", "DE", None)
    for of_set in said:
        dataset_id = f"set_{of_set}".lower()
        data.create(dataSetId=dataset_id, **({"countryCode": of_set} if of_set else {}))
        for of_upload in said:
            wish = {"countryCode": of_upload} if of_upload else {}
            lines = [purchase(people[0], "tea", of_row or "") for of_row in said]
            send(*lines, dataset_id=dataset_id, updateStrategy="FULL_REPLACE", **wish)
            found = [one["user_id"] is not None for one in data.rows(dataset_id)]
            first = [next((one for one in (of_row, of_upload, of_set) if one), None) for of_row in said]
            assert found == [one == "US" for one in first], (of_set, of_upload)


def test_a_dimension_may_always_be_replaced(data, send):
    data.create(dataSetId="products", columns=[column("sku")])
    for policy, expected in (("strategy", ["a", "b"]), ("replace", ["b"])):
        data.api.sandbox.policy(dimension_uploads=policy)
        send("a\n", dataset_id="products", header="sku\n", updateStrategy="FULL_REPLACE")
        send("b\n", dataset_id="products", header="sku\n", updateStrategy="ADDITIVE")
        assert [one["sku"] for one in data.rows("products")] == expected


def test_consent_may_become_mandatory(data, send, people):
    data.create(columns=[*PURCHASES["columns"], column("tcf", consentType="TCF")])
    header, lines = (
        HEADER.replace("\n", ",tcf\n"),
        [purchase(people[0], "tea", "DE").replace("9.99", "9.99,")],
    )
    assert send(*lines, header=header)["metrics"] == {"OutputRowCount": 1.0}

    data.api.sandbox.policy(consent="mandatory")

    assert send(*lines, header=header)["metrics"] == {"OutputRowCount": 0.0}
