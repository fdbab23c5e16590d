"""Uploads: what may be asked for, how they go on, and how they are listed. What they read is another page."""

import pytest
from datakit import FILES, PRODUCTS

BUCKET = {"sourceS3Bucket": "shop-uploads"}
KEY = BUCKET | {"sourceFileS3Key": "a.csv.gz"}


@pytest.fixture
def purchases(data):
    data.create()
    return data


def test_an_upload_is_submitted_then_in_progress_then_over(purchases):
    answer = purchases.good("POST", "/uploads/purchases", FILES | {"countryCode": "US"})

    assert answer["status"] == "SUBMITTED"
    shown = purchases.status(answer["uploadId"])
    assert shown == {
        "uploadId": answer["uploadId"],
        "instanceId": "amcshop001",
        "dataSetId": "purchases",
        "dataSource": FILES["dataSource"],
        "countryCode": "US",
        "status": "SUBMITTED",
        "createdAt": "2026-01-05T08:00:00Z",
        "updatedAt": "2026-01-05T08:00:00Z",
        "metrics": {},
    }
    purchases.api.wait(90)
    begun = purchases.status(answer["uploadId"])
    assert begun["status"] == "IN_PROGRESS"
    assert begun["updatedAt"] > begun["createdAt"] == shown["createdAt"]
    purchases.api.wait(210)
    assert purchases.status(answer["uploadId"])["status"] == "IN_PROGRESS"
    purchases.api.wait(600)
    over = purchases.status(answer["uploadId"])
    assert over["status"] in ("SUCCESS", "FAILED")
    assert "2026-01-05T08:05:00Z" <= over["updatedAt"] <= "2026-01-05T08:15:00Z"


@pytest.mark.parametrize(
    "changes",
    [
        {"updateStrategy": "FULL_REPLACE"},
        {"updateStrategy": "OVERLAP_KEEP"},
        {"updateStrategy": "OVERLAP_REPLACE"},
        {"compressionFormat": "NONE"},
        {"compressionFormat": "ZIP"},
        {"dataSource": KEY},
        {"dataSource": BUCKET | {"sourceManifestS3Key": "manifest.txt"}},
        {"dataSource": KEY | {"somethingElse": 1}},
        {"fileFormat": {"jsonDataFormat": "LINES"}},
        {"fileFormat": {"jsonDataFormat": "DOCUMENT"}},
        {"fileFormat": {"parquetDataFormat": "PARQUET_DATA_FORMAT"}},
        {
            "fileFormat": {
                "csvDataFormat": {
                    "fieldDelimiter": "|",
                    "quoteCharacter": "'",
                    "quoteEscapeCharacter": '""',
                    "recordDelimiter": "\r\n",
                    "commentCharacter": "#",
                }
            }
        },
        {"countryCode": "GB"},
    ],
)
def test_lawful_uploads(purchases, changes):
    purchases.upload(**changes)


