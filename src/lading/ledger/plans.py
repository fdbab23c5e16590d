"""Plans: what would be sent, kept so that it can be applied as it was shown."""

from __future__ import annotations

from sqlalchemy import insert, select

from lading.errors import SettingsError
from lading.ledger import tables
from lading.ledger.forgets import latest
from lading.ledger.rows import Plan
from lading.ledger.store import Store

_P = tables.plans.c


class Plans:
    """The plans of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, plan: Plan, *, erased_until: str | None = None) -> None:
        """Keep a plan whose files already lie on disk. `erased_until`: the last erasure that it knows of."""
        row = {name: getattr(plan, name) for name in Plan.__slots__}
        row |= {"counts": dict(plan.counts), "batches": [dict(batch) for batch in plan.batches]}
        with self._store.write("plan") as connection:
            if latest(connection) != erased_until:
                raise SettingsError(
                    f"somebody was erased while this plan was made. Run `lading plan {plan.sync}` again: nothing was sent",
                    code="stale_plan",
                )
            connection.execute(insert(tables.plans).values(row))

    def get(self, plan_id: str) -> Plan:
        """The plan, or SettingsError when there is none of that name."""
        with self._store.read() as connection:
            row = connection.execute(select(tables.plans).where(_P.id == plan_id)).mappings().one_or_none()
        if row is None:
            raise SettingsError(
                f"there is no plan {plan_id}. `lading plan SYNC` makes one", code="unknown_plan"
            )
        return Plan(**{**row, "batches": tuple(row["batches"])})

    def list(self, limit: int = 50) -> tuple[Plan, ...]:
        """The latest plans, newest first."""
        wanted = select(tables.plans).order_by(_P.created_at.desc(), _P.id.desc()).limit(limit)
        with self._store.read() as connection:
            rows = connection.execute(wanted).mappings().all()
        return tuple(Plan(**{**row, "batches": tuple(row["batches"])}) for row in rows)
