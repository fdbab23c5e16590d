from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lading.errors import SettingsError
from lading.sources.query import QuerySource

CUSTOMERS = b"id,email,age,zip\n1,a@b.example,20,00501\n2,c@d.example,15,10001\n3,e@f.example,41,10002\n"
EVENTS = b"id,event,day\n1,addToCart,2026-11-20\n2,addToCart,2026-11-20\n3,view,2026-11-20\n1,addToCart,2026-11-21\n"

#: Over 18, and put something into the cart within 30 days before a day.
CHOSEN = """\
select customers.*
from 'customers.csv' as customers
where cast(age as int) > 18
  and exists (
    from 'events/*.csv' as events
    where events.id = customers.id and event = 'addToCart' and cast(day as date) > date '2026-11-22' - interval 30 days
  )
order by email desc"""


@pytest.fixture
def asked(tmp_path: Path) -> Any:
    (tmp_path / "root" / "events").mkdir(parents=True)
    (tmp_path / "root" / "customers.csv").write_bytes(CUSTOMERS)
    (tmp_path / "root" / "events" / "1.csv").write_bytes(EVENTS)
    (tmp_path / "outside.csv").write_bytes(CUSTOMERS)

    def ask(query: str, **files: bytes) -> QuerySource:
        for name, content in files.items():
            (tmp_path / "root" / name.replace("_", ".")).write_bytes(content)
        return QuerySource(tmp_path / "root", query, "syncs.shop.from.query")

    return ask


def rows(source: QuerySource, batch: int = 1000) -> list[tuple[Any, ...]]:
    return [row for frame in source.frames(batch) for row in frame.rows.rows()]


def refused(source: QuerySource) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        rows(source)
    return caught.value


def test_people_are_chosen_by_attribute_and_behaviour(asked: Any) -> None:
    source = asked(CHOSEN)
    assert source.columns() == ("id", "email", "age", "zip")
    assert rows(source) == [(1, "1", "a@b.example", "20", "00501")]


def test_every_cell_of_a_file_is_the_text_that_it_is(asked: Any) -> None:
    assert rows(asked("from 'x.csv'", x_csv=b"a,b,c\n007,NA,2026-1-2\n"))[0] == (1, "007", "NA", "2026-1-2")
    assert rows(asked("from 'x.jsonl'", x_jsonl=b'{"a": 7, "b": "01"}\n'))[0] == (1, "7", "01")
    assert rows(asked("from 'x.csv.gz'", **{"x.csv.gz": gzip.compress(b"a\n01\n")})) == [(1, "01")]
    assert rows(asked("from 'x.csv'", x_csv="a;b\nü;1\n".encode("utf-16")))[0] == (1, "ü", "1")