def without(key):
    return {one: value for one, value in FILES.items() if one != key}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        *((without(key), key) for key in FILES),
        (FILES | {"updateStrategy": "APPEND"}, "updateStrategy"),
        (FILES | {"compressionFormat": "gzip"}, "compressionFormat"),
        (FILES | {"compressionFormat": "ZSTD"}, "compressionFormat"),
        (
            FILES | {"dataSource": BUCKET},
            "Exactly one of sourceManifestS3Key, sourceFileS3Key, sourceS3Prefix",
        ),
        (FILES | {"dataSource": KEY | {"sourceS3Prefix": "a"}}, "Exactly one of sourceManifestS3Key"),
        (FILES | {"dataSource": {"sourceFileS3Key": "a"}}, "sourceS3Bucket"),
        (FILES | {"dataSource": KEY | {"sourceS3Bucket": "ab"}}, "sourceS3Bucket"),
        (FILES | {"dataSource": KEY | {"sourceS3Bucket": "a" * 64}}, "sourceS3Bucket"),
        (FILES | {"dataSource": {"s3Bucket": "shop-uploads", "s3ObjectKey": "a"}}, "sourceS3Bucket"),
        (FILES | {"dataSource": BUCKET | {"s3ObjectKey": "a"}}, "Exactly one of"),
        (FILES | {"dataSource": BUCKET | {"sourcePrefixKey": "a"}}, "Exactly one of"),
        (FILES | {"fileFormat": {}}, "Exactly one of csvDataFormat"),
        (
            FILES | {"fileFormat": {"csvDataFormat": {}, "jsonDataFormat": "LINES"}},
            "Exactly one of csvDataFormat",
        ),
        (FILES | {"fileFormat": {"jsonDataFormat": {}}}, "jsonDataFormat"),
        (FILES | {"fileFormat": {"parquetDataFormat": {}}}, "parquetDataFormat"),
        (FILES | {"fileFormat": {"csvDataFormat": {"fieldDelimiter": 7}}}, "fieldDelimiter"),
        (FILES | {"countryCode": "us"}, "countryCode"),
        (FILES | {"countryCode": "UK"}, "ISO 3166-1"),
        ([FILES], "type"),
    ],
)
def test_unlawful_uploads(purchases, body, told):
    assert told in purchases.refused("POST", "/uploads/purchases", body)
    assert purchases.listed("/uploads/list", "uploads") == []


def test_overlaps_are_for_sets_with_events(data):
    data.create(PRODUCTS)

    for strategy in ("OVERLAP_KEEP", "OVERLAP_REPLACE"):
        told = data.refused("POST", "/uploads/products", FILES | {"updateStrategy": strategy})
        assert told == f"{strategy} applies to FACT data sets only"
    data.upload("products", updateStrategy="FULL_REPLACE")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (BUCKET | {"s3ObjectKey": "a"}, BUCKET | {"sourceFileS3Key": "a"}),
        ({"s3Bucket": "shop-uploads", "s3PrefixKey": "a"}, BUCKET | {"sourceS3Prefix": "a"}),
        (BUCKET | {"sourcePrefixKey": "a"}, BUCKET | {"sourceS3Prefix": "a"}),
        (KEY, KEY),
    ],
)
def test_older_key_names_are_understood_where_that_is_wished(purchases, given, meant):
    purchases.api.sandbox.policy(older_source_keys=True)

    assert purchases.status(purchases.upload(dataSource=given))["dataSource"] == meant
    told = purchases.refused("POST", "/uploads/purchases", FILES | {"dataSource": BUCKET})
    assert "Exactly one of" in told
    assert purchases.refused("POST", "/uploads/purchases", raw="no json") == "Request body is not JSON"


def test_the_data_set_must_be_there(purchases):
    assert "not found" in purchases.refused("POST", "/uploads/nothing", FILES, 404)
    upload_id = purchases.upload()
    purchases.refused("GET", "/uploads/purchases/nothing", status=404)
    purchases.refused("GET", f"/uploads/products/{upload_id}", status=404)
    purchases.instance = "amcshopsbx"
    purchases.refused("GET", f"/uploads/purchases/{upload_id}", status=404)


def test_an_upload_to_a_data_set_that_is_gone_fails(purchases):
    upload_id = purchases.upload()
    purchases.good("DELETE", "/dataSets/purchases")
    purchases.create()
    purchases.api.wait(900)

    over = purchases.status(upload_id)
    assert (over["status"], over["metrics"]) == ("FAILED", {})
    assert over["message"] == "Data set purchases does not exist any more"


def test_the_guide_has_other_words(purchases):
    purchases.api.sandbox.policy(upload_statuses="guide")
    purchases.api.sandbox.faults(job_failed={"at": [2]})
    first = purchases.good("POST", "/uploads/purchases", FILES)
    second = purchases.upload()

    assert first["status"] == "PENDING"
    purchases.api.wait(299)
    pending = purchases.listed("/uploads/list", "uploads", status="PENDING")
    assert [one["uploadId"] for one in pending] == [first["uploadId"], second]
    purchases.api.wait(900)
    assert purchases.status(second)["status"] == "FAILED"
    assert "PENDING, COMPLETED, FAILED" in purchases.refused("POST", "/uploads/list?status=SUCCESS")


