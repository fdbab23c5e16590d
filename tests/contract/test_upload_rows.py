"""Uploads by boto3 and plain HTTP: what lies in S3 comes out of the sandbox as rows."""

import gzip
import io
import json

import polars as pl
import pytest
import requests
from datakit import column, sha

ACTIONS = [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:GetObjectTagging",
    "s3:GetBucketTagging",
]


def policy(bucket, account, actions=ACTIONS):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": actions,
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def bucket(aws, data):
    """A bucket that Amazon may read uploads of the instance from."""
    account = next(
        one["dataUploadAwsAccountId"]
        for one in data.api.sandbox.instances
        if one["instanceId"] == data.instance
    )
    s3 = aws("s3")
    s3.create_bucket(Bucket="shop-uploads")
    s3.put_bucket_policy(Bucket="shop-uploads", Policy=policy("shop-uploads", account))
    tags = {"TagSet": [{"Key": "instanceId", "Value": data.instance}]}
    s3.put_bucket_tagging(Bucket="shop-uploads", Tagging=tags)
    return s3


def door(data, path, **more):
    url = f"{data.api.sandbox.url}/_sandbox/instances/{data.instance}/datasets/{path}"
    return requests.get(url, timeout=60, **more)


def rows(data, dataset_id="purchases"):
    return [json.loads(line) for line in door(data, f"{dataset_id}/rows").text.splitlines()]


def end(data, upload_id, dataset_id="purchases"):
    data.api.wait(1800)
    return data.status(upload_id, dataset_id)


def test_purchases_come_out_row_for_row_with_the_people_who_are_found(data, bucket):
    """CSV under a prefix; then a second day; then the people of a deletion request are gone."""
    person = data.api.sandbox.people("US", 1)[0]
    text = (
        "bought_at,email,country,product,amount\n"
        f"2026-01-01T10:00:00Z,{sha(person['email'])},US,Lamp,12.50\n"
        f"2026-01-01T11:00:00Z,{sha('nobody@shop.example')},US,Chair,3\n"
    )
    bucket.put_object(Bucket="shop-uploads", Key="purchases/1/a.csv.gz", Body=gzip.compress(text.encode()))
    data.create()
    done = end(data, data.upload())

    assert (done["status"], done["metrics"]) == ("SUCCESS", {"OutputRowCount": 2.0})
    first = {
        "bought_at": "2026-01-01T10:00:00Z", "country": "US", "product": "Lamp", "amount": 12.5,
        "user_id": person["user_id"], "user_id_type": "adUserId",
    }  # fmt: skip
    second = {
        "bought_at": "2026-01-01T11:00:00Z", "country": "US", "product": "Chair", "amount": 3.0,
        "user_id": None, "user_id_type": None,
    }  # fmt: skip
    assert rows(data) == [first, second]
    assert [json.loads(line) for line in door(data, "purchases/rows?limit=1").text.splitlines()] == [first]
    assert [one["name"] for one in data.dataset()["columns"][-2:]] == ["user_id", "user_id_type"]

    out = io.BytesIO()
    pl.DataFrame({"bought_at": ["2026-01-02T00:00:00Z"], "product": ["Desk"], "amount": [1.0]}).write_parquet(
        out
    )
    bucket.upload_fileobj(io.BytesIO(out.getvalue()), "shop-uploads", "purchases/2/b.parquet")
    done = end(
        data,
        data.upload(
            updateStrategy="OVERLAP_REPLACE",
            compressionFormat="NONE",
            dataSource={"sourceS3Bucket": "shop-uploads", "sourceFileS3Key": "purchases/2/b.parquet"},
            fileFormat={"parquetDataFormat": "PARQUET_DATA_FORMAT"},
        ),
    )
    assert (done["status"], done["metrics"]) == ("SUCCESS", {"OutputRowCount": 1.0})
    days = [("2026-01-01T00:00:00Z", 2), ("2026-01-02T00:00:00Z", 1)]
    shown = door(data, "purchases/partitions").json()["partitions"]
    assert [(one["partition"], one["rows"]) for one in shown] == days
    accept = {"Accept": "application/vnd.apache.parquet"}
    read = pl.read_parquet(io.BytesIO(door(data, "purchases/rows", headers=accept).content))
    assert read.equals(pl.read_parquet(io.BytesIO(door(data, "purchases/rows?format=parquet").content)))
    assert read["product"].to_list() == ["Lamp", "Chair", "Desk"]
    assert read.schema["amount"] == pl.Decimal(38, 2)

    asked = {"targetIdentities": [{"hashedIdentity": {"EMAIL": sha(person["email"])}}]}
    data.good("POST", "/userDeletionRequest", asked)
    data.api.wait(7200)
    assert [row["product"] for row in rows(data)] == ["Chair", "Desk"]