def test_parquet_is_text_too(asked: Any, tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": pa.array([5.0, None]), "s": ["x", "y"]}), tmp_path / "root" / "x.parquet")
    assert rows(asked("from 'x.parquet'")) == [(1, "5", "x"), (2, None, "y")]


def test_answers_of_any_type_become_text(asked: Any) -> None:
    said = rows(
        asked(
            "select 5::double, 5.25::double, 1.50::decimal(5,2), true, date '2026-01-02', null, sum(1) from 'customers.csv'"
        )
    )
    assert said == [(1, "5", "5.25", "1.50", "true", "2026-01-02", None, "3")]


def test_rows_are_numbered_over_all_frames_in_the_order_of_the_query(asked: Any) -> None:
    source = asked("select i from range(1000) t(i) order by i desc")
    frames = list(source.frames(300))
    assert [frame.read for frame in frames] == [300, 300, 300, 100]
    assert rows(source, 300) == [(number, str(1000 - number)) for number in range(1, 1001)]


def test_a_file_can_be_read_twice_in_one_query(asked: Any) -> None:
    said = rows(
        asked("select a.id from 'customers.csv' a join 'customers.csv' b on a.id < b.id order by all")
    )
    assert said == [(1, "1"), (2, "1"), (3, "2")]


def test_several_files_are_one_table(asked: Any) -> None:
    assert rows(
        asked("select count(*) from 'events/*.csv'", **{"events/2.csv": b"day,event,id\nx,y,9\n"})
    ) == [(1, "5")]
    odd = refused(asked("from 'events/*.csv'", **{"events/3.csv": b"day,id\nx,9\n"}))
    assert "events/3.csv and events/1.csv do not have the same columns: only one has event" in str(odd)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select *\n  form 'customers.csv'", "line 2, column 8: syntax error"),
        ("select emial from 'customers.csv'", 'Referenced column "emial" not found.*Candidate bindings: "email"'),
        ("select age > 18 from 'customers.csv'", r"every column of a file is text, so write cast\(\.\.\. as int\)"),
        ("select id,\n  email::int from 'customers.csv'", "line 2, column 8: a value of column email is no INT32.*try_cast"),
        (f"select {'0 + ' * 60}email::int from 'customers.csv'", "column 253: a value"),
        ("from 'custmers.csv'", r"there is no such file; did you mean 'customers\.csv'"),
        ("from customer", r"there is no table customer: .* did you mean 'customers'\?$"),
        ("from zzz", "there is no table zzz: a table is a file of the source, by its path, or by its name alone$"),
        ("from '../outside.csv'", "outside of the source's folder"),
        ("from '/etc/passwd.csv'", "outside of the source's folder"),
        ("from read_csv('/etc/passwd')", "reads only the files of its source"),
        ("from read_text('customers.csv')", "reads only the files of its source"),
        ("from read_csv('https://example.com/x.csv')", "reads only the files of its source"),
        ("from glob('*')", "reads only the files of its source"),
        ("copy (select 1) to 'x.csv'", "a query only reads"),
        ("install httpfs", "a query only reads"),
        ("attach 'x.db'", "a query only reads"),
        ("select 1; select 2", "write one query"),
        ("", "write one query"),
        ("select id, id from 'customers.csv'", "'id' more than once"),
        ("select [id] as ids from 'customers.csv'", "column ids of the answer holds lists"),
        ("select error(email) from 'customers.csv'", "the query stops at a row"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_never_with_a_value(
    asked: Any, query: str, says: str
) -> None:
    error = refused(asked(query))
    assert re.search(says, str(error), re.DOTALL), str(error)
    assert "example" not in str(error)
    assert error.__cause__ is None
    assert error.where.startswith("syncs.shop.from.query") or error.problem_code == "missing_file"


def test_a_row_that_cannot_be_read_stops_the_query(asked: Any) -> None:
    error = refused(asked("select count(*) from 'x.csv'", x_csv=b"a,b\n1,2\n3\n"))
    assert str(error).startswith(
        "x.csv: row 2 cannot be read, and a query cannot do without it: 1 cells where the header has 2"
    )


def test_nothing_spills(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("lading.sources.query").sources.query._SETTINGS, "memory_limit", "20MB")
    error = refused(asked("select * from range(10000000) t(i) order by hash(i)"))
    assert "more memory than a query may take" in str(error)


def test_variables_of_python_are_no_tables(asked: Any) -> None:
    secret = pa.table({"x": [1]})
    assert "there is no table secret" in str(refused(asked("from secret")))
    assert secret.num_rows == 1


def test_the_version_changes_with_the_query_and_the_files_that_it_reads(asked: Any, tmp_path: Path) -> None:
    before = asked(CHOSEN).version()
    assert asked(CHOSEN, other_csv=b"a\n1\n").version() == before
    assert asked(CHOSEN + ", id").version() != before
    asked("", **{"events/2.csv": EVENTS})
    after = asked(CHOSEN).version()
    assert after != before
    os.utime(tmp_path / "root" / "customers.csv", ns=(1, 1))
    assert asked(CHOSEN).version() != after


@pytest.mark.parametrize("today", ["current_date", "today()", "now()::date"])
def test_the_version_of_a_query_that_asks_for_the_day_is_that_of_its_answer(asked: Any, today: str) -> None:
    same, other = (
        f"select id, {today} > '2026-01-01' from 'customers.csv'",
        f"select id, {today} from 'customers.csv'",
    )
    assert asked(same).version() == asked(same).version()
    by_chance = asked("select id, random() from 'customers.csv'")
    assert by_chance.version() != by_chance.version()
    assert asked(other).version() != asked(same).version()


def test_a_source_does_not_show_its_query_or_rows(asked: Any) -> None:
    assert repr(asked(CHOSEN)) == "QuerySource('syncs.shop.from.query')"
