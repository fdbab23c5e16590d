import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lading.ledger import migrate, open_home
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
