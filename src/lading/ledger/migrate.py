"""Leads a ledger from whatever schema it has to the present one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from lading.errors import SettingsError
from lading.ledger.store import Store

#: The revision that this program writes, and its number in `home.schema`.
HEAD: Final = "0011"
SCHEMA: Final = int(HEAD)

_MIGRATIONS: Final = Path(__file__).with_name("migrations")


def to_head(store: Store) -> None:
    """Create or upgrade the tables, in one transaction. SettingsError if a newer Lading wrote them."""
    with store.read() as connection:
        if _revision(connection) == HEAD:
            return
    with store.write("opened") as connection:
        store.alone(connection, "migrations")
        found = _revision(connection)
        if found is not None and found > HEAD:
            raise SettingsError(
                f"a newer Lading wrote this ledger (schema {found}, this one knows {HEAD}). Upgrade Lading; nothing was changed",
                where=store.where,
                code="newer_ledger",
            )
        if found != HEAD:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    # Alembic takes a quarter of a second to import, and is needed once in the life of a ledger.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, HEAD)
