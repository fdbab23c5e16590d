"""What to make of a job's state, and when to look again. Pure decisions; `work.py` acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from lading.destinations.destination import JobView

#: (age of the job, wait until the next look). Amazon's guides ask for a first look after about a minute; jobs take
#: minutes, and some targets are reached once an hour.
LOOKS: Final = (
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta.max, timedelta(minutes=15)),
)

#: A job without a final state for this long is stuck: `lading follow` may still go on with it.
STUCK_AFTER: Final = timedelta(hours=24)

#: How often a batch is halved in search of the record that Amazon does not name: 2^14 is more than a batch holds.
DEEPEST_SPLIT: Final = 14

#: Jobs that failed as a whole, or for one of two targets without naming a record, are sent again this often.
RESENDS: Final = 1


#: Of fewer records than these none is 1 percent: there, a rate of 1 is all of them, by an Amazon that counts to 1.
_HUNDREDTH: Final = 50


class Ending(StrEnum):
    """What becomes of a batch whose job is final."""

    #: Every record was taken but those refused by name.
    CONFIRM = "confirm"
    RESEND = "resend"
    SPLIT = "split"
    #: Nothing was taken.
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The ending, the refused records by external id, and a warning for the report."""

    ending: Ending
    refused: dict[str, str]
    reason: str = ""
    warning: str = ""


def next_look(sent_at: datetime, now: datetime) -> datetime:
    """When to ask for the job again."""
    age = now - sent_at
    return now + next(wait for oldest, wait in LOOKS if age < oldest)


def is_stuck(sent_at: datetime, now: datetime) -> bool:
    """The job has had its time."""
    return now - sent_at >= STUCK_AFTER


def judge(job: JobView, *, records: int, resends: int, depth: int) -> Judgement:
    """The ending of a batch of `records` whose final job is `job`."""
    refused = dict(job.refused)
    if len(refused) >= records:
        return Judgement(Ending.CONFIRM, refused)
    if job.failed:
        return _failed(refused, resends)
    if _someone_unnamed(job, records, len(refused)):
        return _unnamed(refused, records=records, depth=depth)
    if job.partial and not refused:
        return _one_target(resends)
    return Judgement(Ending.CONFIRM, refused)


def _failed(refused: dict[str, str], resends: int) -> Judgement:
    if resends < RESENDS:
        return Judgement(Ending.RESEND, {})
    return Judgement(Ending.REFUSE, refused, reason="Amazon failed the whole job, twice")


def _one_target(resends: int) -> Judgement:
    if resends < RESENDS:
        return Judgement(Ending.RESEND, {})
    return Judgement(Ending.CONFIRM, {}, warning="one target failed")


def _someone_unnamed(job: JobView, records: int, named: int) -> bool:
    """Somebody was refused unnamed: it says so, or the rate says that more failed than are named, by a whole record."""
    if job.unnamed or job.rate is None:
        return bool(job.unnamed)
    rate = 100.0 if job.rate == 1 and records < _HUNDREDTH else job.rate
    return round(records * (100 - rate) / 100) > named


def _unnamed(refused: dict[str, str], *, records: int, depth: int) -> Judgement:
    if records == 1 or depth >= DEEPEST_SPLIT:
        return Judgement(Ending.REFUSE, refused, reason="Amazon refused it and gave no reason")
    return Judgement(Ending.SPLIT, {})
