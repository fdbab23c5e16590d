"""SQLite by ADBC; what all databases share is tried here, too."""

import sqlite3

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.sources.conformance import check
from lading.sources.sql import SqlSource
from lading.sources.sqlite import Sqlite


@pytest.fixture
def shop(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table people (id, zip, email, spent)")
        rows = [(n, f"{n:05}", f"{n}@x.example", n / 4) for n in range(1, 501)]
        database.executemany("insert into people values (?, ?, ?, ?)", rows)
        database.execute("insert into people values ('x', null, '', 1)")
    database.close()
    return tmp_path / "shop.db"


@pytest.fixture
def asked(shop):
    return lambda query: SqlSource(Sqlite(shop, "sources.shop.path"), query, "syncs.people.from.query")


def rows(source, size=1_000):
    return pl.concat(frame.rows for frame in source.frames(size))


def refused(source):
    with pytest.raises(SettingsError) as caught:
        rows(source)
    return caught.value


def test_every_cell_is_the_text_that_the_database_writes(asked):
    answer = rows(asked("select * from people where spent < 0.6 or id = 'x' ; "))
    assert answer.rows() == [
        (1, "1", "00001", "1@x.example", "0.25"),
        (2, "2", "00002", "2@x.example", "0.5"),
        (3, "x", None, "", "1"),
    ]


def test_it_is_a_source(asked):
    check(lambda: asked("select * from people order by zip -- with a remark"), rows=501)


def test_a_column_may_have_any_name(asked):
    source = asked('select id as "a ""b""", zip as " c " from people limit 1')
    assert source.columns() == ('a "b"', "c")
    assert rows(source).columns == ["row", 'a "b"', "c"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select nope from people", "no such column: nope"),
        ("select * from nobody", "no such table: nobody"),
        ("selec", "no such table: selec"),
        ("delete from people", "syntax error"),
        ("select 1; delete from people", "syntax error"),
    ],
)
def test_a_query_that_is_none_is_refused_with_its_setting(asked, query, says):
    error = refused(asked(query))
    assert (error.problem_code, error.where) == ("wrong_query", "syncs.people.from.query")
    assert says in error.message


def test_what_is_no_database_is_refused(asked, shop):
    shop.write_bytes(b"id,email\n" * 200)
    assert refused(asked("select 1 as a")).problem_code == "wrong_address"
    shop.unlink()
    assert refused(asked("select 1 as a")).problem_code == "missing_file"


def test_the_version_changes_with_the_query_and_with_the_data(asked, shop):
    first = asked("select id from people").version()
    other = asked("select zip from people").version()
    with sqlite3.connect(shop) as database:
        database.execute("insert into people values (1, 2, 3, 4)")
    database.close()
    assert len({first, other, asked("select id from people").version()}) == 3


def test_nothing_is_shown_of_a_query_but_its_setting(asked):
    assert repr(asked("select 'jo@x.example' as a")) == "SqlSource('syncs.people.from.query')"
