"""Settling an upload that an earlier run left open at Amazon, before a new run reads its source."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from lading.deliver.follow import is_stuck, next_look
from lading.errors import StillProcessing
from lading.ledger.rows import Batch
from lading.model.states import BatchState
from lading.service.datasets.at_amazon import AtAmazon, at_amazon
from lading.service.datasets.editions import edition_of
from lading.service.datasets.looking_up import look_up
from lading.service.datasets.uploading import outcome_of
from lading.service.work import Work

#: An upload that Amazon still does not know so long after it was created is none.
_FORGOTTEN_AFTER: Final = timedelta(hours=24)


def settle_earlier(work: Work) -> None:
    """Know what became of each upload that an earlier run did not see the end of: only then the next one may be planned."""
    for batch in work.parts.ledger.unsettled.of(work.claim.target):
        at = at_amazon(work.parts, work.dataset, work.until)
        work.parts.progress.say(f"Run {batch.run} left an upload open: asking Amazon about it")
        sent = batch if batch.job_request_id else _looked_up(work, at, batch)
        if sent is None:
            work.parts.ledger.uploads.let_go(work.claim, batch)
        else:
            _settle(work, at, sent)


def _looked_up(work: Work, at: AtAmazon, batch: Batch) -> Batch | None:
    """Whether Amazon has it: what was never sent, or was sent and is in no list, is not there."""
    return look_up(work, at, batch) if batch.state is BatchState.UNKNOWN else None


def _settle(work: Work, at: AtAmazon, batch: Batch) -> None:
    ledger, sent_at = work.parts.ledger, batch.sent_at or at.clock.now()
    while True:
        upload = at.upload(batch.job_request_id or "")
        if upload is not None and upload.state.final:
            break
        if upload is None and at.clock.now() - sent_at >= _FORGOTTEN_AFTER:
            ledger.uploads.let_go(work.claim, batch)
            return
        if at.patience_is_over or is_stuck(sent_at, at.clock.now()):
            raise StillProcessing(
                f"Amazon has not finished upload {batch.job_request_id} of run {batch.run}, which comes first. Run the same command "
                "again later: nothing is lost",
                where=f"run {work.claim.run_id}",
            )
        at.sleep(next_look(sent_at, at.clock.now()))
    outcome, known = outcome_of(batch, upload), ledger.datasets.get(work.claim.target)
    work.parts.progress.say(f"Amazon says {upload.status} of upload {upload.upload_id}")
    edition = None
    if known is not None and outcome.state is BatchState.CONFIRMED:
        strategy = ledger.uploads.get(batch).strategy
        edition = edition_of(work.parts, ledger.runs.get(batch.run), known, strategy)
    ledger.uploads.caught_up(work.claim, batch, outcome, edition)
