"""Settling what earlier runs of a target left open at Amazon, before a new one reads its source."""

from __future__ import annotations

from lading import amazon
from lading.destinations.answers import explained
from lading.ledger.rows import Batch
from lading.service.work import Work


def settle_earlier(work: Work) -> None:
    """Ask once more about each batch that a failed run left stuck, then wait for it no longer.

    Its people are no members of ours, or members who are marked as doubtful: the run that begins looks at them afresh and sends
    again whom its source still has. A repeated CREATE of the same sets does no harm (docs/explanation/durability.md).
    """
    for batch in work.parts.ledger.unsettled.of(work.claim.target):
        work.parts.progress.say(f"Batch {batch.no} of run {batch.run} was left open: {_state(work, batch)}")
        work.parts.ledger.unsettled.settle(work.claim, batch)


def _state(work: Work, batch: Batch) -> str:
    if batch.job_request_id is None:
        return "Amazon's answer was lost"
    connection = work.audience.connection
    try:
        return f"Amazon says {work.parts.amazon(connection).jobs.get(batch.job_request_id).state} of its job"
    except amazon.NotFound:
        return "Amazon knows its job no more"
    except amazon.AmazonError as error:
        raise explained(error, connection) from error