def test_columns_come_and_go_with_their_values(data, bucket):
    data.create({"dataSetId": "labels", "columns": [column("sku"), column("label"), column("old")]})
    bucket.put_object(Bucket="shop-uploads", Key="a.json", Body=b'{"sku": "1", "label": "x", "old": "o"}\n')
    source = {"sourceS3Bucket": "shop-uploads", "sourceFileS3Key": "a.json"}
    wish = {"dataSource": source, "compressionFormat": "NONE", "fileFormat": {"jsonDataFormat": "LINES"}}
    assert end(data, data.upload("labels", **wish), "labels")["status"] == "SUCCESS"

    data.good("PUT", "/dataSets/labels/columns/label", {"updatedColumnName": "title"})
    data.good("DELETE", "/dataSets/labels/columns/old")
    data.good("POST", "/dataSets/labels/columns", {"column": column("old", "LONG")})

    assert rows(data, "labels") == [{"sku": "1", "title": "x"}]
    bucket.put_object(Bucket="shop-uploads", Key="a.json", Body=b'{"sku": "2", "title": "y", "old": 7}\n')
    assert end(data, data.upload("labels", **wish), "labels")["status"] == "SUCCESS"
    assert rows(data, "labels") == [
        {"sku": "1", "title": "x", "old": None},
        {"sku": "2", "title": "y", "old": 7},
    ]
    data.good("DELETE", "/dataSets/labels")
    data.create({"dataSetId": "labels", "columns": [column("sku")]})
    assert rows(data, "labels") == []
    assert door(data, "nothing/rows").status_code == 404
    assert door(data, "labels/rows?format=xml").status_code == 400


@pytest.mark.parametrize("wrong", ["policy", "tag", "raw", "missing"])
def test_a_failed_upload_says_why_and_writes_nothing(data, bucket, wrong):
    """The bucket's policy, its tag, raw identifiers, and a key that is not there."""
    mail = "ada@shop.example" if wrong == "raw" else sha("ada@shop.example")
    body = f"bought_at,email,country,product,amount\n2026-01-01T10:00:00Z,{mail},US,Lamp,1\n"
    if wrong == "policy":
        bucket.put_bucket_policy(
            Bucket="shop-uploads", Policy=policy("shop-uploads", "246813579001", ACTIONS[1:])
        )
    if wrong == "tag":
        bucket.delete_bucket_tagging(Bucket="shop-uploads")
    if wrong != "missing":
        bucket.put_object(Bucket="shop-uploads", Key="purchases/1/a", Body=gzip.compress(body.encode()))
    data.create()
    done = end(data, data.upload())

    account = "arn:aws:iam::246813579001:root"
    assert (done["status"], done["metrics"]) == ("FAILED", {})
    assert (
        done["message"]
        == {
            "policy": f"Access denied: {account} is not authorized to perform s3:GetObject on 'arn:aws:s3:::shop-uploads/purchases/1/a'",
            "tag": "Access denied: neither the bucket 'shop-uploads' nor 's3://shop-uploads/purchases/1/a' has a tag instanceId with amcshop001",
            "raw": "Row 1 of 's3://shop-uploads/purchases/1/a': column 'email' holds a value that is not hashed with SHA-256: personal data must be hashed before it is uploaded",
            "missing": "No such file or directory 's3://shop-uploads/purchases/1/'",
        }[wrong]
    )
    assert rows(data) == []
