"""Committing: what Amazon confirmed becomes the next generation, the waybill is written, and the books are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from lading.errors import Bug, Exit
from lading.ledger.rows import Batch, NewGeneration, Run, Verdict
from lading.membership import generations, waybill
from lading.membership.files import NamedDigest
from lading.membership.generation import Generation
from lading.membership.generations import Late
from lading.membership.outcomes import Settled
from lading.membership.waybill import OpenBatch, Waybill
from lading.model.books import Books
from lading.model.states import BatchState, RunState
from lading.service.audiences.metadata import seconds
from lading.service.drafting import committed
from lading.service.identity import profile_of
from lading.service.parts import Parts
from lading.service.work import Work, planned_folder
from lading.settings.targets import LONGEST_TTL

#: State, exit code and, for a red end, the reason.
Ending = tuple[RunState, Exit, tuple[str, str] | None]


def commit(work: Work, *, cancelled: bool = False) -> None:
    """End the run: also a failed or cancelled one keeps all that Amazon accepted."""
    work.parts.progress.stage("Committing")
    batches = work.parts.ledger.batches.of(work.claim.run_id)
    settled = tuple(_settled(work, batch) for batch in batches if batch.outcome_file)
    bill = _write_waybill(work, batches, settled)
    books = _books(work.run, bill)
    reached, late = _reached(batches), _late(work)
    moved = settled or reached or late or _is_retimed(work)
    generation = _next_generation(work, settled, reached, late) if moved else None
    state, exit_code, problem = _cancelled(books) if cancelled else _ending(work, books, batches)
    verdict = Verdict(
        state=state,
        books=books,
        exit_code=exit_code,
        files={"waybill": bill.file},
        generation=generation,
        problem=problem,
    )
    work.parts.ledger.runs.commit_generation(work.claim, verdict)


def waybill_key(parts: Parts) -> bytes:
    """The key of this home's references to people: whoever has only a waybill cannot tell whom a line is about.

    It follows from the home's id, so that a home that was moved or restored still finds its own lines.
    """
    return sha256(f"waybill {parts.ledger.home_id}".encode()).digest()


def outcomes_folder(parts: Parts, run_id: str) -> Path:
    """Where a run's outcome files lie."""
    return parts.home.run(run_id) / "outcomes"


def _settled(work: Work, batch: Batch) -> Settled:
    if batch.outcome_file is None or batch.outcome_sha256 is None:
        raise Bug(f"batch {batch.no} of run {batch.run} has no outcomes")
    # Amazon counts a member's time from when it was given him: the moment of sending is the earliest that can be.
    at = batch.sent_at or batch.started_at or work.parts.clock.now()
    file = NamedDigest(batch.outcome_file, batch.outcome_sha256)
    return Settled(batch.no, outcomes_folder(work.parts, batch.run), file, at)


def _write_waybill(work: Work, batches: Sequence[Batch], settled: Sequence[Settled]) -> Waybill:
    waiting = tuple(
        OpenBatch(batch.no, batch.first, batch.last)
        for batch in sorted(batches, key=lambda one: one.first)
        if not batch.final
    )
    return waybill.write(
        work.file("changes"), settled, key=waybill_key(work.parts), folder=work.folder, open_batches=waiting
    )


def _books(run: Run, bill: Waybill) -> Books:
    if run.books is None:
        raise Bug(f"run {run.id} was planned without books")
    tally = bill.tally
    return replace(run.books, confirmed=tally.confirmed, refused=tally.refused, pending=tally.pending)


def _reached(batches: Sequence[Batch]) -> tuple[tuple[int, int], ...]:
    """First and last change of each batch that Amazon may have taken, whatever it said of it in the end or did not say.

    One that was sent and is not final; one whose answer was lost once, whose job took a part of it, or was refused as a whole
    by a job that names nobody.
    """
    on_its_way = {BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN, BatchState.STUCK}
    return tuple(
        (batch.first, batch.last)
        for batch in batches
        if batch.state is not BatchState.SPLIT
        and (
            batch.maybe_sent or batch.resends or batch.depth or batch.state in on_its_way
            or (batch.state is BatchState.REFUSED and batch.job_request_id and batch.problem)
        )
    )  # fmt: skip


def _late(work: Work) -> tuple[Late, ...]:
    """Batches of earlier runs that this run could not settle: their jobs may act after its own."""
    left = work.parts.ledger.unsettled.of(work.claim.target)
    runs = {batch.run: work.parts.ledger.runs.get(batch.run) for batch in left}
    return tuple(
        Late(planned_folder(work.parts, run), run.files["changes"], batch.first, batch.last)
        for batch in left
        if (run := runs[batch.run])
    )


def _is_retimed(work: Work) -> bool:
    """The audience's ttl was changed since the last generation: its members' number may be another."""
    last = committed(work.parts, work.claim.target)
    return last is not None and bool(last.shift)


def _next_generation(
    work: Work, settled: Sequence[Settled], reached: Sequence[tuple[int, int]], late: Sequence[Late]
) -> NewGeneration:
    parts = work.parts
    audience = parts.ledger.audiences.get(work.claim.target)
    if audience is None or audience.audience_id is None:
        raise Bug(f"{work.claim.target} has outcomes and no audience")
    life = LONGEST_TTL if audience.ttl_seconds is None else timedelta(seconds=audience.ttl_seconds)
    made: Generation = generations.commit(
        committed(parts, work.claim.target), work.file("changes"), settled,
        folder=parts.home.members(audience.audience_id), at=parts.clock.now(), ttl=life,
        profile=(work.run.seen or {}).get("profile") or profile_of(work.sync), memory=LONGEST_TTL - life,
        reached=reached, late=late,
    )  # fmt: skip
    return NewGeneration(
        index=made.index, segments=tuple(made.segments), members=made.members, ttl_seconds=seconds(life)
    )


def _cancelled(books: Books) -> Ending:
    if wrong := books.imbalance():
        return RunState.FAILED, Exit.UNBALANCED, ("books_unbalanced", "; ".join(wrong))
    return (
        RunState.CANCELLED,
        Exit.DONE,
        ("cancelled", f"cancelled; {books.pending:,} people were not confirmed"),
    )


def _ending(work: Work, books: Books, batches: Sequence[Batch]) -> Ending:
    """How the run ends, with its exit code and, for a red one, the reason."""
    if wrong := books.imbalance():
        return RunState.FAILED, Exit.UNBALANCED, ("books_unbalanced", "; ".join(wrong))
    stuck = [batch for batch in batches if batch.state is BatchState.STUCK]
    if books.pending or stuck:
        text = f"{books.pending:,} people are pending in {len(stuck)} stuck batches. Apply again: they are asked about first, and sent again"
        return RunState.FAILED, Exit.GAVE_UP, ("stuck", text)
    limit, bad = work.order.max_rejected, books.rejected + books.refused
    if limit and limit.exceeded_by(bad, books.read):
        return (
            RunState.DONE,
            Exit.REFUSED,
            ("too_many_rejected", f"{bad:,} rejected or refused; --max-rejected allows {limit}"),
        )
    if half := [batch.no for batch in batches if batch.problem == "one target failed"]:
        return (
            RunState.DONE,
            Exit.REFUSED,
            ("one_target_failed", f"one of two targets did not take batches {half}"),
        )
    return RunState.DONE, Exit.DONE, None
