"""Erasures: the people who are suppressed, as marks, and how far each erasure has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from lading.errors import Bug, SettingsError
from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.ids import new_id
from lading.ledger.rows import Forget, Mark, NamedFile, NewForget
from lading.ledger.store import Store
from lading.model.states import FORGET_WAYS, ForgetState

_F = tables.forgets.c
_S = tables.suppressions.c

#: What the ledger commits at each step, as crash points name it.
_ACTS = {ForgetState.REMOVED: "removed", ForgetState.REWRITTEN: "rewritten", ForgetState.DONE: "forgotten"}


class Forgets:
    """The erasures of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, new: NewForget, *, who: str) -> Forget:
        """Suppress: from this commit on nobody whom it marks is planned any more."""
        now = self._store.clock.now()
        row = {
            "id": new_id("f", self._store.clock), "state": ForgetState.SUPPRESSED, "asked": dict(new.asked),
            "people": new.people, "shared": new.shared, "key_check": new.key_check, "repeats": new.repeats,
            "erased": [], "created_at": now, "identities": new.identities.as_dict() if new.identities else None,
        }  # fmt: skip
        marks = [
            {"forget": row["id"], "kind": one.kind, "sieve": one.sieve, "hmac": one.hmac} for one in new.marks
        ]
        with self._store.write("suppressed") as connection:
            connection.execute(insert(tables.forgets).values(row))
            if marks:
                connection.execute(insert(tables.suppressions), marks)
            note(connection, now, "erasure begun", who=who, where={"forget": row["id"]})
        return self.get(str(row["id"]))

    def get(self, forget_id: str) -> Forget:
        """The erasure, or SettingsError when there is none of that name."""
        with self._store.read() as connection:
            return _get(connection, forget_id)

    def list(self) -> tuple[Forget, ...]:
        """All of them, oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(select(tables.forgets).order_by(_F.created_at, _F.id)).mappings()
            return tuple(_forget(row) for row in rows)

    def unfinished(self) -> tuple[Forget, ...]:
        """Those that still have something to do, oldest first."""
        return tuple(one for one in self.list() if not one.over)

    def latest(self) -> str | None:
        """The id of the last one: it differs as soon as anybody else is suppressed."""
        with self._store.read() as connection:
            return latest(connection)

    def marks(self, forget_id: str | None = None) -> frozenset[Mark]:
        """All marks, or those of one erasure."""
        wanted = select(_S.kind, _S.sieve, _S.hmac)
        if forget_id is not None:
            wanted = wanted.where(_S.forget == forget_id)
        with self._store.read() as connection:
            return frozenset(Mark(*row) for row in connection.execute(wanted))

    def advance(
        self, forget: Forget, to: ForgetState, *, who: str, receipt: Mapping[str, Any] | None = None
    ) -> Forget:
        """Say that the next part is done."""
        now = self._store.clock.now()
        with self._store.write(_ACTS[to]) as connection:
            known = _get(connection, forget.id)
            if FORGET_WAYS.get(known.state) is not to:
                raise Bug(f"no way leads from {known.state} to {to} (erasure {forget.id})")
            changes: dict[str, Any] = {"state": to}
            if to is ForgetState.DONE:
                changes |= {"ended_at": now, "receipt": dict(receipt or {}), "identities": None}
                note(connection, now, "erasure done", who=who, where={"forget": forget.id})
            connection.execute(update(tables.forgets).where(_F.id == forget.id).values(changes))
        return self.get(forget.id)


def latest(connection: Connection) -> str | None:
    """Within a transaction: the id of the last erasure."""
    wanted = select(_F.id).order_by(_F.created_at.desc(), _F.id.desc()).limit(1)
    found: str | None = connection.execute(wanted).scalar_one_or_none()
    return found


def add_erased(connection: Connection, forget_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Within a transaction: what was rewritten or deleted, for the receipt."""
    known = _get(connection, forget_id)
    whole = [*(dict(one) for one in known.erased), *(dict(one) for one in entries)]
    connection.execute(update(tables.forgets).where(_F.id == forget_id).values(erased=whole))


def _get(connection: Connection, forget_id: str) -> Forget:
    row = connection.execute(select(tables.forgets).where(_F.id == forget_id)).mappings().one_or_none()
    if row is None:
        raise SettingsError(f"there is no erasure {forget_id} in this ledger", code="unknown_forget")
    return _forget(row)


def _forget(row: RowMapping) -> Forget:
    file = row["identities"]
    return Forget(
        **{**row, "erased": tuple(row["erased"]), "identities": NamedFile(**file) if file else None}
    )
