"""Datasets in lading.yaml: what each setting comes to, and every combination that makes no sense."""

import textwrap

import pytest

from lading.settings.dataset_columns import DatasetColumn

SETTINGS = """
version: 1
connections:
  us:
    client_id: env:ID
    client_secret: env:SECRET
    profile_id: "1"
    amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
  same:
    client_id: env:ID
    client_secret: env:SECRET
    profile_id: "1"
    amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
  dsp: {client_id: env:ID, client_secret: env:SECRET, profile_id: "1", dsp_advertiser_id: "1"}
sources:
  files: {type: files, root: .}
syncs:
  orders:
    from: {source: files, path: orders.csv}
    to:
      dataset:
        connection: us
        id: orders
        bucket: s3://shop-uploads/lading/orders/
        columns:
          order_id: {type: STRING}
          at: {type: TIMESTAMP, event_time: true}
          amount: {type: DECIMAL, kind: METRIC}
          email: {identifier: EMAIL, source: E-Mail}
          device: {identifier: MAID}
          key: {hash: true}
  stores:
    from: {source: files, path: stores.csv}
    to:
      dataset:
        connection: us
        id: stores
        bucket: s3://shop-uploads
        columns: {store: {type: STRING}}
"""


def written(*changes):
    text = SETTINGS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def more(text, sync="orders"):
    """The settings with keys added to the dataset of a sync."""
    lines = textwrap.indent(textwrap.dedent(text).strip(), " " * 8)
    return written((f"id: {sync}\n", f"id: {sync}\n{lines}\n"))


def test_what_is_left_out_is_as_a_user_expects(read):
    settings = read(SETTINGS)
    orders, stores = (settings.syncs[name].to.dataset for name in ("orders", "stores"))
    assert (orders.format, orders.file_compression, orders.update_strategy) == (
        "parquet",
        "snappy",
        "OVERLAP_REPLACE",
    )
    assert (orders.bucket_name, orders.folder, orders.event_time) == ("shop-uploads", "lading/orders", "at")
    assert (orders.source_of("email"), orders.source_of("at"), orders.period) == ("E-Mail", "at", "P1D")
    assert (stores.update_strategy, stores.event_time, stores.folder) == ("FULL_REPLACE", None, "")
    assert (orders.has_identifiers, stores.has_identifiers) == (True, False)
    email, device, key = (orders.columns[name] for name in ("email", "device", "key"))
    assert [one.data_type for one in (email, device, key)] == ["STRING"] * 3
    assert (email.hashed_identifier, device.hashed_identifier, device.external_identifier) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("late: append\nrow_key: order_id", "ADDITIVE"),
        ("late: ignore", "OVERLAP_REPLACE"),
        ("strategy: overlap_keep", "OVERLAP_KEEP"),
        ("strategy: additive", "ADDITIVE"),
        ("strategy: full_replace", "FULL_REPLACE"),
    ],
)
def test_late_or_strategy_says_what_an_upload_does(read, text, expected):
    assert read(more(text)).syncs["orders"].to.dataset.update_strategy == expected


