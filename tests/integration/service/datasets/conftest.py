"""A shop with purchases, its settings, and a sandbox that plays Amazon and S3."""

import csv
import json
import random
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import boto3
import pytest

from lading import wiring
from lading.aws import Aws
from lading.clock import ManualClock
from lading.destinations.bucket import Bucket
from lading.ledger import migrate, store
from lading.service.sync import Order, apply, plan

SETTINGS = """\
version: 1
connections:
  amazon:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
sources:
  files: {type: files, root: .}
syncs:
  purchases:
    from: {source: files, path: purchases.csv}
    to:
      dataset:
        connection: amazon
        id: shop_purchases
        bucket: s3://shop-uploads/lading
        LATE
        columns:
          order_id: {type: STRING}
          bought_at: {type: TIMESTAMP, event_time: true}
          amount: {type: DECIMAL, kind: METRIC}
          email: {identifier: EMAIL}
          country: {country: true}
"""

COLUMNS = ("order_id", "bought_at", "amount", "email", "country")
ACTIONS = [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:GetObjectTagging",
    "s3:GetBucketTagging",
]
BUCKET = "shop-uploads"


@dataclass
class Desk:
    """A user's folder beside a sandbox."""

    folder: Path
    sandbox: object
    environ: dict
    s3: object
    people: list
    #: Midnight of the day that the sandbox lives in.
    today: object
    columns: tuple = COLUMNS

    @contextmanager
    def parts(self):
        with wiring.build(self.folder / "lading.yaml", self.environ) as parts:
            yield replace(
                parts,
                jitter=random.Random(1).random,
                bucket=partial(bucket_at, self.environ["AWS_ENDPOINT_URL"]),
            )

    def settings(self, late="late: replace", **swaps):
        text = SETTINGS.replace("LATE", late)
        for old, new in swaps.items():
            text = text.replace(old, new)
        (self.folder / "lading.yaml").write_text(text)

    def second_instance(self):
        """A second target for the settings: another instance of the same account. Gives its id."""
        mine = next(one for one in self.sandbox.instances if one["instanceId"] == "amcshop001")
        other = next(
            one for one in self.sandbox.instances if one["accountId"] == mine["accountId"] and one != mine
        )
        text = (self.folder / "lading.yaml").read_text()
        head, _, tail = text.partition("sources:")
        connection = head.partition("connections:\n")[2]
        second = connection.replace("  amazon:", "  second:", 1).replace("amcshop001", other["instanceId"])
        before, _, target = tail.partition("    to:\n")
        block = "".join(f"    {line}\n" if line else "\n" for line in target.rstrip("\n").split("\n"))
        listed = block.replace("      dataset:", "dataset:", 1)
        targets = "".join(
            f"      - {listed.lstrip().replace('connection: amazon', f'connection: {name}')}"
            for name in ("amazon", "second")
        )
        (self.folder / "lading.yaml").write_text(f"{head}{second}sources:{before}    to:\n{targets}")
        return other["instanceId"]

    def order(self, number, day, *, amount="10.00", hour=8):
        """One purchase, `day` days from today on."""
        at = self.today + timedelta(days=day, hours=hour, seconds=number)
        email = self.people[number % len(self.people)]["email"]
        return {
            "order_id": f"o-{number}", "bought_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "amount": amount, "email": email, "country": "US",
        }  # fmt: skip

    def orders(self, first, count, day, **more):
        return [self.order(number, day, **more) for number in range(first, first + count)]

    def write(self, rows, name="purchases.csv", columns=COLUMNS):
        with (self.folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return self.folder / name

    def plan(self, what="purchases", given=None):
        with self.parts() as parts:
            return plan(parts, what, given)

    def apply(self, what="purchases", **order):
        with self.parts() as parts:
            return apply(parts, what, Order(**order))

    def rows(self, dataset="shop_purchases", instance="amcshop001"):
        """What the sandbox holds, by order and in order of it."""
        lines = self.sandbox._ask("GET", f"instances/{instance}/datasets/{dataset}/rows").splitlines()
        return sorted(
            (json.loads(line) for line in lines), key=lambda row: (len(row["order_id"]), row["order_id"])
        )

    def ids(self, **where):
        return [row["order_id"] for row in self.rows(**where)]

    def partitions(self, dataset="shop_purchases"):
        """Rows by day, counted from today."""
        path = f"instances/amcshop001/datasets/{dataset}/partitions"
        found = self.sandbox.door("GET", path)["partitions"]
        return {one["partition"]: one["rows"] for one in found}

    def sent(self, end="/uploads/shop_purchases", method="POST"):
        return [
            one for one in self.sandbox.requests() if one["path"].endswith(end) and one["method"] == method
        ]

    def keys(self, prefix="lading/"):
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found]

    def latest(self):
        with self.parts() as parts:
            return parts.ledger.runs.list(1)[0]

    def dataset(self, target="dataset:amazon/shop_purchases"):
        with self.parts() as parts:
            return parts.ledger.datasets.get(target)

    def periods(self, target="dataset:amazon/shop_purchases"):
        with self.parts() as parts:
            return {start: one.rows for start, one in parts.ledger.datasets.periods(target).items()}


def policy_for(accounts):
    statement = {
        "Effect": "Allow", "Principal": {"AWS": [f"arn:aws:iam::{one}:root" for one in accounts]}, "Action": ACTIONS,
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_bucket(sandbox, s3):
    """A bucket that Amazon may read for all instances of the sandbox."""
    instances = sandbox.instances
    s3.create_bucket(Bucket=BUCKET)
    accounts = sorted({one["dataUploadAwsAccountId"] for one in instances})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy_for(accounts))
    value = " ".join(one["instanceId"] for one in instances)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "instanceId", "Value": value}]})


@pytest.fixture(scope="session")
def ledger(tmp_path_factory):
    """The bytes of a ledger with tables and nothing in them: making them takes as long as a run."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    made = store.Store(f"sqlite:///{path}", ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    migrate.to_head(made)
    made.close()
    return path.read_bytes()


@cache
def s3_at(url, region, key, secret):
    return boto3.client(
        "s3", endpoint_url=url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret
    )


@cache
def bucket_at(url, name):
    """Our own bucket; AWS's library takes a while to make one."""
    return Bucket(name, Aws({"AWS_ENDPOINT_URL": url}))


@pytest.fixture
def desk(tmp_path, amc_sandbox, monkeypatch, ledger):
    amc_sandbox.policy(terms_accepted=True)
    keys, grant = amc_sandbox.s3, amc_sandbox.grant
    aws = {
        "AWS_ACCESS_KEY_ID": keys["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_DEFAULT_REGION": keys["region"],
        "AWS_ENDPOINT_URL": keys["url"],
    }
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    environ = {
        "AMAZON_CLIENT_ID": grant["client_id"],
        "AMAZON_CLIENT_SECRET": grant["client_secret"],
        "AMAZON_REFRESH_TOKEN": grant["refresh_token"],
        "LADING_AMAZON_URL": amc_sandbox.url,
        "LADING_CLOCK": amc_sandbox.url,
        **aws,
    }
    s3 = s3_at(keys["url"], keys["region"], keys["access_key_id"], keys["secret_access_key"])
    make_bucket(amc_sandbox, s3)
    today = amc_sandbox.now().replace(hour=0, minute=0, second=0, microsecond=0)
    made = Desk(tmp_path, amc_sandbox, environ, s3, amc_sandbox.people("US", 200), today)
    made.settings()
    (tmp_path / ".lading").mkdir(mode=0o700)
    (tmp_path / ".lading" / "ledger.db").write_bytes(ledger)
    return made
