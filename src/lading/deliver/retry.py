"""What to do about an answer that is not a yes, as a table: what, how often, how long, when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from lading import amazon


class Verdict(StrEnum):
    """What becomes of a batch whose request was not accepted."""

    #: Wait, then send the same bytes again.
    HOLD = "hold"
    #: It may have been accepted: send it once more for this lost answer, and remember it.
    UNKNOWN = "unknown"
    #: Something in it is not accepted: halve it until the record is found.
    SPLIT = "split"
    #: Nothing can be sent until somebody mends the access at Amazon.
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Rule:
    """A verdict and its waits: `first`, doubled each time, never longer than `longest`; given up after `attempts`."""

    verdict: Verdict
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=5)
    attempts: int = 12


#: Looked up by the error's class, then its bases: the nearest wins. Source of the waits: Amazon's guide
#: "Rate limiting" (2, 4, 8... s with jitter; honour Retry-After); it asks never to repeat another 4xx unchanged.
RULES: Final[dict[type[amazon.AmazonError], Rule]] = {
    amazon.Throttled: Rule(Verdict.HOLD, longest=timedelta(minutes=10), attempts=40),
    amazon.ServerError: Rule(Verdict.HOLD),
    amazon.NoAnswer: Rule(Verdict.HOLD),
    amazon.UnexpectedAnswer: Rule(Verdict.UNKNOWN),
    amazon.BadRequest: Rule(Verdict.SPLIT),
    amazon.TooLarge: Rule(Verdict.SPLIT),
    amazon.AmazonError: Rule(Verdict.STOP),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and how long to wait before it."""

    verdict: Verdict
    wait: timedelta
    #: The attempts are used up.
    give_up: bool


def decide(error: amazon.AmazonError, attempt: int, jitter: float) -> Decision:
    """The decision for the failed `attempt` (1 is the first). `jitter` is in 0..1 and adds up to half of the wait."""
    rule = next(RULES[kind] for kind in type(error).__mro__ if kind in RULES)
    verdict = Verdict.UNKNOWN if isinstance(error, amazon.NoAnswer) and error.maybe_sent else rule.verdict
    return Decision(
        verdict, _wait(rule, error.retry_after, attempt, jitter), give_up=attempt >= rule.attempts
    )


def _wait(rule: Rule, retry_after: float | None, attempt: int, jitter: float) -> timedelta:
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    doubled = rule.first * (1 << min(attempt - 1, 16))
    return min(doubled, rule.longest) * (1 + jitter / 2)