def test_csv_and_what_may_be_sent_as_it_is(read):
    text = more("""
        format: csv
        csv: {delimiter: "|", quote_escape: "\\\\", record_delimiter: "\\r\\n"}
        allow: {order_id: looks like a phone}
        drop: [notes]
    """)
    dataset = read(text).syncs["orders"].to.dataset
    assert (dataset.csv.delimiter, dataset.csv.quote_escape, dataset.csv.record_delimiter) == (
        "|",
        "\\",
        "\r\n",
    )
    assert (dataset.file_compression, dataset.allow, dataset.drop) == (
        "gzip", {"order_id": "looks like a phone"}, ("notes",),
    )  # fmt: skip
    assert read(more("allow: [order_id]")).syncs["orders"].to.dataset.allow == {"order_id": ""}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("format: csv\ncompression: snappy", "`compression:` gzip, bzip or none; snappy does not fit"),
        ("compression: bzip", "`compression:` snappy, gzip or none; bzip does not fit"),
        ("compression: ZIP", "no more since 2025-01-01"),
        ("csv: {delimiter: ';'}", "goes with `format: csv` only"),
        ("format: csv\ncsv: {delimiter: '\"'}", "need different characters"),
        ("format: csv\ncsv: {quote_escape: '!'}", "the quote itself, or a backslash"),
        ("late: append", "needs `row_key:`"),
        ("late: append\nrow_key: [order]", "names order, which is not among `columns:`"),
        ("late: replace\nstrategy: additive", "say the same thing twice"),
        ("drop: [E-Mail]", "fills the column email"),
        ("allow: [notes]\ndrop: [notes]", "keep it in one of them"),
        ("allow: [E-Mail]", "is hashed, so it needs no `allow:`"),
        ("allow: [key]", "is hashed, so it needs no `allow:`"),
        ("encryption_key: arn:aws:kms:us-east-1:123456789012:key/1234", "begins with mrk-"),
        ("encryption_key: mrk-1", "arn:aws:kms:REGION"),
    ],
)
def test_settings_that_make_no_sense_together(problems, text, says):
    [(place, code, message)] = problems(more(text))
    assert says in message
    assert code == "wrong_value"
    assert "syncs.orders.to.dataset" in place


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("strategy: overlap_replace", "needs a column with `event_time: true`"),
        ("late: ignore", "`late:` is for events"),
        ("period: P1M", "`period:` is for events"),
        ("lookback: 3d", "`lookback:` is for events"),
    ],
)
def test_a_table_has_no_time(problems, text, says):
    [(_, _, message)] = problems(more(text, "stores"))
    assert says in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("order_id: {type: STRING}", "order_id: {}", "a column needs `type:`"),
        ("order_id: {type: STRING}", "user_id: {type: STRING}", "user_id is filled by Amazon"),
        ("order_id: {type: STRING}", "Order Id: {type: STRING}", '`source: "Order Id"`'),
        ("order_id: {type: STRING}", "order_id: {type: DATE, event_time: true}", "only one column can be the event's time"),
        ("order_id: {type: STRING}", "order_id: {type: STRING, timezone: UTC}", "goes with `type: TIMESTAMP` only"),
        ("event_time: true}", "event_time: true, kind: METRIC}", "is a DIMENSION"),
        ("{hash: true}", "{hash: true, identifier: EMAIL}", "keep one of `identifier`, `hash`"),
        ("{hash: true}", "{hash: true, type: LONG}", "leave out `type:` and `kind:`"),
        ("s3://shop-uploads/lading", "s3://shop-uploads/_lading", "begins with . or _"),
        ("s3://shop-uploads/lading", "s3://shop-uploads//lading", "without empty parts"),
        ("id: orders", "id: list", "Amazon keeps the id `list`"),
        ("id: orders", "id: Orders", "lower-case letters, digits and _"),
        ("    from: {source: files, path: orders.csv}", "    from: {source: files, path: orders.csv}\n    mode: mirror", "`late:`"),
        ("    from: {source: files, path: orders.csv}", "    from: {source: files, path: orders.csv}\n    map: {email: e}", "`source:`"),
    ],
)  # fmt: skip
def test_columns_and_syncs_that_cannot_be(problems, old, new, says):
    [(_, code, message)] = problems(written((old, new)))
    assert says in message
    assert code == "wrong_value"


def test_a_dataset_needs_an_instance_and_has_one_owner(problems):
    [(place, code, message)] = problems(written(("connection: us", "connection: dsp")))
    assert (place.endswith("(connections.dsp.amc)"), code) == (True, "missing_key")
    assert "syncs.orders fills a dataset" in message
    [(place, code, message)] = problems(
        written(("connection: us\n        id: stores", "connection: same\n        id: orders"))
    )
    assert (place.endswith("(syncs.stores.to)"), code) == (True, "dataset_owned")
    assert "fills the same dataset as syncs.orders.to" in message


def test_amazon_adds_two_columns_where_there_are_people(problems):
    many = "".join(f"          c{number}: {{type: LONG}}\n" for number in range(94))
    [(_, _, message)] = problems(written(("          key: {hash: true}\n", many)))
    assert "adds user_id and user_id_type" in message


def test_a_column_without_marks_is_neither_hashed_nor_foreign():
    column = DatasetColumn(type="LONG")
    assert (column.hashed_identifier, column.external_identifier, column.data_type) == (False, False, "LONG")
