"""A folder in a bucket, by the sandbox's S3: read like one of this machine, piece by piece."""

import gzip
import io

import boto3
import polars as pl
import pytest
from botocore.exceptions import ClientError

from lading.errors import AccessError, SettingsError
from lading.sources.conformance import check
from lading.sources.many import files_of
from lading.sources.query import QuerySource
from lading.sources.s3 import S3Folder


@pytest.fixture(scope="module")
def s3(sandbox_s3):
    """A client of a bucket with two days of events, a list in Parquet and an empty object that stands for a folder."""
    client = boto3.client("s3", **sandbox_s3)
    client.create_bucket(Bucket="shop-exports")
    for day, first in (("01", 1), ("02", 3)):
        rows = "".join(f"c-{n},{n}@x.example\n" for n in (first, first + 1))
        put(client, f"crm/day={day}/part.csv.gz", gzip.compress(f"id,email\n{rows}".encode()))
    put(client, "crm/day=02/", b"")
    put(client, "crm/deep/er/list.csv", b"id,email\nc-9,9@x.example\n")
    people = pl.DataFrame({"id": ["c-1", "c-2"], "zip": ["00501", "1"]})
    people.write_parquet(file := io.BytesIO())
    put(client, "crm/people.parquet", file.getvalue())
    return client


def put(client, key, body):
    client.put_object(Bucket="shop-exports", Key=key, Body=body)


@pytest.fixture
def folder(s3):
    return S3Folder("s3://shop-exports/crm", lambda: s3)


def rows(source):
    return pl.concat(frame.rows for frame in source.frames(100))


def test_a_pattern_is_read_with_its_partitions(folder):
    found = rows(files_of(folder, "day=*/*.csv.gz"))
    assert found["id"].to_list() == ["c-1", "c-2", "c-3", "c-4"]
    assert found["day"].to_list() == ["01", "01", "02", "02"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ()),
        ("**/*.csv", ("deep/er/list.csv",)),
        ("day=0[!1]/*", ("day=02/part.csv.gz",)),
        ("day=0?/part.csv.gz", ("day=01/part.csv.gz", "day=02/part.csv.gz")),
    ],
)
def test_a_pattern_means_what_it_means_on_a_disk(folder, pattern, names):
    assert folder.matching(pattern) == names


def test_parquet_is_read_where_it_is_sought(folder):
    assert rows(files_of(folder, "people.parquet")).rows() == [(1, "c-1", "00501"), (2, "c-2", "1")]


def test_it_is_a_source(folder):
    check(lambda: files_of(folder, "day=*/*"), rows=4)


def test_sql_sees_its_files_as_tables(folder):
    query = "select p.zip from 'people.parquet' p join 'day=01/part.csv.gz' e using (id) order by 1"
    assert rows(QuerySource(folder, query, "here"))["zip"].to_list() == ["00501", "1"]


def test_an_object_that_changes_while_it_is_read_is_noticed(folder, s3):
    put(s3, "crm/moving.csv", b"id\n" + b"c-1\n" * 10)
    reading = files_of(folder, "moving.csv").frames(4)
    next(reading)
    put(s3, "crm/moving.csv", b"id\n" + b"c-2\n" * 10)
    with pytest.raises(SettingsError) as caught:
        list(reading)
    assert caught.value.problem_code == "source_changing"


def test_what_is_not_there_is_refused_by_its_address(folder, s3):
    with pytest.raises(SettingsError) as caught:
        rows(files_of(folder, "nobody.csv"))
    assert (caught.value.problem_code, caught.value.where) == (
        "missing_file",
        "s3://shop-exports/crm/nobody.csv",
    )
    with pytest.raises(SettingsError, match=r"pattern in s3://shop-exports/crm/$"):
        rows(files_of(folder, "none/*.csv"))
    for path in ("*.csv", "people.csv"):
        with pytest.raises(AccessError, match=r"no such bucket\. Correct `root:`") as caught:
            rows(files_of(S3Folder("s3://no-such-bucket", lambda: s3), path))
        assert caught.value.problem_code == "no_bucket"


@pytest.mark.parametrize("name", ["slow.csv", "slow.parquet"])
def test_a_refusal_in_the_middle_of_a_file_is_no_damage_of_it(folder, s3, monkeypatch, name):
    """What was asked for at first may be refused later: a role that ends, a bucket that is shut."""
    put(s3, f"crm/{name}", b"id\n" + b"c-1\n" * 10)
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")

    def refuse(**_asked):
        raise refusal

    monkeypatch.setattr(s3, "get_object", refuse)
    with pytest.raises(AccessError, match="reading a file") as caught:
        rows(files_of(folder, name))
    assert (caught.value.problem_code, caught.value.where) == ("aws_denied", f"s3://shop-exports/crm/{name}")
