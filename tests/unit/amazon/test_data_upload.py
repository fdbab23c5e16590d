"""Datasets, columns, uploads and deletions: what each operation asks on the wire, and what it makes of the answer."""

import json
from datetime import UTC, datetime

import pytest

from lading.amazon import (
    AmcInstance,
    Column,
    CsvDataFormat,
    Dataset,
    ExternalId,
    HashedPerson,
    JsonDataFormat,
    NotFound,
    ParquetDataFormat,
    UploadSource,
    UploadSpec,
    UploadState,
)
from lading.amazon.uploads import state_of

INSTANCE = AmcInstance("amcshop001", "ENTITY1", "ATVPDKIKX0DER")
ROOT = "/na/amc/advertiserData/amcshop001"
KIND = "application/vnd.amcadvertiser"
COLUMNS = (
    Column("at", "TIMESTAMP", nullable=False, main_event_time=True, description="When"),
    Column("amount", "DECIMAL", "METRIC"),
    Column("email", "STRING", hashed_pii="EMAIL"),
    Column("device", "STRING", external_identity="MAID"),
    Column("country", "STRING", country_code=True),
    Column("consent", "STRING", consent_type="TCF"),
    Column("user_id", "STRING", main_user_id=True),
    Column("user_id_type", "STRING", main_user_id_type=True),
)
DATASET = Dataset("orders", COLUMNS, "P1D", "GB", "arn:aws:kms:us-east-1:123456789012:key/mrk-1", "Orders")
ON_THE_WIRE = {
    "dataSetId": "orders",
    "columns": [
        {
            "name": "at", "dataType": "TIMESTAMP", "columnType": "DIMENSION", "description": "When", "nullable": False,
            "isMainEventTime": True,
        },
        {"name": "amount", "dataType": "DECIMAL", "columnType": "METRIC", "nullable": True},
        {
            "name": "email", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True,
            "externalUserIdType": {"hashedPii": "EMAIL"},
        },
        {
            "name": "device", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True,
            "externalUserIdType": {"externalIdentity": "MAID"},
        },
        {"name": "country", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True, "isCountryCode": True},
        {"name": "consent", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True, "consentType": "TCF"},
        {"name": "user_id", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True, "isMainUserId": True},
        {"name": "user_id_type", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True, "isMainUserIdType": True},
    ],
    "period": "P1D",
    "countryCode": "GB",
    "customerEncryptionKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
    "description": "Orders",
}  # fmt: skip
UPLOAD = {
    "uploadId": "u-1",
    "instanceId": "amcshop001",
    "dataSetId": "orders",
    "dataSource": {"sourceS3Bucket": "shop-uploads", "sourceS3Prefix": "lading/r-1/"},
    "countryCode": "GB",
    "status": "SUCCESS",
    "createdAt": "2026-11-27T10:00:00Z",
    "updatedAt": "2026-11-27T10:09:00",
    "message": None,
    "metrics": {"OutputRowCount": 2_000_000_000.0, "odd": None},
}


def only(amazon):
    [asked] = amazon.asked
    assert asked.headers["Amazon-Advertising-API-AdvertiserId"] == "ENTITY1"
    assert asked.headers["Amazon-Advertising-API-MarketplaceId"] == "ATVPDKIKX0DER"
    return asked, json.loads(asked.body) if asked.body else None


def test_a_dataset_travels_wrapped_and_comes_back_the_same(amazon):
    amazon.say(200, {"dataSetId": "orders", "instanceId": "amcshop001"})
    client = amazon.client(ads_account_id="account-1")
    assert client.datasets.create(INSTANCE, DATASET) == "orders"
    asked, body = only(amazon)
    assert (asked.method, asked.path, body) == ("POST", f"{ROOT}/dataSets", {"dataSet": ON_THE_WIRE})
    assert asked.headers["Content-Type"] == asked.headers["Accept"] == f"{KIND}dataset.v1+json"
    assert asked.headers["Amazon-Ads-AccountId"] == "account-1"

    amazon.say(200, {"dataSet": ON_THE_WIRE})
    assert client.datasets.get(INSTANCE, "orders") == DATASET
    assert (DATASET.column("Amount"), DATASET.column("none")) == (COLUMNS[1], None)


def test_a_bare_column_is_nullable_and_marks_nothing(amazon):
    amazon.say(
        200,
        {
            "dataSet": {
                "dataSetId": "t",
                "columns": [{"name": "a", "dataType": "LONG", "columnType": "METRIC"}],
            }
        },
    )
    assert amazon.client().datasets.get(INSTANCE, "t") == Dataset("t", (Column("a", "LONG", "METRIC"),))


