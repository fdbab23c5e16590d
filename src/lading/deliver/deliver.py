"""The loop that carries a run's batches to their ends: send what may be sent, ask about what was sent, wait, stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lading import amazon
from lading.crashpoints import reach
from lading.deliver.delivery import Delivery
from lading.deliver.follow import Ending, is_stuck, judge, next_look
from lading.deliver.outcomes import finish
from lading.deliver.retry import Verdict
from lading.deliver.send import send
from lading.destinations.answers import explained
from lading.destinations.destination import JobView
from lading.ledger.rows import Batch
from lading.model.states import BATCH_ENDS, BatchState

#: A job that waits this long beyond its time is asked about before anything else is sent.
_OVERDUE: Final = timedelta(minutes=10)

#: As long as there is something to send, a job is asked about so long after its time, with a permit that sending cannot use:
#: most jobs are final by then, and one question does. Amazon's 15 M records an hour are 3,000 requests of 5,000, and
#: leave as many of the hour's 6,000 for one question each.
_UNHURRIED: Final = timedelta(minutes=4)

#: A job may be unknown to the host that is asked for so long after it was accepted.
_FAMILIAR_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to stay."""

    #: Stop when everything was sent, without waiting for Amazon to finish.
    wait: bool = True
    #: Stop then; None: when all is final.
    until: datetime | None = None


def deliver(delivery: Delivery, patience: Patience) -> bool:
    """Carry the batches on until all are final, which is True, or until patience ends."""
    while (standing := _standing(delivery)).open:
        now = delivery.clock.now()
        if _patience_ends(standing, patience, now):
            return False
        if (moment := _step(delivery, standing, now)) is not None:
            _sleep(delivery, moment, patience)
    return True


def ask_only(delivery: Delivery, patience: Patience) -> bool:
    """Send nothing more, and ask about what was sent until it is final, which is True, or until patience ends."""
    run, batches = delivery.claim.run_id, delivery.ledger.batches
    while jobs := [batch for batch in batches.of(run) if batch.state is BatchState.SENT]:
        now = delivery.clock.now()
        if not patience.wait or (patience.until is not None and now >= patience.until):
            return False
        soonest = min(jobs, key=lambda batch: batch.next_poll_at or now)
        if (soonest.next_poll_at or now) <= now:
            _ask(delivery, soonest)
        else:
            _sleep(delivery, soonest.next_poll_at or now, patience)
        delivery.tell(batches.counts(run))
    return True


@dataclass(frozen=True, slots=True)
class _Standing:
    """Which groups have batches that are not final, and where those are."""

    open: frozenset[int]
    #: States that batches of this run are in, whose end is not reached.
    states: frozenset[BatchState]

    @property
    def unsent(self) -> bool:
        """Something has still to leave."""
        return self.states != {BatchState.SENT}

    @property
    def group(self) -> int:
        """The group that may be sent: a later one waits until the earlier is final, since job order is unpromised."""
        return min(self.open)


#: Stuck batches end a run: they count as pending, and `follow` may go on with them.
_RESTING: Final = BATCH_ENDS | {BatchState.STUCK}


def _standing(delivery: Delivery) -> _Standing:
    counts = delivery.ledger.batches.counts(delivery.claim.run_id)
    delivery.tell(counts)
    moving = {(group, state) for (group, state), count in counts.items() if count and state not in _RESTING}
    stuck = {group for (group, state), count in counts.items() if count and state is BatchState.STUCK}
    # What waits for a stuck removal cannot be sent by this run any more.
    reachable = frozenset(group for group, _ in moving if not any(earlier < group for earlier in stuck))
    return _Standing(reachable, frozenset(state for _, state in moving))


def _patience_ends(standing: _Standing, patience: Patience, now: datetime) -> bool:
    return (patience.until is not None and now >= patience.until) or not (patience.wait or standing.unsent)


