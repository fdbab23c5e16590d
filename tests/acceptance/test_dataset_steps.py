"""The steps of an upload, each alone, by the real commands against the sandbox: bucket, dataset, columns, uploads."""

import gzip
import json

import boto3
import pytest

ORDERS = """\
  orders:
    from: {source: files, path: orders.csv}
    to:
      dataset:
        connection: amazon
        id: orders
        description: What was ordered
        bucket: s3://shop-uploads/lading
        format: csv
        country: US
        columns:
          order_id: {type: STRING, description: Ours}
          at: {type: TIMESTAMP, event_time: true}
          amount: {type: DECIMAL, kind: METRIC}
          email: {identifier: EMAIL}
"""
ACTIONS = {
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:GetObjectTagging",
    "s3:GetBucketTagging",
}
ROWS = "order_id,at,amount,email\n" + "".join(
    f"o-{number},2026-01-0{number}T10:00:00Z,{number}.50,{'9e' * 31}{number:02}\n" for number in (1, 2, 3)
)


@pytest.fixture
def desk(desk):
    s3 = desk.sandbox.s3
    desk.environ |= {
        "AWS_ENDPOINT_URL": s3["url"], "AWS_ACCESS_KEY_ID": s3["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"], "AWS_DEFAULT_REGION": s3["region"],
    }  # fmt: skip
    desk.settings(add=ORDERS)
    return desk


def aws(desk, service="s3"):
    s3 = desk.sandbox.s3
    return boto3.client(
        service, endpoint_url=s3["url"], region_name=s3["region"], aws_access_key_id=s3["access_key_id"],
        aws_secret_access_key=s3["secret_access_key"],
    )  # fmt: skip


def account(desk):
    [mine] = [one for one in desk.sandbox.instances if one["instanceId"] == "amcshop001"]
    return mine["dataUploadAwsAccountId"]


def problem(done, exit_code):
    assert done.code == exit_code, done.out + done.err
    [one] = done.json["problems"]
    return one["code"], one["message"]


def lines(done):
    return {one["name"]: one for one in done.json["data"] if "shop-uploads" in one["name"]}


def test_a_bucket_is_shown_made_checked_and_left_alone(desk):
    missing = desk.lading("check", "orders", "--json")
    assert missing.code == 3
    [line] = lines(missing).values()
    assert line["message"] == "there is no such bucket"
    assert "`lading bucket setup orders`" in line["remedy"]
    assert "s3:CreateBucket" in line["remedy"]

    [shown] = desk.lading("bucket", "setup", "orders", "--print", "--json").data
    assert (shown["steps"], shown["done"]) == (["create", "policy", "tags"], False)
    [statement] = shown["policy"]["Statement"]
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{account(desk)}:root"]}
    assert set(statement["Action"]) == ACTIONS
    assert statement["Resource"] == ["arn:aws:s3:::shop-uploads", "arn:aws:s3:::shop-uploads/*"]
    assert aws(desk).list_buckets()["Buckets"] == []

    [made] = desk.lading("bucket", "setup", "--json").data
    assert (made["steps"], made["done"], made["tags"]) == (
        ["create", "policy", "tags"], True, {"instanceId": "amcshop001"},
    )  # fmt: skip
    [again] = desk.lading("bucket", "setup", "--json").data
    assert again["steps"] == []
    assert json.loads(aws(desk).get_bucket_policy(Bucket="shop-uploads")["Policy"]) == shown["policy"]
    checked = lines(desk.lading("check", "orders", "--json"))
    assert {name: one["ok"] for name, one in checked.items()} == dict.fromkeys(
        ("shop-uploads: bucket", "shop-uploads: policy", "shop-uploads: tag"), True
    )