def test_a_fault_fails_an_upload_and_says_so(purchases):
    purchases.api.sandbox.faults(
        job_failed={"at": [1], "route": "*/uploads/*"}, job_partial=1, slow_jobs_seconds=3600
    )
    upload_id, other = purchases.upload(), purchases.upload()

    purchases.api.wait(3600)
    assert purchases.status(upload_id)["status"] == "IN_PROGRESS"
    purchases.api.wait(900)
    over = purchases.status(upload_id)
    assert (over["status"], over["metrics"]) == ("FAILED", {})
    assert over["message"] == "The upload failed because of an internal error"
    assert purchases.status(other)["message"] == "No such file or directory 's3://shop-uploads'"
    (tally, *_) = purchases.api.sandbox.door("GET", "state")["faults"]
    assert (tally["seen"], tally["hits"]) == (2, 1)


def test_uploads_are_listed_and_filtered(purchases):
    purchases.create(PRODUCTS)
    first = purchases.upload()
    purchases.api.wait(60.25)
    second = purchases.upload("products")
    purchases.api.wait(60)
    third = purchases.upload()

    def ids(**query):
        return [one["uploadId"] for one in purchases.listed("/uploads/list", "uploads", **query)]

    assert ids() == ids(maxResults=1) == [first, second, third]
    assert ids(dataSetId="purchases") == [first, third]
    assert ids(dataSetId="nothing") == []
    assert ids(status="SUBMITTED") == [third]
    assert ids(status="SUCCESS") == []
    at = "2026-01-05T08:01:00Z"
    expected = {"EQ": [second], "GT": [third], "GTE": [second, third], "LT": [first], "LTE": [first, second]}
    assert {one: ids(createdAt=at, createdAtComparator=one) for one in expected} == expected
    assert ids(createdAt="2026-01-05T09:01:00.75+01:00", createdAtComparator="EQ") == [second]
    assert ids(createdAt=at, createdAtComparator="GTE", dataSetId="purchases", maxResults=1) == [third]
    purchases.instance = "amcshopsbx"
    assert ids() == []


@pytest.mark.parametrize(
    "query",
    [
        "maxResults=0",
        "maxResults=101",
        "nextToken=%FF",
        "status=COMPLETED",
        "createdAt=2026-01-05T08:00:00Z",
        "createdAtComparator=EQ",
        "createdAt=yesterday&createdAtComparator=EQ",
        "createdAt=2026-01-05T08:00:00Z&createdAtComparator=NE",
    ],
)
def test_unlawful_lists(purchases, query):
    purchases.refused("POST", f"/uploads/list?{query}")


def test_an_answer_that_was_lost_is_found_in_the_list(purchases):
    """Two uploads would double the rows of an ADDITIVE one."""
    purchases.api.sandbox.faults(disconnect={"at": [1], "route": "POST */uploads/purchases"})

    with pytest.raises(OSError, match=r"."):
        purchases.upload()

    query = {"dataSetId": "purchases", "createdAt": "2026-01-05T08:00:00Z", "createdAtComparator": "GTE"}
    (found,) = purchases.listed("/uploads/list", "uploads", **query)
    assert (found["status"], found["dataSource"]) == ("SUBMITTED", FILES["dataSource"])


@pytest.mark.parametrize("fault", ["throttle", "server_error"])
def test_what_a_fault_keeps_out_has_not_been_carried_out(purchases, fault):
    purchases.api.sandbox.faults(**{fault: {"at": [1], "route": "POST */uploads/purchases"}})

    assert purchases.ask("POST", "/uploads/purchases", FILES).status_code in (429, 500)
    assert purchases.listed("/uploads/list", "uploads") == []


def test_the_journal_has_every_request_without_records(purchases):
    before = purchases.api.sandbox.requests()[-1]["n"]
    purchases.upload()

    (line,) = purchases.api.sandbox.requests(before)
    assert (line["method"], line["path"]) == ("POST", "/na/amc/advertiserData/amcshop001/uploads/purchases")
    assert (line["status"], line["records"], line["jobRequestId"]) == (200, None, None)