def _step(delivery: Delivery, standing: _Standing, now: datetime) -> datetime | None:
    """Do the next thing; the moment to wait for when there is none now."""
    run, batches = delivery.claim.run_id, delivery.ledger.batches
    for lost in batches.unknown(run) if BatchState.UNKNOWN in standing.states else ():
        batches.make_ready(delivery.claim, lost)
    due = batches.to_poll(run, now, limit=1) if BatchState.SENT in standing.states else ()
    overdue = due and due[0].next_poll_at and due[0].next_poll_at <= now - _OVERDUE
    if standing.unsent and not overdue:
        ready = [one for one in batches.to_send(run, now) if one.group == standing.group]
        if ready:
            moment = send(delivery, ready[0])
            return moment and _ask_meanwhile(delivery, moment, now)
    if due:
        _ask(delivery, due[0])
        return None
    return batches.next_moment(run) or next_look(now, now)


def _ask_meanwhile(delivery: Delivery, moment: datetime, now: datetime) -> datetime | None:
    """While nothing can be sent until `moment`: ask about a job that has had its time, if that takes no permit from sending."""
    jobs = delivery.ledger.batches.to_poll(delivery.claim.run_id, moment - _UNHURRIED, limit=1)
    if not jobs:
        return moment
    due = (jobs[0].next_poll_at or now) + _UNHURRIED
    if due > now:
        return min(moment, due)
    if not delivery.pace.try_turn():
        return moment
    try:
        _ask(delivery, jobs[0])
    finally:
        delivery.pace.prepay(paid=False)
    return None


def _sleep(delivery: Delivery, moment: datetime, patience: Patience) -> None:
    delivery.clock.sleep_until(moment if patience.until is None else min(moment, patience.until))


def _ask(delivery: Delivery, batch: Batch) -> None:
    """Ask about a batch's job, and act on what it says."""
    reach("follow.before_send")
    try:
        view = delivery.destination.job(batch.job_request_id or "")
    except amazon.NotFound as error:
        if delivery.clock.now() - (batch.sent_at or delivery.clock.now()) < _FAMILIAR_AFTER:
            _wait_on(delivery, batch)
            return
        delivery.ledger.batches.mark_stuck(
            delivery.claim, batch, problem=f"Amazon does not know the job: {error.message}"
        )
    except amazon.AmazonError as error:
        _ask_later(delivery, batch, error)
    else:
        reach("follow.after_answer")
        delivery.succeeded("ask", batch)
        _act(delivery, batch, view)


def _ask_later(delivery: Delivery, batch: Batch, error: amazon.AmazonError) -> None:
    decision = delivery.decide("ask", batch, error)
    if isinstance(error, amazon.Throttled):
        delivery.pace.pause(decision.wait)
    _wait_on(delivery, batch, at_least=decision.wait)
    if decision.verdict is Verdict.STOP or decision.give_up:
        raise explained(error, delivery.connection) from error


def _act(delivery: Delivery, batch: Batch, view: JobView) -> None:
    if not view.final:
        _wait_on(delivery, batch)
        return
    judged = judge(view, records=batch.records, resends=batch.resends, depth=batch.depth)
    if judged.ending is Ending.RESEND:
        delivery.ledger.batches.resend(delivery.claim, batch, problem=f"the job ended {view.state}")
    elif judged.ending is Ending.SPLIT:
        delivery.ledger.batches.split(delivery.claim, batch, delivery.halves(batch))
    else:
        finish(delivery, batch, judged)


def _wait_on(delivery: Delivery, batch: Batch, *, at_least: timedelta = timedelta(0)) -> None:
    now, sent_at = delivery.clock.now(), batch.sent_at or delivery.clock.now()
    if is_stuck(sent_at, now):
        delivery.ledger.batches.mark_stuck(
            delivery.claim, batch, problem="the job has had no final state for 24 hours"
        )
    else:
        look = max(next_look(sent_at, now), now + at_least)
        delivery.ledger.batches.polled(delivery.claim, batch, next_poll_at=look)
