"""A dataset by the real command: the example shop's purchases, the day after, and commands that are killed."""

import csv
import json
import os
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from mailbox_server import mail_server

SHOP = Path(__file__).parents[2] / "examples/shop"
#: As many as the example makes by itself are tried with DATASET_EVENTS=200000.
EVENTS, DAYS = int(os.environ.get("DATASET_EVENTS", "10000")), 90

SYNC = """\
  purchases:
    from: {source: files, path: purchases.csv}
    to:
      dataset:
        connection: amazon
        id: shop_purchases
        bucket: s3://shop-uploads/lading
        LATE
        country: US
        columns:
          order_id: {type: STRING, nullable: false}
          purchased_at: {type: TIMESTAMP, event_time: true}
          product: {type: STRING}
          amount: {type: DECIMAL, kind: METRIC}
          email: {identifier: EMAIL}
          country: {country: true}
          ad_consent: {consent: AMZN_USER_DATA}
"""


@pytest.fixture
def shop(desk):
    """A desk with a dataset, and a bucket that Amazon may read."""
    import boto3

    keys = desk.sandbox.s3
    desk.environ |= {
        "AWS_ACCESS_KEY_ID": keys["access_key_id"], "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_DEFAULT_REGION": keys["region"], "AWS_ENDPOINT_URL": keys["url"],
    }  # fmt: skip
    s3 = boto3.client(
        "s3", endpoint_url=keys["url"], region_name=keys["region"], aws_access_key_id=keys["access_key_id"],
        aws_secret_access_key=keys["secret_access_key"],
    )  # fmt: skip
    [mine] = [one for one in desk.sandbox.instances if one["instanceId"] == "amcshop001"]
    statement = {
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{mine['dataUploadAwsAccountId']}:root"},
        "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging"],
        "Resource": ["arn:aws:s3:::shop-uploads", "arn:aws:s3:::shop-uploads/*"],
    }  # fmt: skip
    s3.create_bucket(Bucket="shop-uploads")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="shop-uploads", Policy=policy)
    tags = {"TagSet": [{"Key": "instanceId", "Value": "amcshop001"}]}
    s3.put_bucket_tagging(Bucket="shop-uploads", Tagging=tags)
    desk.settings(add=SYNC.replace("LATE", "late: replace"))
    return desk


def held(desk, folder):
    """The rows that the sandbox holds."""
    path = folder / "rows.parquet"
    path.write_bytes(
        desk.sandbox._ask("GET", "instances/amcshop001/datasets/shop_purchases/rows?format=parquet")
    )
    return pl.read_parquet(path)


def make_purchases(folder, events):
    """What the example's own program makes, of days before the sandbox's."""
    program = str(SHOP / "purchases.py")
    argv = sys.argv
    sys.argv = [
        program,
        "--events",
        str(events),
        "--days",
        str(DAYS),
        "--first",
        "2025-10-01",
        "--out",
        str(folder),
    ]
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        sys.argv = argv


def test_the_shops_purchases_go_up_and_the_next_day_adds_just_that_day(shop, tmp_path):
    make_purchases(shop.folder, EVENTS)
    plan = shop.lading("plan", "purchases", "--json").data
    assert (plan["explained"]["read"], len(plan["explained"]["periods"])) == (EVENTS, DAYS)
    assert plan["changes"] == ["dataset shop_purchases is created, with 7 columns"]
    report = shop.lading("apply", plan["id"], "--json").data
    books = report["books"]
    assert (report["state"], report["balanced"], books["pending"], books["refused"]) == ("done", True, 0, 0)
    assert books["confirmed"] == EVENTS - books["rejected"] > EVENTS * 0.9
    rows = held(shop, tmp_path)
    source = pl.read_csv(shop.folder / "purchases.csv", infer_schema=False)
    assert rows.height == rows["order_id"].n_unique() == books["confirmed"]
    both = rows.join(source, on="order_id", suffix="_read")
    assert both.height == rows.height
    assert both.filter(pl.col("product") != pl.col("product_read")).is_empty()
    assert both.filter(pl.col("amount") != pl.col("amount_read").cast(pl.Decimal(38, 2))).is_empty()
    known = {
        one[kind].lower()
        for one in shop.sandbox.people(None, 3000)
        for kind in ("email", "work_email")
        if one[kind]
    }
    buyers = both.filter(pl.col("email").str.to_lowercase().is_in(known))
    # A few share their address with somebody else.
    assert buyers["user_id"].null_count() < buyers.height / 50
    assert both.filter(pl.col("email").is_null())["user_id"].drop_nulls().is_empty()
    assert "email" not in rows.columns

    again = shop.lading("apply", "purchases").out
    assert "nothing to send: the dataset is up to date" in again
    shop.sandbox.advance(86_400)  # two runs of one moment have no order
    day = shop.lading("apply", "purchases", "--input", "next_day.csv", "--json").data
    assert (day["dataset"]["periods"], day["dataset"]["first_period"]) == (1, "2025-12-30T00:00:00Z")
    assert held(shop, tmp_path).height == books["confirmed"] + day["books"]["confirmed"]
    told = shop.lading("verify", "purchases")
    assert (told.code, "Amazon has what it confirmed" in told.out) == (0, True)
    [upload] = day["dataset"]["uploads"]
    assert "confirmed by Amazon" in shop.lading("report", "purchases").out
    assert upload["upload_id"] in shop.lading("report", "purchases").out
    assert shop.lading("runs", "purchases", "--json").data[0]["mode"] == "replace"


