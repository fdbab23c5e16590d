"""What Amazon confirmed of a dataset, within the transaction that records it: watermark, periods and keys move together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lading.errors import Bug
from lading.ledger import tables
from lading.ledger.dataset_rows import Dataset, NewEdition, Period
from lading.ledger.errors import LostClaim
from lading.ledger.rows import NamedFile

_D = tables.datasets.c
_P = tables.periods.c
_L = tables.uploads.c


def number(connection: Connection, target: str) -> int | None:
    """How many uploads of a dataset were confirmed; None where the target is no dataset of this ledger."""
    found: int | None = connection.execute(select(_D.edition).where(_D.target == target)).scalar_one_or_none()
    return found


def move(connection: Connection, run: str, target: str, new: NewEdition, *, base: int | None = None) -> None:
    """Record a confirmed upload of `run`. `base`: the edition that it was planned on, where it has to be the last one."""
    row = connection.execute(select(tables.datasets).where(_D.target == target)).mappings().one_or_none()
    if row is None:
        raise Bug(f"run {run} has an upload and {target} no dataset")
    known = Dataset(**row)
    if base is not None and known.edition != base:
        raise LostClaim(
            f"the dataset of {target} was filled by another run in the meantime; this one committed nothing",
            code="lost_edition",
        )
    moments = [one for one in (known.watermark, new.latest) if one]
    changes: dict[str, Any] = {"edition": known.edition + 1, "watermark": max(moments, default=None)}
    if new.keys is not None:
        changes["keys"] = {part: NamedFile.like(file) for part, file in new.keys.items()}
    connection.execute(update(tables.datasets).where(_D.target == target).values(changes))
    _write_periods(connection, run, target, new)
    if new.cleaned:
        connection.execute(update(tables.uploads).where(_L.run == run).values(cleaned=True))


def _write_periods(connection: Connection, run: str, target: str, new: NewEdition) -> None:
    before = {} if new.whole else periods(connection, target)
    gone = delete(tables.periods).where(_P.target == target)
    connection.execute(gone if new.whole else gone.where(_P.start.in_(list(new.periods))))
    rows = [
        {"target": target, "start": start, "rows": sent.rows, "digest": sent.digest, "run": run}
        for start, sent in _summed(before, new).items()
    ]
    if rows:
        connection.execute(insert(tables.periods), rows)


def _summed(before: Mapping[str, Period], new: NewEdition) -> Mapping[str, Period]:
    """What lies in the touched periods now. What was added to has no digest: it is never held against a whole source."""
    if not new.adds:
        return new.periods
    known = {start: before[start].rows for start in new.periods if start in before}
    return {start: Period(one.rows + known.get(start, 0), "") for start, one in new.periods.items()}


def periods(connection: Connection, target: str) -> dict[str, Period]:
    """What was last sent, by the start of its period."""
    wanted = select(_P.start, _P.rows, _P.digest).where(_P.target == target).order_by(_P.start)
    return {start: Period(rows, digest) for start, rows, digest in connection.execute(wanted)}


def subtract(connection: Connection, target: str, run: str, erased: Mapping[str, int]) -> None:
    """An erasure took so many rows out of the periods that `run` was the last to send."""
    for start, count in erased.items():
        here = update(tables.periods).where(_P.target == target, _P.start == start, _P.run == run)
        connection.execute(here.values(rows=_P.rows - count, digest=""))
