"""Sending one batch: written down before the first byte leaves, and again as soon as the answer is known."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from lading import amazon
from lading.crashpoints import reach
from lading.deliver.delivery import Delivery
from lading.deliver.follow import DEEPEST_SPLIT, Ending, Judgement, next_look
from lading.deliver.outcomes import finish
from lading.deliver.retry import Decision, Verdict
from lading.destinations.answers import explained
from lading.errors import AccessError, GaveUp
from lading.ledger.rows import Batch
from lading.model.states import BatchState

#: So many single records in a row that are refused by status, with nothing accepted in between, are not bad records.
HOPELESS: Final = 10


def send(delivery: Delivery, batch: Batch) -> datetime | None:
    """Send a batch. None when it was tried; else nothing happened, and this is when to ask again."""
    lines = delivery.body(batch)
    moment = delivery.ledger.batches.mark_sending(delivery.claim, batch, delivery.pace.allowance)
    if moment is not None:
        return moment
    sending = delivery.ledger.batches.get(batch.run, batch.no)
    try:
        job_id = _request(delivery, lines)
    except amazon.AmazonError as error:
        _not_accepted(delivery, sending, error)
        return None
    delivery.succeeded("send", sending)
    now = delivery.clock.now()
    delivery.ledger.batches.mark_sent(delivery.claim, sending, job_id, next_poll_at=next_look(now, now))
    return None


def _request(delivery: Delivery, lines: pl.Series) -> str:
    delivery.pace.prepay()
    reach("deliver.before_send")
    try:
        return delivery.destination.send(lines)
    finally:
        delivery.pace.prepay(paid=False)
        reach("deliver.after_answer")


def _not_accepted(delivery: Delivery, batch: Batch, error: amazon.AmazonError) -> None:
    """Do with the batch what the table of decisions says."""
    decision = delivery.decide("send", batch, error)
    if decision.verdict is Verdict.SPLIT:
        _look_closer(delivery, batch, error)
    elif decision.verdict is Verdict.UNKNOWN:
        lost = delivery.ledger.batches.mark_unknown(delivery.claim, batch, problem=error.message)
        _hold(delivery, lost, error, decision)
    else:
        _hold(delivery, batch, error, decision)
    if decision.verdict is Verdict.STOP:
        raise explained(error, delivery.connection) from error
    if decision.give_up:
        raise _given_up(delivery, batch, error) from error


def _hold(delivery: Delivery, batch: Batch, error: amazon.AmazonError, decision: Decision) -> None:
    throttled = isinstance(error, amazon.Throttled)
    until = delivery.pace.pause(decision.wait) if throttled else delivery.clock.now() + decision.wait
    delivery.ledger.batches.hold(delivery.claim, batch, retry_at=until, problem=error.message)


def _look_closer(delivery: Delivery, batch: Batch, error: amazon.AmazonError) -> None:
    """Halve a batch that Amazon does not accept; a single record that it does not accept is refused by its words."""
    if batch.records > 1 and batch.depth < DEEPEST_SPLIT:
        delivery.ledger.batches.split(delivery.claim, batch, delivery.halves(batch))
    elif _hopeless(delivery, batch):
        delivery.ledger.batches.hold(
            delivery.claim, batch, retry_at=delivery.clock.now(), problem=error.message
        )
        raise AccessError(
            f"Amazon refuses every record, {HOPELESS} one after another, so it is not about any of them: {error.message}. Run "
            f"`lading check`; once it is mended, the same command goes on, or `lading cancel {batch.run}` ends the run",
            where=f"connection {delivery.connection}", code="all_refused",
        ) from error  # fmt: skip
    else:
        finish(delivery, batch, Judgement(Ending.REFUSE, {}, reason=error.message))


def _hopeless(delivery: Delivery, batch: Batch) -> bool:
    """Nothing was accepted since so many single records were refused by status: halving the rest finds nothing."""
    batches = delivery.ledger.batches.of(batch.run)
    accepted = max((one.sent_at for one in batches if one.sent_at), default=None)
    refused = [
        one
        for one in batches
        if one.state is BatchState.REFUSED and one.job_request_id is None and one.started_at is not None
        and (accepted is None or one.started_at > accepted)
    ]  # fmt: skip
    return len(refused) + 1 >= HOPELESS


def _given_up(delivery: Delivery, batch: Batch, error: amazon.AmazonError) -> GaveUp:
    return GaveUp(
        f"batch {batch.no} was not accepted in {batch.attempt} attempts, the last one because of: {error.message}. What was "
        "confirmed is kept; run the same command again to go on",
        where=f"run {delivery.claim.run_id}",
    )
