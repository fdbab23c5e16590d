"""Verifying a dataset: what Amazon says of its uploads now, against what it said when it confirmed them, a row a day.

Amazon counts no rows of a dataset. It keeps the dataset, and of each upload how it ended and how many rows it wrote; so what can be
seen is whether these still stand, and whether anybody else has uploaded since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from lading import amazon
from lading.errors import Exit, Problem, Remedy, SettingsError
from lading.ledger.dataset_rows import Dataset
from lading.ledger.rows import Batch, DatasetVerification
from lading.model.agreement import EXITS, Agreement
from lading.service.datasets.at_amazon import AtAmazon, at_amazon
from lading.service.parts import Parts
from lading.service.telling import tell_drift
from lading.service.work import target_of

#: Days of history that are shown.
SHOWN: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedDataset:
    """What Amazon says of a dataset and its uploads, and how that stands to what is held here."""

    sync: str
    dataset_id: str
    instance_id: str
    at: datetime
    agreement: Agreement
    #: Rows that were sent and still count, but for those of erased people.
    rows: int
    #: Uploads that these came by; what Amazon said that it wrote of them, and what it says now (None: it says nothing).
    uploads: int
    confirmed: int
    written: int | None
    #: Those of them that Amazon no longer knows, or says of that they failed.
    lost: tuple[str, ...]
    #: Uploads that were not planned here, since our last one.
    others: tuple[str, ...]
    #: Amazon has the dataset.
    there: bool
    #: Runs of which Amazon may still take something in.
    open_runs: tuple[str, ...]
    #: Earlier days, the newest first.
    history: tuple[DatasetVerification, ...]

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        return EXITS[self.agreement]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is not as it should be, in words; nothing where all stands as it was."""
        where = f"sync {self.sync}"
        match self.agreement:
            case Agreement.EARLY:
                says = f"run {', '.join(self.open_runs)} is not settled, so nothing can be said yet. `lading follow` ends it"
                return (Problem("too_early", Remedy.WAIT, where, says),)
            case Agreement.UNCOUNTED:
                says = "Amazon does not say how many rows it wrote of any upload. Ask again later"
                return (Problem("not_counted", Remedy.WAIT, where, says),)
            case Agreement.DRIFT:
                return (Problem("drift", Remedy.LOOK, where, self._drift()),)
            case _:
                return ()

    def _drift(self) -> str:
        anew = f"`lading dataset recreate {self.sync}` makes it anew and sends all of its source"
        if not self.there:
            return f"Amazon has no dataset {self.dataset_id} any more, and {self.rows:,} rows were sent. `lading apply {self.sync}` makes it again"
        told = []
        if self.lost:
            told.append(
                f"Amazon no longer has {len(self.lost):,} of {self.uploads:,} uploads ({', '.join(self.lost[:3])})"
            )
        if (self.written or 0) < self.confirmed:
            told.append(
                f"it says that it wrote {self.written or 0:,} rows, and said {self.confirmed:,} when it confirmed them"
            )
        if self.others:
            told.append(
                f"{len(self.others):,} uploads that were not planned here came after ours ({', '.join(self.others[:3])}), which may have "
                "replaced rows or added some"
            )
        return f"{'; '.join(told)}. Which rows that concerns, Amazon tells nobody: {anew}"

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def verify(parts: Parts, name: str) -> VerifiedDataset:
    """Ask Amazon about the uploads of sync `name`'s dataset, keep the day's row, and tell of drift."""
    known, at = _dataset(parts, name), at_amazon(parts, parts.dataset(name))
    ours = parts.ledger.uploads.counting(known.target)
    if not ours:
        raise _nothing(name, "nothing was confirmed yet that could be verified. `lading apply` comes first")
    found = _found(parts, name, known, at, ours)
    parts.ledger.dataset_verifications.keep(
        DatasetVerification(
            target=known.target, day=found.at.astimezone(UTC).date().isoformat(), at=found.at, agreement=found.agreement,
            rows=found.rows, confirmed=found.confirmed, written=found.written, others=len(found.others),
        )
    )  # fmt: skip
    if found.exit_code is Exit.REFUSED:
        tell_drift(parts, name, found.problems)
    return found


def history(parts: Parts, name: str) -> Sequence[DatasetVerification]:
    """The days that are kept of sync `name`'s dataset, the newest first. Amazon is asked nothing."""
    return parts.ledger.dataset_verifications.of(_dataset(parts, name).target, SHOWN)


def _found(parts: Parts, name: str, known: Dataset, at: AtAmazon, ours: Sequence[Batch]) -> VerifiedDataset:
    there = at.dataset() is not None
    began = min(one.started_at or known.created_at for one in ours)
    listed = {one.upload_id: one for one in at.uploads(began)} if there else {}
    mine = [listed.get(one.job_request_id or "") for one in ours]
    counts = [one.output_rows for one in mine if one and one.output_rows is not None]
    lost = [one.job_request_id or "" for one, now in zip(ours, mine, strict=True) if not (now and _done(now))]
    others, waiting = _others(parts, known.target, listed, ours), _open_runs(parts, known.target)
    confirmed, written = sum(one.confirmed for one in ours), sum(counts) if counts or not there else None
    return VerifiedDataset(
        sync=name, dataset_id=known.dataset_id, instance_id=at.instance.instance_id, at=parts.clock.now(),
        agreement=_judged(bool(lost or others), confirmed, written, early=bool(waiting)),
        rows=sum(one.rows for one in parts.ledger.datasets.periods(known.target).values()),
        uploads=len(ours), confirmed=confirmed, written=written, lost=tuple(lost), others=others, there=there,
        open_runs=waiting, history=parts.ledger.dataset_verifications.of(known.target, SHOWN),
    )  # fmt: skip


def _judged(wrong: bool, confirmed: int, written: int | None, *, early: bool) -> Agreement:  # noqa: FBT001
    if early:
        return Agreement.EARLY
    if wrong or (written is not None and written < confirmed):
        return Agreement.DRIFT
    return Agreement.UNCOUNTED if written is None else Agreement.AGREES


def _done(upload: amazon.Upload) -> bool:
    return upload.state is amazon.UploadState.DONE


def _others(
    parts: Parts, target: str, listed: dict[str, amazon.Upload], ours: Sequence[Batch]
) -> tuple[str, ...]:
    """Uploads of others that wrote something after our last one was created."""
    last = listed.get(ours[-1].job_request_id or "")
    since = last.created_at if last and last.created_at else ours[-1].sent_at
    places = {(one.bucket, one.prefix) for one in parts.ledger.uploads.all(target)}
    found = (one for one in listed.values() if (one.source.bucket, one.source.prefix) not in places)
    return tuple(
        one.upload_id
        for one in found
        if _done(one) and (since is None or one.created_at is None or one.created_at >= since)
    )


def _open_runs(parts: Parts, target: str) -> tuple[str, ...]:
    unfinished = parts.ledger.runs.unfinished(target)
    late = {batch.run for batch in parts.ledger.unsettled.of(target)}
    return tuple(sorted(late | ({unfinished.id} if unfinished else set())))


def _dataset(parts: Parts, name: str) -> Dataset:
    parts.dataset(name)
    found = parts.ledger.datasets.get(target_of(name, parts.sync(name)))
    if found is None:
        raise _nothing(name, "has no dataset at Amazon yet. `lading apply` makes it")
    return found


def _nothing(name: str, words: str) -> SettingsError:
    return SettingsError(words, where=f"syncs.{name}", code="nothing_to_verify")
