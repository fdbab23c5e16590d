"""Settings that were made through the API: blocks of lading.yaml that live in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.store import Store

_M = tables.made_settings.c

#: Kind -> name -> body.
Made = Mapping[str, Mapping[str, Any]]


class MadeSettings:
    """The made settings of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, dict[str, Any]]:
        """Every block, by kind and name."""
        wanted = select(_M.kind, _M.name, _M.body).where(_M.body.is_not(None)).order_by(_M.kind, _M.name)
        blocks: dict[str, dict[str, Any]] = {}
        with self._store.read() as connection:
            for kind, name, body in connection.execute(wanted):
                blocks.setdefault(kind, {})[name] = body
        return blocks

    def change(self) -> int:
        """The number of the last change; 0 before the first."""
        with self._store.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(_M.change), 0))).scalar_one())

    def put(self, kind: str, name: str, body: Mapping[str, Any] | None, *, who: str, after: int) -> bool:
        """Keep a block in place of any older one of that name; None drops it.

        `after`: the change that the caller has checked it against. False, with nothing kept, where there was another since.
        """
        with self._store.write("setting") as connection:
            self._store.alone(connection, "made settings")
            last = connection.execute(select(func.coalesce(func.max(_M.change), 0))).scalar_one()
            if last != after:
                return False
            connection.execute(delete(tables.made_settings).where(_M.kind == kind, _M.name == name))
            connection.execute(
                insert(tables.made_settings).values(
                    kind=kind, name=name, body=body and dict(body), change=last + 1
                )
            )
            what = "setting dropped" if body is None else "setting changed"
            note(connection, self._store.clock.now(), what, who=who, where={"setting": f"{kind}.{name}"})
        return True
