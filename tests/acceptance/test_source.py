"""`lading source test` and syncs that read a database, by the real command."""

import sqlite3

import pytest

FILES = "sources:\n  files: {type: files, root: .}\n"
READS = "from: {source: files, path: customers.csv}"


@pytest.fixture
def database(desk):
    """A SQLite database with as many people as the guard asks for, read by the sync."""
    with sqlite3.connect(desk.folder / "shop.db") as shop:
        shop.execute("create table people (customer_id text, email text, country text)")
        people = [(f"c-{n}", f"person{n}@shop.example", "US") for n in range(1, 41)]
        shop.executemany("insert into people values (?, ?, ?)", people)
    shop.close()
    desk.settings(
        (FILES, f"{FILES}  shop: {{type: sqlite, path: shop.db}}\n"),
        (READS, 'from: {source: shop, query: "select * from people order by customer_id"}'),
    )
    return desk


def test_a_source_is_shown_with_columns_rows_and_masked_samples(desk):
    (desk.folder / "customers.csv").write_text(
        "customer_id,email,shoe\nc-1,jo.miller@shop.example,44\nc-2,,45\nc-3\n"
    )
    answer = desk.lading("source", "test", "files", "--json")
    assert answer.code == 0
    [reading] = answer.data["readings"]
    assert (reading["reads"], reading["syncs"], reading["rows"], reading["bad_rows"]) == (
        "customers.csv",
        ["customers"],
        2,
        1,
    )
    assert [(one["name"], one["taken_as"], one["filled"]) for one in reading["columns"]] == [
        ("customer_id", "external_user_id", 2),
        ("email", "email", 1),
        ("shoe", None, 2),
    ]
    assert reading["columns"][1]["samples"] == ["j***@s***"]
    shown = desk.lading("source", "test", "files", "--path", "customers.csv")
    assert "j***@s***" in shown.out
    assert "jo.miller" not in shown.out + shown.err


def test_people_of_a_database_become_members(database):
    answer = database.lading("apply", "customers", "--json")
    assert answer.code == 0
    assert answer.data["books"]["confirmed"] == 40
    shown = database.lading("source", "test", "shop", "--json")
    assert shown.data["readings"][0]["rows"] == 40


def test_a_plan_is_refused_when_the_database_has_changed(database):
    planned = database.lading("plan", "customers", "--json")
    with sqlite3.connect(database.folder / "shop.db") as shop:
        shop.execute("insert into people values ('c-99', 'late@shop.example', 'US')")
    shop.close()
    refused = database.lading("apply", planned.data["id"], "--json")
    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "source_changed")