def test_a_bucket_that_is_there_keeps_what_others_set(desk):
    s3 = aws(desk)
    s3.create_bucket(Bucket="shop-uploads")
    foreign = {"Sid": "Ours", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
               "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-uploads/*"}  # fmt: skip
    s3.put_bucket_policy(
        Bucket="shop-uploads", Policy=json.dumps({"Version": "2012-10-17", "Statement": [foreign]})
    )
    s3.put_bucket_tagging(
        Bucket="shop-uploads",
        Tagging={"TagSet": [{"Key": "team", "Value": "crm"}, {"Key": "instanceId", "Value": "amcother"}]},
    )
    lacking = lines(desk.lading("check", "orders", "--json"))
    assert lacking["shop-uploads: policy"]["message"].startswith("does not allow the principal")
    assert "amcshop001" in lacking["shop-uploads: tag"]["message"]

    [made] = desk.lading("bucket", "setup", "orders", "--json").data
    assert made["steps"] == ["policy", "tags"]
    policy = json.loads(s3.get_bucket_policy(Bucket="shop-uploads")["Policy"])
    assert policy["Statement"][0] == foreign
    assert policy["Statement"][1]["Sid"] == "AllowDataUploadFromAmc"
    tags = {one["Key"]: one["Value"] for one in s3.get_bucket_tagging(Bucket="shop-uploads")["TagSet"]}
    assert tags == {"team": "crm", "instanceId": "amcother amcshop001"}

    full = " ".join(f"amc{number}" for number in range(25))
    s3.put_bucket_tagging(Bucket="shop-uploads", Tagging={"TagSet": [{"Key": "instanceId", "Value": full}]})
    assert problem(desk.lading("bucket", "setup", "orders", "--json"), 2)[0] == "too_many_instances"