def test_datasets_are_listed_by_post_with_a_query_to_the_last_page(amazon):
    amazon.say(200, {"dataSets": [ON_THE_WIRE], "nextToken": "t 1"})
    amazon.say(200, {"dataSets": [{"dataSetId": "last", "columns": []}], "nextToken": None})
    found = amazon.client().datasets.list(INSTANCE)
    assert [one.dataset_id for one in found] == ["orders", "last"]
    assert [(one.method, one.path, one.body) for one in amazon.asked] == [
        ("POST", f"{ROOT}/dataSets/list", b"")
    ] * 2
    assert [one.query for one in amazon.asked] == [
        {"maxResults": "100"},
        {"maxResults": "100", "nextToken": "t 1"},
    ]


@pytest.mark.parametrize(
    ("operation", "method", "path", "body"),
    [
        (lambda one: one.update(INSTANCE, "orders", description="", country="uk"), "PUT", "", {"description": "", "countryCode": "GB"}),
        (lambda one: one.delete(INSTANCE, "orders"), "DELETE", "", None),
        (lambda one: one.add_column(INSTANCE, "orders", Column("sku", "STRING")), "POST", "/columns",
         {"column": {"name": "sku", "dataType": "STRING", "columnType": "DIMENSION", "nullable": True}}),
        (lambda one: one.update_column(INSTANCE, "orders", "amount", name="total", description="Money"), "PUT", "/columns/amount",
         {"updatedColumnName": "total", "updateDescription": "Money"}),
        (lambda one: one.delete_column(INSTANCE, "orders", "a/b"), "DELETE", "/columns/a%2Fb", None),
    ],
)  # fmt: skip
def test_changes_of_a_dataset(amazon, operation, method, path, body):
    amazon.say(200, {"dataSet": ON_THE_WIRE})
    operation(amazon.client().datasets)
    asked, sent = only(amazon)
    assert (asked.method, asked.path, sent) == (method, f"{ROOT}/dataSets/orders{path}", body)
    kind = "datasetcolumn" if path else "dataset"
    assert asked.headers["Accept"] == f"{KIND}{kind}.v1+json"


@pytest.mark.parametrize(
    "operation",
    [
        lambda one: one.datasets.update(INSTANCE, "orders"),
        lambda one: one.datasets.update(INSTANCE, "orders", description="x" * 256),
        lambda one: one.datasets.update_column(INSTANCE, "orders", "a"),
        lambda one: one.datasets.get(INSTANCE, "list"),
        lambda one: one.datasets.get(INSTANCE, ".."),
        lambda one: one.user_deletions.create(INSTANCE, []),
        lambda one: one.user_deletions.create(INSTANCE, [ExternalId("MAID", "m")] * 1001),
        lambda one: one.user_deletions.create(INSTANCE, [HashedPerson({})]),
        lambda one: one.uploads.create(INSTANCE, "orders", upload(UploadSource("shop"))),
        lambda one: one.uploads.create(INSTANCE, "orders", upload(UploadSource("shop", key="a", prefix="b"))),
        lambda one: one.uploads.create(INSTANCE, "orders", upload(UploadSource("shop", key="a/_b.csv"))),
        lambda one: one.uploads.create(INSTANCE, "orders", upload(UploadSource("s", key="a"))),
    ],
)
def test_what_amazon_would_refuse_is_not_sent(amazon, operation):
    with pytest.raises(ValueError, match=r"[a-z]"):
        operation(amazon.client())
    assert amazon.asked == []


def upload(source=None, file_format=None, **fields):
    source = source or UploadSource("shop-uploads", prefix="lading/r-1/")
    return UploadSpec(source, file_format or ParquetDataFormat(), "SNAPPY", "ADDITIVE", **fields)


@pytest.mark.parametrize(
    ("spec", "body"),
    [
        (upload(country="GB"), {"dataSource": {"sourceS3Bucket": "shop-uploads", "sourceS3Prefix": "lading/r-1/"},
                                "fileFormat": {"parquetDataFormat": "PARQUET_DATA_FORMAT"}, "countryCode": "GB"}),
        (upload(UploadSource("shop", key="a/b.json.gz"), JsonDataFormat()),
         {"dataSource": {"sourceS3Bucket": "shop", "sourceFileS3Key": "a/b.json.gz"}, "fileFormat": {"jsonDataFormat": "LINES"}}),
        (upload(UploadSource("shop", manifest="m.txt"), CsvDataFormat("|", '"', '"', "\n", "#")),
         {"dataSource": {"sourceS3Bucket": "shop", "sourceManifestS3Key": "m.txt"},
          "fileFormat": {"csvDataFormat": {"fieldDelimiter": "|", "quoteCharacter": '"', "quoteEscapeCharacter": '"',
                                           "recordDelimiter": "\n", "commentCharacter": "#"}}}),
        (upload(file_format=CsvDataFormat()), {"dataSource": {"sourceS3Bucket": "shop-uploads", "sourceS3Prefix": "lading/r-1/"},
                                               "fileFormat": {"csvDataFormat": {}}}),
    ],
)  # fmt: skip
def test_an_upload_names_its_files_and_their_form(amazon, spec, body):
    amazon.say(200, {"status": "SUBMITTED", "uploadId": "u-1"})
    receipt = amazon.client().uploads.create(INSTANCE, "orders", spec)
    asked, sent = only(amazon)
    assert (receipt.upload_id, receipt.status) == ("u-1", "SUBMITTED")
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/uploads/orders")
    assert sent == {"updateStrategy": "ADDITIVE", "compressionFormat": "SNAPPY", **body}
    assert asked.headers["Content-Type"] == f"{KIND.removesuffix('advertiser')}advertiserdataupload.v1+json"