def write_few(folder, count):
    with (folder / "purchases.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(("order_id", "purchased_at", "product", "amount", "email", "country", "ad_consent"))
        out.writerows(
            (f"o-{n}", "2025-12-01T10:00:00Z", "Mug", "4.50", f"somebody{n}@example.com", "US", "GRANTED")
            for n in range(count)
        )


def test_a_guard_of_rows_stops_the_run_and_every_end_is_told(shop):
    """`incomplete_periods`, the guard that only datasets have; the others are those of audiences."""
    with mail_server() as (address, box):
        shop.environ["NOTIFY_URL"] = address
        notify = "notify:\n  - {on: [done, failed, guard, drift], to: env:NOTIFY_URL}\n"
        shop.settings(add=SYNC.replace("LATE", "late: replace") + notify)
        write_few(shop.folder, 5)
        assert shop.lading("apply", "purchases").code == 0
        subject, text = box.read()
        assert (subject, "5 confirmed by Amazon" in text) == ("Lading: purchases is done", True)
        write_few(shop.folder, 3)
        stopped = shop.lading("apply", "purchases", "--json")
        assert (stopped.code, stopped.json["problems"][0]["code"]) == (4, "incomplete_periods")
        assert len(shop.sent("/uploads/shop_purchases")) == 1
        subject, text = box.read()
        assert ("stopped by a guard" in subject, "2025-12-01T00:00:00Z has 3, sent were 5" in text) == (
            True,
            True,
        )
        accepted = shop.lading("apply", "purchases", "--accept", "incomplete_periods", "--json").data
        assert (accepted["books"]["confirmed"], box.read()[0]) == (3, "Lading: purchases is done")
        (shop.folder / "purchases.csv").unlink()
        assert shop.lading("apply", "purchases").code == 2
        assert box.read()[0] == "Lading: purchases failed"
        forgotten = {"LADING_HOME": str(shop.folder / "elsewhere")}
        assert shop.lading("dataset", "delete", "purchases", "--yes", "shop_purchases", **forgotten).code == 0
        assert shop.lading("verify", "purchases").code == 6
        assert "not what they should be" in box.read()[0]


def test_a_dataset_that_somebody_has_deleted_is_told_and_made_again(shop):
    write_few(shop.folder, 5)
    assert shop.lading("verify", "purchases", "--json").json["problems"][0]["code"] == "nothing_to_verify"
    assert shop.lading("apply", "purchases").code == 0
    repair = shop.lading("verify", "purchases", "--repair", "--json")
    assert (repair.code, repair.json["problems"][0]["code"]) == (2, "dataset")
    forgotten = {"LADING_HOME": str(shop.folder / "elsewhere")}  # another home knows nothing of what was sent
    assert shop.lading("dataset", "delete", "purchases", "--yes", "shop_purchases", **forgotten).code == 0
    drift = shop.lading("verify", "purchases", "--json")
    assert (drift.code, drift.json["problems"][0]["code"], drift.json["data"]["there"]) == (6, "drift", False)
    assert "drift" in shop.lading("verify", "purchases", "--history").out
    assert shop.lading("apply", "purchases", "--json").data["books"]["confirmed"] == 5
    assert shop.lading("verify", "purchases", "--json").data["written"] == 5


@pytest.mark.parametrize(
    ("point", "looked"),
    [
        ("create_upload.after_answer", True),
        ("put_files.after_answer", False),
        ("ledger.confirmed.after_commit", False),
    ],
)
def test_killed_and_started_again(shop, tmp_path, point, looked):
    shop.settings(add=SYNC.replace("LATE", "late: append\n        row_key: [order_id]"))
    write_few(shop.folder, 5)
    died = shop.lading("apply", "purchases", LADING_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    report = shop.lading("apply", "purchases", "--json").data
    assert (report["state"], report["books"]["confirmed"], report["balanced"]) == ("done", 5, True)
    assert Counter(held(shop, tmp_path)["order_id"]) == Counter(f"o-{n}" for n in range(5))
    assert len(shop.sent("/uploads/shop_purchases")) == 1
    assert (len(shop.sent("/uploads/list")) > 1) == looked
