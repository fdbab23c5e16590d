"""Links: what Amazon gave us for each connection of the settings."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, insert, select

from lading.ledger import tables
from lading.ledger.rows import Link
from lading.ledger.store import Store

_L = tables.links.c


class Links:
    """Links by the name of their connection."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, link: Link) -> None:
        """Keep a link in place of any older one of that connection."""
        with self._store.write("link") as connection:
            self._store.alone(connection, "links")
            connection.execute(delete(tables.links).where(_L.connection == link.connection))
            connection.execute(insert(tables.links).values(asdict(link)))

    def get(self, connection_name: str) -> Link | None:
        """The link, if the connection was ever made."""
        with self._store.read() as connection:
            row = (
                connection.execute(select(tables.links).where(_L.connection == connection_name))
                .mappings()
                .one_or_none()
            )
        return Link(**row) if row else None

    def list(self) -> tuple[Link, ...]:
        """All of them, by name."""
        with self._store.read() as connection:
            rows = connection.execute(select(tables.links).order_by(_L.connection)).mappings()
            return tuple(Link(**row) for row in rows)

    def drop(self, connection_name: str) -> None:
        """Forget a link."""
        with self._store.write("link") as connection:
            connection.execute(delete(tables.links).where(_L.connection == connection_name))
