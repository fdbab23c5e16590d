"""Erased people leave the datasets: Amazon is asked to delete the rows that carry their hashes, in every instance.

Whom it is asked for stands in a file of the home from before the erasure begins until Amazon has done it: the ledger keeps no
hash that Amazon knows. A request whose answer was lost is sent again, since the same rows are deleted once only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import polars as pl

from lading import amazon
from lading.amazon import HashedPerson
from lading.amazon.user_deletions import MAX_IDENTITIES, ExternalId
from lading.crashpoints import reach
from lading.deliver.follow import next_look
from lading.errors import SettingsError, StillProcessing
from lading.ledger.dataset_rows import Dataset, Deletion
from lading.ledger.rows import Forget, NamedFile
from lading.membership.files import verify, write_parquet
from lading.model.frames import Schema
from lading.model.identifiers import OF_OTHERS, STRONG
from lading.model.states import DeletionState
from lading.report.receipt import DatasetDeletion
from lading.service.datasets.at_amazon import AtAmazon, at_connection
from lading.service.parts import Parts
from lading.service.work import Order

#: What rows of datasets are known by.
_KINDS: Final = (*STRONG, *OF_OTHERS)

#: One identity: Amazon's word for its kind, and the hash or the id. Each is a person of its own to Amazon, so that a row that carries any
#: of them is deleted.
IDENTITIES: Final[Schema] = {"kind": pl.String(), "value": pl.String()}

#: An upload whose answer was lost and that is in no list after this time was never taken.
_NEVER_CAME: Final = timedelta(minutes=10)


def keep_identities(parts: Parts, values: Mapping[str, frozenset[str]]) -> NamedFile | None:
    """Write down whom Amazon has to be asked for; None where no dataset was ever filled, or nobody has a hash."""
    lines = sorted((kind.upper(), value) for kind in _KINDS for value in values[kind])
    if not (lines and parts.ledger.datasets.list()):
        return None
    frame = pl.DataFrame(lines, schema=IDENTITIES, orient="row")
    return NamedFile.like(write_parquet(parts.home.identities, "identities", frame, IDENTITIES))


def delete_rows(parts: Parts, one: Forget, order: Order) -> None:
    """Until Amazon has deleted the rows of these people from every instance that datasets were filled in.

    Raises:
        StillProcessing: Amazon has not finished, and the order's time is over; the same command goes on.
        SettingsError: the connection of a dataset is no longer in the settings.

    """
    if one.identities is None:
        return
    until = parts.clock.now() + order.max_wait if order.max_wait else None
    known = {dataset.connection: dataset for dataset in parts.ledger.datasets.list()}
    for dataset in parts.ledger.datasets.list():
        _wait_for_uploads(parts, _at(parts, dataset, until), dataset)
    if not parts.ledger.deletions.of(one.id):
        parts.ledger.deletions.plan(tuple(_planned(one, one.identities, sorted(known))))
    for deletion in parts.ledger.deletions.of(one.id):
        _carry(parts, _at(parts, known[deletion.connection], until), one, deletion)


def deletions_of(parts: Parts, forget_id: str) -> tuple[DatasetDeletion, ...]:
    """What Amazon was asked to delete, for the receipt and whoever looks."""
    return tuple(
        DatasetDeletion(
            instance_id=_instance(parts, one.connection), request=one.request_id, identities=one.identities, state=str(one.state),
            done_at=one.ended_at,
        )
        for one in parts.ledger.deletions.of(forget_id)
    )  # fmt: skip


def left_in_s3(parts: Parts, forget: Forget) -> tuple[str, ...]:
    """Folders of files that were uploaded before an erasure and lie in S3 yet: they may hold these people's hashes."""
    if forget.identities is None and not parts.ledger.deletions.of(forget.id):
        return ()
    runs = [run for run in parts.ledger.runs.list(1_000_000) if run.created_at <= forget.created_at]
    uploads = [one for run in runs for one in parts.ledger.uploads.of(run.id) if not one.cleaned]
    return tuple(sorted(one.address for one in uploads))


