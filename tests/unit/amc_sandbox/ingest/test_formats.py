"""Files as Amazon takes them: formats, compressions, options, and what fails."""

import bz2
import gzip
import io
import json
import struct
import zipfile

import polars as pl
import pyarrow as pa
import pytest

from amc_sandbox.ingest.specs import CsvOptions

from .conftest import dataset, lines

PAIR = dataset("a", "b LONG")
ROWS = [{"a": "x", "b": 1}, {"a": "ÿ", "b": None}]
CSV = "a,b\nx,1\nÿ,\n".encode()


def parquet(frame, **options):
    out = io.BytesIO()
    frame.write_parquet(out, **options)
    return out.getvalue()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def raw_snappy(content):
    return pa.Codec("snappy").compress(content, asbytes=True)


def framed_snappy(content):
    body = b"\0\0\0\0" + raw_snappy(content)
    return b"\xff\x06\x00\x00sNaPpY" + b"\x00" + len(body).to_bytes(3, "little") + body


def hadoop_snappy(content):
    body = raw_snappy(content)
    return struct.pack(">II", len(content), len(body)) + body


@pytest.mark.parametrize(
    ("compression", "content"),
    [
        ("NONE", CSV),
        ("GZIP", gzip.compress(CSV)),
        ("GZIP", gzip.compress(CSV[:6]) + gzip.compress(CSV[6:])),
        ("BZIP", bz2.compress(CSV)),
        ("ZIP", zipped(a=CSV)),
        ("SNAPPY", framed_snappy(CSV)),
        ("SNAPPY", hadoop_snappy(CSV)),
        ("SNAPPY", raw_snappy(CSV)),
    ],
    ids=range(8),  # packed bytes hold the time
)
def test_each_compression(desk, compression, content):
    outcome = desk.upload(PAIR, content, compression=compression)

    assert (outcome.ok, outcome.message, outcome.metrics) == (True, None, {"OutputRowCount": 2.0})
    assert desk.rows(PAIR) == ROWS


def test_each_form_of_json(desk):
    document = json.dumps([{"a": "x", "b": 1}, {"b": None, "a": "ÿ"}], indent=1, ensure_ascii=False)
    for form, content in (("LINES", lines(*ROWS)), ("DOCUMENT", document), ("DOCUMENT", lines(*ROWS))):
        assert desk.upload(PAIR, content, form=form, strategy="FULL_REPLACE").ok
        assert desk.rows(PAIR) == ROWS


def test_values_of_several_kinds_in_one_json_column(desk):
    outcome = desk.upload(PAIR, '{"a": 1.50, "b": "7"}\n{"a": true, "b": 8}\n', form="LINES")

    assert outcome.ok, outcome.message
    assert [(row["b"], row["a"]) for row in desk.rows(PAIR)] == [(7, "1.5"), (8, "true")]


def test_parquet_by_its_own_compression_or_within_another(desk):
    frame = pl.DataFrame({"b": [1, None], "a": ["x", "ÿ"]})
    plain, snappy = parquet(frame, compression="uncompressed"), parquet(frame, compression="snappy")
    for compression, content in (
        ("NONE", plain), ("NONE", snappy), ("SNAPPY", snappy), ("GZIP", gzip.compress(plain)),
        ("GZIP", parquet(frame, compression="gzip")),
    ):  # fmt: skip
        outcome = desk.upload(PAIR, content, form="PARQUET", compression=compression, strategy="FULL_REPLACE")
        assert outcome.ok, outcome.message
        assert desk.rows(PAIR) == ROWS
    failed = desk.upload(PAIR, snappy, form="PARQUET", compression="GZIP")
    assert failed.message == "'s3://up/f' is not compressed with GZIP"


def test_every_option_of_csv(desk):
    text = "# by hand|~a;;b|~# a note|~'it\\'s; x\\\\|~\ny';;2|~'';;|~"
    options = CsvOptions(";;", "'", "\\", "|~", "#")
    assert desk.upload(PAIR, text, form=options).ok
    assert desk.rows(PAIR) == [{"a": "it's; x\\|~\ny", "b": 2}, {"a": None, "b": None}]

    doubled = CsvOptions("\t", quote_escape='""')
    assert desk.upload(PAIR, 'a\tb\r\n"say ""hi"""\t3\r\n', form=doubled, strategy="FULL_REPLACE").ok
    assert desk.rows(PAIR) == [{"a": 'say "hi"', "b": 3}]


def test_a_doubled_quote_without_its_option_is_not_what_was_meant(desk):
    """The default escape is a backslash: whoever doubles quotes has to say so."""
    desk.upload(PAIR, 'a,b\n"say ""hi""",3\n')
    assert [row["a"] for row in desk.rows(PAIR)] != ['say "hi"']


@pytest.mark.parametrize(
    ("content", "how", "message"),
    [
        (CSV, {"compression": "GZIP"}, "'s3://up/f' is not compressed with GZIP"),
        (gzip.compress(CSV), {}, "'s3://up/f' is compressed with GZIP, not with NONE"),
        (gzip.compress(CSV)[:-12], {"compression": "GZIP"}, "'s3://up/f' is damaged, or not compressed with GZIP"),
        (b"PK\x03\x04junk", {"compression": "ZIP"}, "'s3://up/f' is damaged, or not compressed with ZIP"),
        (b"junk", {"compression": "SNAPPY"}, "'s3://up/f' is not compressed with SNAPPY, or is damaged"),
        ("a,b\né,1\n".encode("latin-1"), {}, "CSV: 's3://up/f' is not UTF-8"),
        (b"", {}, "CSV: 's3://up/f' has no header row"),
        (b"a,b\nx,1\nx,1,secret@example.com\n", {}, "CSV: row 2 of 's3://up/f' has 3 fields, and the header has 2"),
        (b"a;b\nx;1\n", {}, "Column 'a;b' of 's3://up/f' is not a column of the data set"),
        (b"a,b,a\nx,1,x\n", {}, "Column 'a' stands twice in 's3://up/f'"),
        (CSV, {"form": "PARQUET"}, "'s3://up/f' is not a Parquet file"),
        (CSV, {"form": "LINES"}, "JSON: line 1 of 's3://up/f' is not one object"),
        (b'[{"a": "x"}]\n', {"form": "LINES"}, "JSON: line 1 of 's3://up/f' is not one object"),
        (b'{"a": "x"}\n{"a": "y"} {"a": "z"}\n', {"form": "LINES"}, "JSON: line 2 of 's3://up/f' is not one object"),
        (b'{"a": {"c": 1}}\n', {"form": "LINES"}, "Row 1 of 's3://up/f': column 'a' does not hold a value of type STRING"),
        (b'{"a": "\xff"}\n', {"form": "LINES"}, "JSON: 's3://up/f' is not UTF-8"),
        (b'["a"]', {"form": "DOCUMENT"}, "JSON: 's3://up/f' is not a document of objects"),
        (b'[{"a": "x"}, {"a"', {"form": "DOCUMENT"}, "JSON: 's3://up/f' is not a document of objects"),
    ],
    ids=range(18),
)  # fmt: skip
def test_what_is_not_as_it_is_said_to_be(desk, content, how, message):
    outcome = desk.upload(PAIR, content, **how)

    assert (outcome.ok, outcome.message, dict(outcome.metrics)) == (False, message, {})
    assert desk.rows(PAIR) == []