def test_a_key_is_checked_and_set(desk):
    kms = aws(desk, "kms")
    arn = kms.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    keyed = ("        country: US\n", f"        country: US\n        encryption_key: {arn}\n")
    desk.settings(keyed, add=ORDERS)
    code, message = problem(desk.lading("bucket", "setup", "--json"), 2)
    assert code == "wrong_kms_key"
    assert f"arn:aws:iam::{account(desk)}:root" in message
    grant = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account(desk)}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps({"Statement": [grant]}))
    [made] = desk.lading("bucket", "setup", "--json").data
    assert made["steps"] == ["create", "policy", "tags", "encryption"]
    rule = aws(desk).get_bucket_encryption(Bucket="shop-uploads")["ServerSideEncryptionConfiguration"][
        "Rules"
    ][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
    assert lines(desk.lading("check", "orders", "--json"))["shop-uploads: key"]["ok"]

    assert desk.lading("dataset", "create", "orders", "--json").data["encryption_key"] == arn
    desk.settings(add=ORDERS)
    code, message = problem(desk.lading("dataset", "create", "orders", "--json"), 2)
    assert code == "dataset_differs"
    assert "lading dataset recreate orders" in message


def test_a_dataset_is_created_described_shown_and_deleted(desk):
    made = desk.lading("dataset", "create", "orders", "--json").data
    assert (made["done"], made["kind"], made["period"], made["country"]) == ("created", "events", "P1D", "US")
    columns = {one["name"]: one for one in made["columns"]}
    assert list(columns) == ["order_id", "at", "amount", "email", "user_id", "user_id_type"]
    assert (columns["email"]["hashed_pii"], columns["user_id"]["main_user_id"]) == ("EMAIL", True)
    assert desk.lading("dataset", "create", "orders", "--json").data["done"] == "exists"

    desk.settings(("amount: {type: DECIMAL, kind: METRIC}", "amount: {type: LONG, kind: METRIC}"), add=ORDERS)
    code, message = problem(desk.lading("dataset", "create", "orders", "--json"), 2)
    assert code == "dataset_differs"
    assert "is DECIMAL at Amazon and cannot become LONG" in message

    told = desk.lading("dataset", "describe", "orders", "All orders", "--country", "GB", "--json").data
    assert (told["description"], told["country"]) == ("All orders", "GB")
    [listed] = desk.lading("dataset", "list", "--json").data
    assert (listed["dataset_id"], listed["sync"], listed["description"]) == ("orders", "orders", "All orders")
    text = desk.lading("dataset", "show", "orders").out
    assert "EMAIL, hashed" in text
    assert "The settings say otherwise" in text

    assert problem(desk.lading("dataset", "delete", "orders", "--json"), 2)[0] == "not_confirmed"
    code, message = problem(desk.lading("dataset", "delete", "orders", "--yes", "order", "--json"), 2)
    assert code == "not_confirmed"
    assert "nothing was deleted" in message
    gone = desk.lading("dataset", "delete", "orders", "--connection", "amazon", "--yes", "orders")
    assert gone.code == 0
    assert "`lading forget`" in " ".join(gone.out.split())
    assert desk.lading("dataset", "list", "--json").data == []
    assert problem(desk.lading("dataset", "show", "orders", "--json"), 3)[0] == "unknown_dataset"
    notes = [what for what in audit(desk) if "dataset" in what]
    assert notes == ["dataset to be deleted", "dataset deleted"]


def audit(desk):
    import sqlite3

    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        return [what for (what,) in ledger.execute("select what from audit order by id")]


def test_columns_are_added_renamed_described_and_deleted(desk):
    desk.settings(("          amount: {type: DECIMAL, kind: METRIC}\n", ""), add=ORDERS)
    desk.lading("dataset", "create", "orders", "--json")
    desk.settings(add=ORDERS)
    column = ("dataset", "column")
    added = desk.lading(*column, "add", "orders", "amount", "--json").data["columns"]
    assert [(one["data_type"], one["column_type"]) for one in added if one["name"] == "amount"] == [
        ("DECIMAL", "METRIC")
    ]
    other = desk.lading(
        *column, "add", "orders", "land", "--country-code", "--connection", "amazon", "--json"
    ).data
    assert "columns.land Amazon has this column" in other["changes"][0]
    for command, code in (
        (("add", "orders", "amount"), "column_exists"),
        (("add", "orders", "user_id", "--type", "STRING"), "fixed_column"),
        (("add", "orders", "Land", "--type", "STRING"), "wrong_value"),
        (("add", "orders", "more"), "wrong_value"),
        (("add", "orders", "country", "--country-code"), "dataset_differs"),
        (("delete", "orders", "at", "--yes", "at"), "fixed_column"),
        (("delete", "orders", "none", "--yes", "none"), "no_column"),
        (("delete", "orders", "land", "--yes", "at"), "not_confirmed"),
    ):
        assert problem(desk.lading(*column, *command, "--json"), 2)[0] == code, command
    renamed = desk.lading(*column, "rename", "orders", "land", "country", "--json").data["columns"]
    assert "country" in [one["name"] for one in renamed]
    described = desk.lading(*column, "describe", "orders", "country", "Where to", "--json").data["columns"]
    assert {one["name"]: one["description"] for one in described}["country"] == "Where to"
    left = desk.lading(*column, "delete", "orders", "country", "--yes", "country", "--json").data
    assert left["changes"] == []


def test_a_dataset_is_made_anew(desk):
    desk.lading("dataset", "create", "orders", "--json")
    desk.settings(("          amount: {type: DECIMAL, kind: METRIC}\n", ""), add=ORDERS)
    assert problem(desk.lading("dataset", "recreate", "orders", "--json"), 2)[0] == "not_confirmed"
    done = desk.lading("dataset", "recreate", "orders", "--yes", "orders")
    assert "1. orders is deleted" in done.out
    assert "lading apply orders" in done.out
    made = desk.lading("dataset", "show", "orders", "--json").data
    assert "amount" not in [one["name"] for one in made["columns"]]

    desk.settings(("id: orders", "id: old_orders"), add=ORDERS)
    done = desk.lading("dataset", "recreate", "orders")
    assert "ADU 1.0" in done.out
    assert done.code == 0


def test_files_are_uploaded_and_followed(desk):
    desk.lading("bucket", "setup", "orders")
    desk.lading("dataset", "create", "orders")
    (desk.folder / "part-1.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    upload = ("dataset", "upload")
    made = desk.lading(*upload, "create", "orders", "part-1.csv.gz", "--json").data
    assert (made["status"], made["files"]) == ("SUBMITTED", 1)
    prefix = made["source"]["prefix"]
    assert prefix.startswith("lading/manual-")
    assert [one["Key"] for one in aws(desk).list_objects_v2(Bucket="shop-uploads")["Contents"]] == [
        f"{prefix}part-1.csv.gz"
    ]
    code, message = problem(desk.lading(*upload, "create", "orders", "part-1.csv.gz", "--json"), 9)
    assert code == "upload_running"
    assert made["upload_id"] in message
    waiting = desk.lading(*upload, "follow", "orders", "--max-wait", "0", "--json")
    assert waiting.code == 5
    done = desk.lading(*upload, "follow", "orders", made["upload_id"], "--json").data
    assert (done["state"], done["output_rows"]) == ("done", 3)

    sent = desk.sent("/uploads/orders")[-1]
    assert sent["method"] == "POST"
    key = f"s3://shop-uploads/{prefix}part-1.csv.gz"
    aws(desk).put_object(Bucket="shop-uploads", Key="bad.txt", Body=b"s3://nobody-has-this/x.csv\n")
    failing = desk.lading(
        *upload, "create", "orders", "s3://shop-uploads/bad.txt", "--manifest", "--json"
    ).data
    assert failing["source"]["manifest"] == "bad.txt"
    code, message = problem(desk.lading(*upload, "follow", "orders", "--json"), 7)
    assert code == "upload_failed"
    assert "Nothing of it was written" in message
    for given, strategy in (
        ((key,), "overlap_keep"),
        ((f"s3://shop-uploads/{prefix}",), "full_replace"),
        ((key, key), "additive"),
    ):
        one = desk.lading(*upload, "create", "orders", *given, "--strategy", strategy, "--json").data
        assert desk.lading(*upload, "follow", "orders", one["upload_id"], "--json").data["state"] == "done"
    listed = desk.lading(*upload, "list", "orders", "--json").data
    assert [one["status"] for one in listed] == ["SUCCESS", "SUCCESS", "SUCCESS", "FAILED", "SUCCESS"]
    assert listed[0]["source"]["manifest"].endswith("manifest.txt")
    assert desk.lading(*upload, "show", "orders", listed[3]["upload_id"], "--json").data["state"] == "failed"


def test_files_that_amazon_would_skip_are_refused(desk):
    for name in ("_part.csv", ".part.csv", "part.csv"):
        (desk.folder / name).write_text(ROWS, "utf-8")
    (desk.folder / "more").mkdir()
    (desk.folder / "more" / "part.csv").write_text(ROWS, "utf-8")
    many = [f"s3://bucket-{number}/part.csv" for number in range(101)]
    for given, code in (
        (("_part.csv",), "wrong_file_name"),
        ((".part.csv",), "wrong_file_name"),
        (("part.csv", "more/part.csv"), "wrong_file_name"),
        (("more",), "not_a_file"),
        (("none.csv",), "missing_file"),
        (("part.csv", "s3://a-bucket/b"), "usage"),
        (("s3://a-bucket",), "usage"),
        (many, "too_many_buckets"),
        (("part.csv", "--compression", "snappy"), "usage"),
    ):
        assert (
            problem(desk.lading("dataset", "upload", "create", "orders", *given, "--json"), 2)[0] == code
        ), given
    assert problem(desk.lading("dataset", "upload", "follow", "orders", "--json"), 2)[0] == "no_upload"
    assert desk.sent("/uploads/orders") == []
