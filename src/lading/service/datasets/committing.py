"""Committing an upload: what Amazon confirmed is what the dataset is filled with from now on, and the books are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lading.crashpoints import reach
from lading.errors import Bug, Exit, LadingError
from lading.ledger.dataset_rows import NewEdition
from lading.ledger.rows import Batch, Run, Verdict
from lading.model.books import Books
from lading.model.states import BatchState, RunState
from lading.service.datasets.editions import edition_of
from lading.service.datasets.uploading import TWICE
from lading.service.work import Work

#: State, exit code and, for a red end, the reason.
Ending = tuple[RunState, Exit, tuple[str, str] | None]


def commit(work: Work, *, cancelled: bool = False) -> None:
    """End the run: watermark, periods and keys move in the transaction that records that Amazon has the rows."""
    work.parts.progress.stage("Committing")
    batches = work.parts.ledger.batches.of(work.claim.run_id)
    books = _books(work.run, batches)
    confirmed = next((batch for batch in batches if batch.state is BatchState.CONFIRMED), None)
    state, exit_code, problem = _cancelled(books) if cancelled else _ending(work, books, batches)
    verdict = Verdict(state=state, books=books, exit_code=exit_code, problem=problem)
    edition = _edition(work, confirmed) if confirmed else None
    work.parts.ledger.runs.commit_generation(work.claim, verdict, edition)


def _edition(work: Work, batch: Batch) -> NewEdition:
    ledger = work.parts.ledger
    known = ledger.datasets.get(work.claim.target)
    if known is None:
        raise Bug(f"run {batch.run} has an upload and {work.claim.target} no dataset")
    cleaned = work.dataset.clean_up and _clean_up(work, batch)
    return edition_of(work.parts, work.run, known, ledger.uploads.get(batch).strategy, cleaned=cleaned)


def _clean_up(work: Work, batch: Batch) -> bool:
    """Delete our files, which Amazon has read. That it is not possible ends no run red: the rows are there."""
    upload = work.parts.ledger.uploads.get(batch)
    reach("clean_up.before_send")
    try:
        work.parts.bucket(upload.bucket).delete(upload.prefix)
    except LadingError as error:
        work.parts.progress.say(f"The files under {upload.address} could not be deleted: {error.message}")
        return False
    finally:
        reach("clean_up.after_answer")
    return True


def _books(run: Run, batches: Sequence[Batch]) -> Books:
    if run.books is None:
        raise Bug(f"run {run.id} was planned without books")
    confirmed, refused = sum(one.confirmed for one in batches), sum(one.refused for one in batches)
    pending = sum(one.records for one in batches if not one.final)
    return replace(run.books, confirmed=confirmed, refused=refused, pending=pending)


def _cancelled(books: Books) -> Ending:
    if wrong := books.imbalance():
        return RunState.FAILED, Exit.UNBALANCED, ("books_unbalanced", "; ".join(wrong))
    return (
        RunState.CANCELLED,
        Exit.DONE,
        ("cancelled", f"cancelled; {books.pending:,} rows were not confirmed"),
    )


def _ending(work: Work, books: Books, batches: Sequence[Batch]) -> Ending:
    """How the run ends, with its exit code and, for a red one, the reason."""
    if wrong := books.imbalance():
        return RunState.FAILED, Exit.UNBALANCED, ("books_unbalanced", "; ".join(wrong))
    for batch in batches:
        if batch.state is BatchState.REFUSED:
            text = f"Amazon did not take the upload: {batch.problem}. Nothing of it is in the dataset. Mend it, and apply again"
            return RunState.FAILED, Exit.GAVE_UP, ("upload_failed", text)
        if batch.problem and batch.problem.startswith(TWICE):
            text = f"{batch.problem}. Delete the period's rows, or replace them: `strategy: overlap_replace` for one run"
            return RunState.DONE, Exit.UNBALANCED, ("uploaded_twice", text)
        if batch.state is BatchState.STUCK:
            text = f"{batch.problem}. Apply again: it is asked about first, and nothing is sent before it is known"
            return RunState.FAILED, Exit.GAVE_UP, ("stuck", text)
    limit, bad = work.order.max_rejected, books.rejected + books.refused
    if limit and limit.exceeded_by(bad, books.read):
        text = f"{bad:,} rows rejected, or dropped by Amazon; --max-rejected allows {limit}"
        return RunState.DONE, Exit.REFUSED, ("too_many_rejected", text)
    return RunState.DONE, Exit.DONE, None
