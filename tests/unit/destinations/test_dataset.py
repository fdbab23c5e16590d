"""A dataset of the settings in Amazon's words, and what differs from the one that is there."""

from dataclasses import replace

import pytest

from lading.amazon import Column, CsvDataFormat, JsonDataFormat, ParquetDataFormat, UploadSource
from lading.destinations.dataset import dataset_of, upload_of
from lading.destinations.dataset_changes import changes_between
from lading.settings.datasets import DatasetTarget

COLUMNS = {
    "at": {"type": "TIMESTAMP", "event_time": True},
    "amount": {"type": "DECIMAL", "kind": "METRIC", "description": "Money"},
    "email": {"identifier": "EMAIL"},
    "device": {"identifier": "MAID"},
    "key": {"hash": True, "nullable": False},
    "country": {"country": True},
    "consent": {"consent": "TCF"},
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"


def target(columns=COLUMNS, **more):
    return DatasetTarget.model_validate(
        {"connection": "us", "id": "orders", "bucket": "s3://shop/lading", "columns": columns, **more}
    )


def columns(**changes):
    """The columns with some changed, or left out where they are None."""
    return {name: one for name, one in {**COLUMNS, **changes}.items() if one is not None}


def wanted(**more):
    return dataset_of(target(**more))


def test_a_dataset_of_events_in_amazons_words():
    dataset = wanted(description="Orders", country="GB", encryption_key=KEY, period="PT1H")
    assert (dataset.dataset_id, dataset.period, dataset.country) == ("orders", "PT1H", "GB")
    assert (dataset.description, dataset.encryption_key_arn) == ("Orders", KEY)
    assert dataset.columns[:7] == (
        Column("at", "TIMESTAMP", main_event_time=True),
        Column("amount", "DECIMAL", "METRIC", description="Money"),
        Column("email", "STRING", hashed_pii="EMAIL"),
        Column("device", "STRING", external_identity="MAID"),
        Column("key", "STRING", nullable=False),
        Column("country", "STRING", country_code=True),
        Column("consent", "STRING", consent_type="TCF"),
    )
    user, kind = dataset.columns[7:]
    assert (user.name, user.main_user_id, user.column_type) == ("user_id", True, "DIMENSION")
    assert (kind.name, kind.main_user_id_type, kind.column_type) == ("user_id_type", True, "DIMENSION")


def test_a_table_has_no_period_and_no_user_columns_where_nobody_is_in_it():
    dataset = wanted(columns={"sku": {"type": "STRING"}})
    assert (dataset.period, [one.name for one in dataset.columns]) == (None, ["sku"])


@pytest.mark.parametrize(
    ("settings", "compression", "file_format"),
    [
        ({}, "SNAPPY", ParquetDataFormat()),
        ({"compression": "none"}, "NONE", ParquetDataFormat()),
        ({"format": "json", "compression": "bzip"}, "BZIP", JsonDataFormat("LINES")),
        ({"format": "csv"}, "GZIP", CsvDataFormat(",", '"', '"', "\n", None)),
        (
            {"format": "csv", "csv": {"delimiter": "\t", "quote_escape": "\\", "comment": "#"}},
            "GZIP",
            CsvDataFormat("\t", '"', "\\", "\n", "#"),
        ),
    ],
)
def test_an_upload_says_how_its_files_were_written(settings, compression, file_format):
    source = UploadSource("shop", prefix="lading/r-1/")
    spec = upload_of(target(country="DE", **settings), source)
    assert (spec.source, spec.compression, spec.file_format) == (source, compression, file_format)
    assert (spec.strategy, spec.country) == ("OVERLAP_REPLACE", "DE")
    assert upload_of(target(), source, "ADDITIVE").strategy == "ADDITIVE"


def test_nothing_differs_from_what_was_asked_for():
    assert not changes_between(wanted(), wanted())
    assert not changes_between(wanted(), replace(wanted(), period=None, description="Theirs", country="US"))


def test_amazon_may_call_its_columns_and_events_as_its_pages_do():
    theirs = tuple(
        replace(one, name="user_type") if one.main_user_id_type
        else replace(one, column_type="METRIC", nullable=False) if one.main_event_time
        else one
        for one in wanted().columns
    )  # fmt: skip
    assert not changes_between(wanted(), replace(wanted(), columns=theirs))
    without = tuple(one for one in wanted().columns if not (one.main_user_id or one.main_user_id_type))
    assert not changes_between(wanted(), replace(wanted(), columns=without))


def test_what_can_be_changed():
    found = wanted(columns=columns(country=None, key=None), country="US")
    more = columns(key={"hash": True}, amount={"type": "DECIMAL", "kind": "METRIC", "description": "Net"})
    changes = changes_between(wanted(columns=more, country="GB", description="Orders"), found)
    assert [one.name for one in changes.columns] == ["key", "country"]
    assert (changes.described, changes.description, changes.country) == ({"amount": "Net"}, "Orders", "GB")
    assert changes.refusals == ()
    assert changes


@pytest.mark.parametrize(
    ("now", "then", "where", "says"),
    [
        ({}, {"period": "P1M"}, "period", "is P1D at Amazon and cannot become P1M"),
        ({}, {"encryption_key": KEY}, "encryption_key", "is none at Amazon"),
        ({}, {"columns": columns(amount={"type": "LONG", "kind": "METRIC"})}, "columns.amount.type", "is DECIMAL at Amazon"),
        ({}, {"columns": columns(amount={"type": "DECIMAL"})}, "columns.amount.kind", "cannot become DIMENSION"),
        ({}, {"columns": columns(key={"type": "STRING"})}, "columns.key.nullable", "is false at Amazon"),
        ({}, {"columns": columns(country={"type": "STRING"})}, "columns.country.country", "cannot become false"),
        ({}, {"columns": columns(email={"identifier": "PHONE"})}, "columns.email.identifier", "cannot become PHONE"),
        ({}, {"columns": columns(consent={"consent": "GPP"})}, "columns.consent.consent", "is TCF"),
        ({}, {"columns": columns(consent=None)}, "columns.consent", "Amazon has this column"),
        ({}, {"columns": columns(consent=None, tcf={"consent": "TCF"})}, "columns.consent", "`lading dataset column rename` it to tcf"),
        ({"columns": columns(key=None)}, {}, "columns.key.nullable", "write `nullable: true`"),
        ({"columns": columns(at=None)}, {}, "columns.at", "only when a dataset is created"),
        ({"columns": columns(email=None, device=None)}, {}, "columns.user_id", "first identifier of a dataset"),
        ({"columns": columns(country=None, land={"country": True})}, {"columns": columns(land={"type": "STRING"})},
         "columns.country", "has a country already"),
    ],
)  # fmt: skip
def test_what_can_never_be_changed_says_the_way_out(now, then, where, says):
    refusals = changes_between(wanted(**then), wanted(**now)).refusals
    said = {one.where: one.message for one in refusals}
    assert says in said[where]
    assert "ecreate" in said[where] or "write" in said[where] or "delete" in said[where]
