"""Carrying out uploads and user deletions: in the order in which they get ready, and never in the way of answers."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from amc_sandbox import intake as room
from amc_sandbox.dataset_rules import whole_column
from amc_sandbox.ingest import CsvOptions, Identity, Outcome, Source
from amc_sandbox.intake import INTERNAL, ZIP_WARNING, Books, Intake
from amc_sandbox.state.datasets import Datasets
from amc_sandbox.state.deletions import Deletion, Deletions
from amc_sandbox.state.policy import Policy
from amc_sandbox.state.store import Store
from amc_sandbox.state.uploads import Life, Upload, Uploads

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
REQUEST = {
    "updateStrategy": "ADDITIVE",
    "compressionFormat": "GZIP",
    "dataSource": {"sourceS3Bucket": "shop-uploads", "sourceFileS3Key": "a.csv.gz"},
    "fileFormat": {"csvDataFormat": {"fieldDelimiter": "|", "quoteCharacter": "'", "unknown": 1}},
    "countryCode": "US",
}
COLUMNS = [
    {"name": "at", "dataType": "DATE", "columnType": "METRIC", "isMainEventTime": True, "nullable": False},
    {
        "name": "maid",
        "dataType": "STRING",
        "columnType": "DIMENSION",
        "externalUserIdType": {"externalIdentity": "MAID"},
    },
]


def at(minutes):
    return START + timedelta(minutes=minutes)


@dataclass
class Readings:
    """An ingestion that writes down what it was asked to do."""

    done: list = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(ok=True, metrics={"OutputRowCount": 7.0}))
    error: Exception | None = None
    gate: threading.Event | None = None

    def run(self, dataset, upload, aws_account):
        if self.gate is not None:
            self.gate.wait()
        self.done.append((dataset, upload, aws_account))
        if self.error is not None:
            raise self.error
        return self.outcome

    def delete_people(self, instance_id, identities):
        if self.error is not None:
            raise self.error
        self.done.append((instance_id, identities))


@dataclass
class Desk:
    books: Books
    readings: Readings
    now: datetime = START
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self):
        self.intake = Intake(self.books, lambda: self.readings, lambda: self.now, lambda: self.policy)

    def dataset(self, columns=COLUMNS, dataset_id="purchases"):
        definition = {
            "dataSetId": dataset_id,
            "period": "PT1H",
            "columns": [whole_column(one) for one in columns],
        }
        self.books.datasets.add("amcshop001", definition | {"countryCode": "DE"}, START)
        return self.books.datasets.get("amcshop001", dataset_id)

    def upload(self, dataset, upload_id, minutes, *, fails=False, **changes):
        life = Life(START, at(1), at(minutes))
        one = Upload(
            upload_id, dataset.number, dataset.instance_id, dataset.dataset_id, REQUEST | changes, fails, life,
            "SUBMITTED", START, None, {},
        )  # fmt: skip
        self.books.uploads.add(one)

    def deletion(self, deletion_id, minutes):
        person = {"hashedIdentity": {"EMAIL": "0" * 64}}
        device = {"externalIdentity": {"type": "MAID", "value": "a"}}
        self.books.deletions.add(
            Deletion(deletion_id, "amcshop001", [person, device], 2, START, START, at(minutes), "PENDING")
        )

    def settle(self, minutes):
        self.now = at(minutes)
        self.intake.settle()

    def shown(self, upload_id):
        return self.books.uploads.get("amcshop001", "purchases", upload_id)


@pytest.fixture
def desk():
    store = Store()
    made = Desk(Books(store, Datasets(store), Uploads(store), Deletions(store)), Readings())
    yield made
    made.intake.halt()
    store.close()


def test_an_upload_is_read_as_it_was_asked_for(desk):
    desk.upload(desk.dataset(), "u", 5)

    desk.settle(5)

    ((dataset, upload, account),) = desk.readings.done
    assert (dataset.instance_id, dataset.dataset_id, dataset.period, dataset.country_code, dataset.key_arn) == (
        "amcshop001", "purchases", "PT1H", "DE", None,
    )  # fmt: skip
    first, second = dataset.columns
    assert (first.name, first.data_type, first.column_type, first.nullable, first.main_event_time) == (
        "at", "DATE", "METRIC", False, True,
    )  # fmt: skip
    assert (second.external_identity, second.hashed_pii, second.identifies) == ("MAID", None, True)
    assert upload.source == Source("shop-uploads", key="a.csv.gz")
    assert upload.file_format == CsvOptions(delimiter="|", quote="'")
    assert (upload.strategy, upload.compression, upload.country_code) == ("ADDITIVE", "GZIP", "US")
    assert account == "246813579001"
    assert (desk.shown("u").status, desk.shown("u").metrics) == ("SUCCESS", {"OutputRowCount": 7.0})
    assert desk.shown("u").updated_at == at(5)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ({"jsonDataFormat": "LINES"}, "LINES"),
        ({"jsonDataFormat": "DOCUMENT"}, "DOCUMENT"),
        ({"parquetDataFormat": "PARQUET_DATA_FORMAT"}, "PARQUET"),
        ({"csvDataFormat": {}}, CsvOptions()),
    ],
)
def test_formats(desk, told, meant):
    desk.upload(desk.dataset(), "u", 5, fileFormat=told)
    desk.settle(5)

    assert desk.readings.done[0][1].file_format == meant


def test_all_is_done_in_the_order_in_which_it_gets_ready(desk):
    dataset = desk.dataset()
    for name, minutes in (("u4", 4), ("u2", 2), ("late", 9)):
        desk.upload(dataset, name, minutes)
    desk.deletion("d3", 3)

    desk.settle(5)

    kinds = [one[1].upload_id if len(one) == 3 else one[1] for one in desk.readings.done]
    assert kinds == [
        "u2",
        [Identity(hashed={"EMAIL": "0" * 64}), Identity(external=("MAID", "a"))],
        "u4",
    ]
    assert desk.shown("late").status == "IN_PROGRESS"
    assert desk.books.deletions.get("amcshop001", "d3", desk.now).identities == []


def test_what_breaks_ends_an_upload_and_not_the_sandbox(desk, caplog):
    dataset = desk.dataset()
    desk.upload(dataset, "u", 5)
    desk.readings.error = RuntimeError("broken")

    desk.settle(5)

    assert (desk.shown("u").status, desk.shown("u").message) == ("FAILED", INTERNAL)
    assert "broken" in caplog.text
    assert not desk.intake.works_on(dataset)


def test_a_deletion_that_breaks_is_tried_again(desk, caplog):
    desk.deletion("d", 5)
    desk.readings.error = RuntimeError("broken")
    desk.settle(5)
    assert desk.books.deletions.get("amcshop001", "d", desk.now).status == "PENDING"
    assert "broken" in caplog.text

    desk.readings.error = None
    desk.settle(6)

    assert desk.books.deletions.get("amcshop001", "d", desk.now).status == "SUCCEEDED"


def test_a_struck_upload_is_not_even_read(desk):
    desk.upload(desk.dataset(), "u", 5, fails=True)
    desk.settle(5)

    assert desk.readings.done == []
    assert (desk.shown("u").status, desk.shown("u").metrics) == ("FAILED", {})


def test_the_message_of_a_reading_is_passed_on_and_zip_is_warned_of(desk):
    dataset = desk.dataset()
    desk.upload(dataset, "zip", 5, compressionFormat="ZIP")
    desk.settle(5)
    desk.readings.outcome = Outcome(ok=False, message="No such bucket")
    desk.upload(dataset, "bad", 6, compressionFormat="ZIP")
    desk.settle(6)

    assert (desk.shown("zip").status, desk.shown("zip").message) == ("SUCCESS", ZIP_WARNING)
    assert (desk.shown("bad").status, desk.shown("bad").message) == ("FAILED", "No such bucket")


def test_a_dimension_may_always_be_replaced(desk):
    desk.policy = Policy(dimension_uploads="replace")
    desk.upload(desk.dataset(), "fact", 5)
    desk.upload(desk.dataset(COLUMNS[1:], "products"), "dimension", 6)
    desk.settle(6)

    assert [one[1].strategy for one in desk.readings.done] == ["ADDITIVE", "FULL_REPLACE"]


def test_a_long_upload_keeps_nobody_waiting(desk, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    monkeypatch.setattr(room, "GLANCE", 0.0)
    desk.readings.gate = threading.Event()
    dataset, other = desk.dataset(), desk.dataset(dataset_id="other")
    desk.upload(dataset, "u", 5)

    desk.settle(5)

    assert desk.shown("u").status == "IN_PROGRESS"
    assert desk.intake.works_on(dataset)
    assert not desk.intake.works_on(other)
    desk.settle(6)
    desk.readings.gate.set()
    with desk.intake.halted():
        desk.upload(dataset, "next", 6)
        desk.settle(7)
        assert (desk.shown("u").status, len(desk.readings.done)) == ("SUCCESS", 1)
    monkeypatch.setattr(room, "PATIENCE", 60.0)
    desk.settle(8)
    assert len(desk.readings.done) == 2


def test_a_long_upload_is_given_up_when_the_sandbox_ends(desk, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    monkeypatch.setattr(room, "GLANCE", 0.0)
    desk.readings.gate = threading.Event()
    desk.upload(desk.dataset(), "u", 5)
    desk.settle(5)

    desk.intake.halt(0.0)
    desk.readings.gate.set()
    desk.intake.halt()

    assert desk.shown("u").status == "IN_PROGRESS"