def test_an_upload_is_read_with_its_times_and_rows(amazon):
    amazon.say(200, {"upload": UPLOAD})
    found = amazon.client().uploads.get(INSTANCE, "orders", "u-1")
    assert only(amazon)[0].path == f"{ROOT}/uploads/orders/u-1"
    assert (found.state, found.state.final, found.output_rows, found.message) == (
        UploadState.DONE,
        True,
        2_000_000_000,
        "",
    )
    assert found.created_at == datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 11, 27, 10, 9, tzinfo=UTC)
    assert found.source == UploadSource("shop-uploads", prefix="lading/r-1/")


def test_uploads_are_listed_by_dataset_status_and_time(amazon):
    failed = {**UPLOAD, "status": "FAILED", "message": "No such file", "metrics": {}, "createdAt": "soon"}
    amazon.say(200, {"uploads": [UPLOAD], "nextToken": "t"})
    amazon.say(200, {"uploads": [failed]})
    since = datetime.fromisoformat("2026-11-27T10:00:00+01:00")
    found = amazon.client().uploads.list(INSTANCE, dataset_id="orders", status="FAILED", created_after=since)
    assert [(one.state, one.output_rows, one.message) for one in found] == [
        (UploadState.DONE, 2_000_000_000, ""), (UploadState.FAILED, None, "No such file"),
    ]  # fmt: skip
    assert found[1].created_at is None
    assert amazon.asked[1].path == f"{ROOT}/uploads/list"
    assert amazon.asked[1].query == {
        "maxResults": "100", "dataSetId": "orders", "status": "FAILED", "createdAt": "2026-11-27T09:00:00Z",
        "createdAtComparator": "GTE", "nextToken": "t",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "state", "final"),
    [
        ("SUBMITTED PENDING", UploadState.QUEUED, False),
        ("IN_PROGRESS RUNNING", UploadState.RUNNING, False),
        ("SUCCESS COMPLETED SUCCEEDED success", UploadState.DONE, True),
        ("FAILED", UploadState.FAILED, True),
        ("PAUSED", UploadState.OTHER, False),
    ],
)
def test_all_of_amazons_words_for_a_status_are_understood(words, state, final):
    assert {state_of(word) for word in words.split()} == {state}
    assert state.final is final


def test_people_are_deleted_by_hashes_and_by_ids_of_others(amazon):
    amazon.say(200, {"userDeletionRequestId": "d-1"})
    people = [HashedPerson({"EMAIL": "9e" * 32, "PHONE": "ab" * 32}), ExternalId("MAID", "A-1")]
    assert amazon.client().user_deletions.create(INSTANCE, people) == "d-1"
    asked, body = only(amazon)
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/userDeletionRequest")
    assert body == {
        "targetIdentities": [
            {"hashedIdentity": {"EMAIL": "9e" * 32, "PHONE": "ab" * 32}},
            {"externalIdentity": {"type": "MAID", "value": "A-1"}},
        ]
    }
    assert "9e9e" not in repr(people)


def test_deletions_are_followed_and_listed(amazon):
    told = {
        "userDeletionRequestId": "d-1",
        "creationDateTime": "2026-11-27T10:00:00Z",
        "identityCount": 2,
        "status": "PENDING",
    }
    amazon.say(200, {"identityDeletion": told})
    amazon.say(200, {"userDeletions": [told, {**told, "status": "SUCCEEDED"}]})
    amazon.say(404, {"code": "404", "details": "no such request", "errors": [], "requestId": "r"})
    deletions = amazon.client().user_deletions
    one = deletions.get(INSTANCE, "d-1")
    assert (one.request_id, one.identities, one.done) == ("d-1", 2, False)
    assert [each.done for each in deletions.list(INSTANCE)] == [False, True]
    assert [asked.path for asked in amazon.asked] == [
        f"{ROOT}/userDeletionRequest/d-1",
        f"{ROOT}/userDeletionRequest/list",
    ]
    with pytest.raises(NotFound, match="no such request"):
        deletions.get(INSTANCE, "d-2")