def forget_identities(parts: Parts, done: Forget) -> None:
    """Delete the files of identities that no erasure needs any more: that of `done`, and what a crash left."""
    others = (one for one in parts.ledger.forgets.unfinished() if one.id != done.id)
    needed = {one.identities.name for one in others if one.identities}
    for path in parts.home.identities.glob("*"):
        if path.name not in needed:
            path.unlink(missing_ok=True)
            reach("forget.after_unlink")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an erasure would ask Amazon to delete from datasets."""

    identities: int
    instances: int


def expected(parts: Parts, values: Mapping[str, frozenset[str]]) -> Expected:
    """The same in counts, before anything is done."""
    connections = {dataset.connection for dataset in parts.ledger.datasets.list()}
    count = sum(len(values[kind]) for kind in _KINDS)
    return Expected(count if connections else 0, len(connections) if count else 0)


def _planned(one: Forget, file: NamedFile, connections: list[str]) -> Iterator[Deletion]:
    for connection in connections:
        for no, first in enumerate(range(0, file.rows, MAX_IDENTITIES), start=1):
            yield Deletion(
                forget=one.id, connection=connection, no=no, first=first, identities=min(MAX_IDENTITIES, file.rows - first),
                state=DeletionState.READY
            )  # fmt: skip


def _carry(parts: Parts, at: AtAmazon, one: Forget, deletion: Deletion) -> None:
    """Ask, and follow it to its end."""
    deletions = parts.ledger.deletions
    while deletion.state is not DeletionState.DONE:
        if deletion.state is DeletionState.SENT:
            _follow(parts, at, deletion)
        else:
            deletions.sending(deletion)
            request = at.asked(partial(_ask, parts, at, one, deletion))
            now = parts.clock.now()
            deletions.sent(deletion, request, next_poll_at=next_look(now, now))
        same = (deletion.connection, deletion.no)
        deletion = next(each for each in deletions.of(one.id) if (each.connection, each.no) == same)


def _ask(parts: Parts, at: AtAmazon, one: Forget, deletion: Deletion) -> str:
    if one.identities is None:
        raise SettingsError("names nobody", where=f"erasure {one.id}")
    path = verify(parts.home.identities, one.identities)
    lines = pl.scan_parquet(path).slice(deletion.first, deletion.identities).collect()
    people = [_identity(kind, value) for kind, value in lines.iter_rows()]
    reach("delete_people.before_send")
    try:
        return at.client.user_deletions.create(at.instance, people)
    finally:
        reach("delete_people.after_answer")


def _identity(kind: str, value: str) -> HashedPerson | ExternalId:
    return ExternalId(kind, value) if kind.lower() in OF_OTHERS else HashedPerson({kind: value})


def _follow(parts: Parts, at: AtAmazon, deletion: Deletion) -> None:
    now = parts.clock.now()
    if deletion.next_poll_at and deletion.next_poll_at > now:
        if at.patience_is_over:
            raise StillProcessing(
                f"Amazon has not finished deleting rows (request {deletion.request_id}). `lading forget` goes on from here, later",
                where=f"erasure {deletion.forget}",
            )
        at.sleep(deletion.next_poll_at)
        return
    if at.asked(lambda: _done(at, deletion)):
        parts.ledger.deletions.done(deletion)
    else:
        look = next_look(deletion.asked_at or now, now)
        parts.ledger.deletions.polled(deletion, next_poll_at=look)


def _done(at: AtAmazon, deletion: Deletion) -> bool:
    """A fresh request may not be known yet: that is not done."""
    try:
        return at.client.user_deletions.get(at.instance, deletion.request_id or "").done
    except amazon.NotFound:
        return False


def _wait_for_uploads(parts: Parts, at: AtAmazon, dataset: Dataset) -> None:
    """An upload of an earlier run that Amazon still reads would bring rows back after their deletion."""
    for batch in parts.ledger.unsettled.of(dataset.target):
        upload = parts.ledger.uploads.get(batch)
        began = batch.started_at or batch.sent_at or parts.clock.now()
        while any(not one.state.final for one in at.find(upload, began)) or _may_come(
            at, began, batch.job_request_id
        ):
            if at.patience_is_over:
                raise StillProcessing(
                    f"Amazon has not finished an upload of run {batch.run}, which may bring an erased person's rows back. `lading "
                    "forget` goes on from here, later",
                    where=f"run {batch.run}",
                )
            at.sleep(next_look(began, parts.clock.now()))


def _may_come(at: AtAmazon, began: datetime, upload_id: str | None) -> bool:
    return upload_id is None and at.clock.now() < began + _NEVER_CAME


def _at(parts: Parts, dataset: Dataset, until: datetime | None) -> AtAmazon:
    if dataset.connection not in parts.settings.connections:
        raise SettingsError(
            f"rows of a person who has to be erased may be in dataset {dataset.dataset_id}, which connection {dataset.connection} "
            "led to. Put that connection back into the settings and run `lading forget` again; the person is not sent any more",
            where=f"connections.{dataset.connection}", code="unknown_connection",
        )  # fmt: skip
    return at_connection(parts, dataset.connection, dataset.dataset_id, until)


def _instance(parts: Parts, connection: str) -> str:
    known = parts.settings.connections.get(connection)
    return known.amc.instance_id if known and known.amc else connection
