"""A real PostgreSQL as a source: every type as text, one state of the data, nothing written, nothing told that must not be."""

import polars as pl
import pytest
from adbc_driver_postgresql import dbapi

from lading.errors import GaveUp, SettingsError
from lading.sources.conformance import check
from lading.sources.postgresql import PostgreSql
from lading.sources.sql import SqlSource

PEOPLE = """
    create type level as enum ('gold', 'silver');
    create table people (id bigint, zip text, spent numeric(12, 2), since timestamptz, born date, level level, tags text[],
                         more jsonb, id4 uuid, vip boolean);
    insert into people
    select n, lpad(n::text, 5, '0'), n / 4.0, '2026-03-01 12:00+02', '1990-01-31', 'gold', array['a', 'b'], '{"a": 1}',
           '00000000-0000-0000-0000-000000000001', n % 2 = 0
    from generate_series(1, 2500) n;
    create function remove() returns bigint language sql as 'delete from people where id = 1 returning id'
"""


@pytest.fixture(scope="module")
def url(postgresql):
    address = postgresql()
    _do(address, *PEOPLE.split(";"))
    return address


@pytest.fixture
def asked(url):
    return lambda query: SqlSource(
        PostgreSql(lambda: url, "sources.shop.url"), query, "syncs.people.from.query"
    )


def _do(address, *statements):
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(source, kind=SettingsError):
    with pytest.raises(kind) as caught:
        list(source.frames(1_000))
    return caught.value


def test_every_type_is_the_text_that_the_database_writes(asked):
    [frame] = asked("select * from people where id = 3;").frames(10)
    assert frame.rows.row(0)[1:] == (
        "3", "00003", "0.75", "2026-03-01 10:00:00+00", "1990-01-31", "gold", "{a,b}", '{"a": 1}',
        "00000000-0000-0000-0000-000000000001", "false",
    )  # fmt: skip


def test_it_is_a_source(asked):
    check(lambda: asked('select id, zip as "post code" from people -- all of them'), rows=2_500)


def test_an_answer_without_rows_has_its_columns(asked):
    source = asked("select id, zip from people where false")
    assert source.columns() == ("id", "zip")
    assert sum(frame.read for frame in source.frames(10)) == 0


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select nope from people", 'column "nope" does not exist'),
        ("select id from nobody", 'relation "nobody" does not exist'),
        ("selec", "syntax error"),
        ("select 1 as a; select 2 as a", "syntax error|multiple commands"),
        (
            "select set_config('a.b', 'c', false) as a from people; drop table people",
            "syntax error|multiple commands",
        ),
    ],
)
def test_a_query_that_is_none_is_refused_with_its_setting(asked, query, says):
    with pytest.raises(SettingsError, match=says) as caught:
        list(asked(query).frames(10))
    assert (caught.value.problem_code, caught.value.where) == ("wrong_query", "syncs.people.from.query")


def test_nothing_can_be_written(asked):
    with pytest.raises(SettingsError, match="stops at a row"):
        list(asked("select remove() as a").frames(10))
    [frame] = asked("select count(*) as a from people").frames(10)
    assert frame.rows["a"].to_list() == ["2500"]


def test_a_value_that_stops_the_query_is_not_shown(asked):
    error = refused(asked("select ('jo' || zip || '@x.example')::int as a from people"))
    assert error.problem_code == "wrong_query"
    assert "@x" not in error.message


def test_two_columns_of_one_name_are_refused(asked):
    assert refused(asked("select id, id from people")).problem_code == "duplicate_column"


def test_all_frames_are_of_one_state(asked, url):
    source = asked("select id from people order by id")
    frames = source.frames(1_000)
    first = next(frames)
    _do(url, "insert into people (id) values (0)")
    rows = pl.concat([first.rows, *(frame.rows for frame in frames)])
    _do(url, "delete from people where id = 0")
    assert rows["id"].cast(pl.Int64).to_list() == list(range(1, 2_501))


def test_the_version_changes_with_the_answer_alone(asked, url):
    source = asked("select id, zip from people where id < 100")
    before = source.version()
    _do(url, "update people set zip = 'x' where id = 500")
    assert source.version() == before
    _do(url, "update people set zip = 'x' where id = 5")
    assert source.version() != before


@pytest.mark.parametrize(
    ("address", "kind", "code"),
    [
        ("postgresql://jo:s3cret@127.0.0.1:1/shop", GaveUp, "database_unreachable"),
        ("postgresql://jo:s3cret/x@127.0.0.1:s3cret/shop", SettingsError, "wrong_address"),
        ("mysql://jo:s3cret@127.0.0.1/shop", SettingsError, "wrong_address"),
    ],
)
def test_a_database_that_does_not_answer_is_told_without_its_password(address, kind, code):
    source = SqlSource(
        PostgreSql(lambda: address, "sources.shop.url"), "select 1 as a", "syncs.people.from.query"
    )
    error = refused(source, kind)
    assert (error.problem_code, error.where) == (code, "sources.shop.url")
    assert "s3cret" not in str(error)


def test_a_database_that_does_not_exist_is_told(url):
    source = SqlSource(
        PostgreSql(lambda: url.replace("/ledger", "/nothing"), "sources.shop.url"), "select 1 as a", "here"
    )
    error = refused(source)
    assert (error.problem_code, error.where) == ("database_denied", "sources.shop.url")
    assert "does not exist" in error.message
