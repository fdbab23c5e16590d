"""A desk with a bucket on it: objects written straight to files, read by the real ingestion."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from amc_sandbox.aws.shelf import Bucket, Object
from amc_sandbox.ingest.ingestion import Ingestion
from amc_sandbox.ingest.specs import Column, CsvOptions, DatasetSpec, Source, UploadSpec
from amc_sandbox.matching import Matcher
from amc_sandbox.population import Population

ACCOUNT = "246813579001"
ACTIONS = [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:GetObjectTagging",
    "s3:GetBucketTagging",
]


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def policy(name, actions=ACTIONS, account=ACCOUNT):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": actions,
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass
class Shelf:
    """Like the real one, out of dictionaries."""

    buckets: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)

    def bucket(self, name):
        return self.buckets.get(name)

    def object(self, bucket, key):
        return self.kept.get((bucket, key))

    def objects(self, bucket, prefix):
        return (
            one for (name, key), one in sorted(self.kept.items()) if name == bucket and key.startswith(prefix)
        )

    def key(self, name, _account_id, region):
        return self.keys.get(name) or self.keys.get((name, region))


class People(Matcher):
    """The population, with one telephone id."""

    def resolve_external(self, kind, value):
        return "AMAID" if (kind, value.lower()) == ("MAID", "0a1b") else None


@pytest.fixture(scope="session")
def population():
    return Population.build(300, 1)


@pytest.fixture(scope="session")
def people(population):
    return People(population)


@dataclass
class Desk:
    shelf: Shelf
    ingestion: Ingestion
    switches: SimpleNamespace
    folder: object
    uploads: int = 0

    def bucket(self, name="up", **changes):
        known = {"account_id": "210987654321", "region": "us-east-1", "policy": policy(name)}
        self.shelf.buckets[name] = Bucket(
            name, **{**known, "tags": {"instanceId": "amcother amcshop001"}, **changes}
        )

    def put(self, key, content, bucket="up", **changes):
        path = self.folder / f"{bucket}-{len(self.shelf.kept)}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        known = Object(bucket, key, path.stat().st_size, {}, None, path)
        self.shelf.kept[bucket, key] = replace(known, **changes)

    def upload(
        self, dataset, content=None, *, key="f", form=None, compression="NONE", strategy="ADDITIVE", **source
    ):
        """Put a file, and carry out an upload of it (or of another source)."""
        self.uploads += 1
        if content is not None:
            self.put(key, content)
        where = Source("up", **(source or {"key": key}))
        spec = UploadSpec(f"u{self.uploads}", where, form or CsvOptions(), compression, strategy)
        return self.ingestion.run(dataset, spec, ACCOUNT)

    def rows(self, dataset):
        with self.ingestion.view(dataset.instance_id, dataset.dataset_id) as view:
            return [row for batch in view.rows for row in batch.iter_rows(named=True)]

    def partitions(self, dataset):
        with self.ingestion.view(dataset.instance_id, dataset.dataset_id) as view:
            return view.page.partitions()


@pytest.fixture
def desk(tmp_path, people):
    shelf = Shelf()
    switches = SimpleNamespace(consent="transition", unmatched_rows="kept")
    aws = SimpleNamespace(shelf=shelf, connected=SimpleNamespace(account_id="123456789012"))
    made = Desk(shelf, Ingestion(tmp_path / "rows", aws, people, lambda: switches), switches, tmp_path)
    made.bucket()
    return made


def dataset(*columns, period=None, **more):
    """`dataset("a", "b LONG")`: columns by name and type, or as they are."""
    read = [
        one if isinstance(one, Column) else Column(*(one.split() if " " in one else (one, "STRING")))
        for one in columns
    ]
    return DatasetSpec("amcshop001", "sales", tuple(read), period, **more)


TIME = Column("at", "TIMESTAMP", nullable=False, main_event_time=True)
EMAIL = Column("email", "STRING", hashed_pii="EMAIL")


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)
