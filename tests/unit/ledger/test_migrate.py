import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lading.ledger import migrate, open_home
from lading.ledger.store import Store
from lading.ledger.tables import metadata


def test_the_migrations_lead_from_nothing_to_the_tables(ledger):
    with ledger._store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_indexes_as_the_tables_declare_them(ledger, tmp_path):
    from sqlalchemy import create_engine

    fresh = create_engine(f"sqlite:///{tmp_path}/fresh.db")
    metadata.create_all(fresh)
    fresh.dispose()
    assert indexes(tmp_path / "fresh.db") == indexes(ledger._store.url.database)


def indexes(path):
    with sqlite3.connect(path) as database:
        found = sorted(
            (" ".join(sql.replace('"', "").split()))
            for (sql,) in database.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            )
        )
    database.close()
    return found


def test_the_head_that_is_looked_for_is_the_head_there_is():
    settings = Config()
    settings.set_main_option("script_location", str(migrate._MIGRATIONS))
    assert ScriptDirectory.from_config(settings).get_heads() == [migrate.HEAD]


def test_a_ledger_that_is_at_the_head_is_opened_without_a_write(home, clock, monkeypatch):
    with open_home(home, clock, environ={}):
        pass
    monkeypatch.setattr(migrate, "_upgrade", lambda _: pytest.fail("there was nothing to upgrade"))
    with open_home(home, clock, environ={}):
        pass


def test_a_migration_that_fails_leaves_no_tables(home, clock, monkeypatch):
    upgrade = migrate._upgrade

    def half(connection):
        upgrade(connection)
        raise RuntimeError

    monkeypatch.setattr(migrate, "_upgrade", half)
    with pytest.raises(RuntimeError):
        open_home(home, clock, environ={})
    with sqlite3.connect(home / "ledger.db") as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []
    database.close()


def test_a_home_of_the_first_schema_goes_on(home, clock, monkeypatch):
    """Its generations count with the ttl that their audience had."""
    monkeypatch.setattr(migrate, "HEAD", "0001")
    home.mkdir(exist_ok=True)
    store = Store(f"sqlite:///{home / 'ledger.db'}", clock)
    migrate.to_head(store)
    store.close()
    with sqlite3.connect(home / "ledger.db") as database:
        database.execute(
            "INSERT INTO audiences (target, sync, connection, mode, external_audience_id, name, description, ttl_seconds,"
            " audience_id, state, generation, created_at) VALUES ('main/shop', 'shop', 'main', 'add', 'shop', 'Shop', '', 86400,"
            " '5', 'ready', 1, 0)"
        )
        database.execute(
            "INSERT INTO runs (id, sync, target, mode, state, epoch, created_at, files, accepted_guards)"
            " VALUES ('r-1', 'shop', 'main/shop', 'add', 'done', 1, 0, '{}', '[]')"
        )
        database.execute(
            "INSERT INTO runs (id, sync, target, mode, state, epoch, created_at, files, accepted_guards)"
            " VALUES ('r-0', 'shop', 'main/shop', 'add', 'done', 1, 7, '{}', '[]'),"
            " ('r-2', 'shop', 'main/shop', 'add', 'done', 1, 0, '{}', '[]')"
        )
        database.execute(
            """INSERT INTO generations (target, number, run, "index", segments, members, at) VALUES ('main/shop', 1, 'r-1', """
            """'{"name": "i", "sha256": "x", "bytes": 1, "rows": 1}', '[]', 1, 0)"""
        )
    database.close()
    monkeypatch.undo()
    with open_home(home, clock, environ={}) as ledger:
        assert ledger.audiences.generation("main/shop").ttl_seconds == 86_400
        assert [(run.id, run.no) for run in ledger.runs.list()] == [("r-0", 3), ("r-2", 2), ("r-1", 1)]
        audience = ledger.audiences.get("main/shop")
        assert (audience.destination, audience.fees, audience.updating) == (None, None, False)
