"""The table of decisions: each error has its remedy, waits grow and end."""

from datetime import timedelta

import pytest

from lading import amazon
from lading.amazon.errors import Occasion
from lading.deliver.retry import RULES, Verdict, decide

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (amazon.Throttled("slow down"), Verdict.HOLD),
        (amazon.ServerError("oops"), Verdict.HOLD),
        (amazon.NoAnswer("refused", maybe_sent=False), Verdict.HOLD),
        (amazon.NoAnswer("timed out", maybe_sent=True), Verdict.UNKNOWN),
        (amazon.UnexpectedAnswer("no job"), Verdict.UNKNOWN),
        (amazon.BadRequest("no"), Verdict.SPLIT),
        (amazon.TooLarge("no"), Verdict.SPLIT),
        (amazon.InvalidGrant("revoked"), Verdict.STOP),
        (amazon.InvalidClient("who"), Verdict.STOP),
        (amazon.Unauthorized("no"), Verdict.STOP),
        (amazon.TermsNotAccepted("terms"), Verdict.STOP),
        (amazon.MissingScope("scope", scope="x"), Verdict.STOP),
        (amazon.Forbidden("no"), Verdict.STOP),
        (amazon.NotFound("no"), Verdict.STOP),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_error_has_its_verdict(error, verdict):
    assert decide(error, 1, 0.0).verdict is verdict


def test_waits_double_up_to_their_limit():
    waits = [decide(amazon.ServerError("oops"), attempt, 0.0).wait / SECOND for attempt in range(1, 11)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_jitter_adds_up_to_half():
    assert decide(amazon.ServerError("oops"), 1, 1.0).wait == 3 * SECOND


def test_amazons_own_wait_goes_before_ours():
    error = amazon.Throttled("slow down", Occasion(retry_after=17.0))
    assert decide(error, 9, 1.0).wait == 17 * SECOND


@pytest.mark.parametrize("kind", [amazon.Throttled, amazon.ServerError])
def test_attempts_are_used_up_at_last(kind):
    last = RULES[kind].attempts
    assert not decide(kind("again"), last - 1, 0.0).give_up
    assert decide(kind("again"), last, 0.0).give_up


def test_who_is_throttled_has_more_patience_than_others():
    waits = [decide(amazon.Throttled("slow down"), attempt, 0.0) for attempt in (1, 9, 10, 39, 40)]
    assert [one.wait / SECOND for one in waits] == [2, 512, 600, 600, 600]
    assert [one.give_up for one in waits] == [False, False, False, False, True]
    assert [decide(amazon.ServerError("oops"), attempt, 0.0).give_up for attempt in (11, 12)] == [False, True]
