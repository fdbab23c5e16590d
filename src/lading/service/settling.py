"""Settling what earlier runs of a target left open at Amazon, before a new one reads its source."""

from __future__ import annotations

from lading import amazon
from lading.clock import Clock
from lading.deliver.follow import is_stuck, next_look
from lading.destinations.answers import explained
from lading.errors import StillProcessing
from lading.ledger.rows import Batch
from lading.service.work import Work


def settle_earlier(work: Work) -> None:
    """Wait for the jobs that earlier runs left behind, and let go of those that can do nothing any more.

    The last commit marked their people, so the run that begins sends them again, whatever became of the job. A job that has
    had its time and still is not final stays unsettled: each commit marks its people anew, as long as it may act.
    """
    for batch in work.parts.ledger.unsettled.of(work.claim.target):
        said = _last_word(work, batch)
        work.parts.progress.say(
            f"Batch {batch.no} of run {batch.run} was left open: {said or 'its job is still not final'}"
        )
        if said:
            work.parts.ledger.unsettled.settle(work.claim, batch)


def _last_word(work: Work, batch: Batch) -> str | None:
    """What became of a batch's job; None if it may act yet, and waiting longer is in vain."""
    clock, sent_at = work.parts.clock, batch.sent_at
    if batch.job_request_id is None or sent_at is None:
        # Nothing is sent for its target before a lost job has had its time (Batches.mark_sending).
        return "Amazon's answer was lost"
    while True:
        said, final = _ask(work, batch)
        if final:
            return said
        if is_stuck(sent_at, clock.now()):
            return None
        _wait(work, clock, batch)


def _wait(work: Work, clock: Clock, batch: Batch) -> None:
    now = clock.now()
    if work.until is not None and now >= work.until:
        raise StillProcessing(
            f"Amazon has not finished job {batch.job_request_id} of run {batch.run}, which comes first. Run the same command "
            "again later: nothing is lost",
            where=f"run {work.claim.run_id}",
        )
    moment = next_look(batch.sent_at or now, now)
    clock.sleep_until(moment if work.until is None else min(moment, work.until))


def _ask(work: Work, batch: Batch) -> tuple[str, bool]:
    connection = work.audience.connection
    try:
        job = work.parts.amazon(connection).jobs.get(batch.job_request_id or "")
    except amazon.NotFound:
        return "Amazon knows its job no more", True
    except (amazon.Throttled, amazon.ServerError, amazon.NoAnswer) as error:
        if is_stuck(batch.sent_at or work.parts.clock.now(), work.parts.clock.now()):
            raise explained(error, connection) from error
        return "", False
    except amazon.AmazonError as error:
        raise explained(error, connection) from error
    return f"Amazon says {job.state} of its job", job.final
