"""Every final state of a job, and when to look again."""

from datetime import UTC, datetime, timedelta

import pytest

from lading.deliver.follow import Ending, is_stuck, judge, next_look
from lading.destinations.destination import JobView

SENT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def final(state="SUCCEEDED", **more):
    return JobView(
        state=state, final=True, failed=state == "FAILED", partial=state == "PARTIALLYSUCCEEDED", **more
    )


@pytest.mark.parametrize(
    ("job", "records", "resends", "depth", "ending"),
    [
        (final(rate=100.0), 10, 0, 0, Ending.CONFIRM),
        (final(), 10, 0, 0, Ending.CONFIRM),
        (final("COMPLETED", rate=100.0), 10, 0, 0, Ending.CONFIRM),
        # named records explain the rate
        (final(rate=90.0, refused=(("a", "no"),)), 10, 0, 0, Ending.CONFIRM),
        # somebody failed whom nobody names
        (final(rate=90.0), 10, 0, 0, Ending.SPLIT),
        (final(rate=80.0, refused=(("a", "no"),)), 10, 0, 0, Ending.SPLIT),
        (final(rate=0.0), 1, 0, 3, Ending.REFUSE),
        (final(rate=90.0), 10, 0, 14, Ending.REFUSE),
        (final(rate=None, unnamed=1), 10, 0, 0, Ending.SPLIT),
        # a rate that rounds to no whole record is no record
        (final(rate=99.999), 10, 0, 0, Ending.CONFIRM),
        (final("PARTIALLYSUCCEEDED", rate=100.0), 10, 0, 0, Ending.RESEND),
        (final("PARTIALLYSUCCEEDED", rate=100.0), 10, 1, 0, Ending.CONFIRM),
        (final("PARTIALLYSUCCEEDED", rate=90.0, refused=(("a", "no"),)), 10, 0, 0, Ending.CONFIRM),
        # 1 of 1 or 1 of 100: of so few, only the first can be
        (final("PARTIALLYSUCCEEDED", rate=1.0), 10, 0, 0, Ending.RESEND),
        (final("PARTIALLYSUCCEEDED", rate=1.0), 1, 1, 0, Ending.CONFIRM),
        (final("PARTIALLYSUCCEEDED", rate=1.0), 100, 0, 0, Ending.SPLIT),
        (final("FAILED", rate=0.0), 10, 0, 0, Ending.RESEND),
        (final("FAILED", rate=0.0), 10, 1, 0, Ending.REFUSE),
        # a single target took only a part, and names nobody
        (final("PARTIALLYSUCCEEDED", rate=50.0), 2, 1, 0, Ending.SPLIT),
        # all of them named: there is nobody left to send again
        (final("FAILED", rate=0.0, refused=(("a", "no"), ("b", "no"))), 2, 0, 0, Ending.CONFIRM),
    ],
)
def test_the_ending_of_a_final_job(job, records, resends, depth, ending):
    assert judge(job, records=records, resends=resends, depth=depth).ending is ending


def test_a_target_that_failed_twice_is_said():
    assert judge(final("PARTIALLYSUCCEEDED"), records=5, resends=1, depth=0).warning == "one target failed"


def test_refused_records_keep_amazons_reason():
    judged = judge(final(rate=50.0, refused=(("a", "bad hash"),)), records=2, resends=0, depth=0)
    assert judged.refused == {"a": "bad hash"}


def test_looks_come_apart_as_a_job_ages():
    waits = [next_look(SENT, SENT + age) - (SENT + age) for age in
             (timedelta(0), timedelta(minutes=9), timedelta(minutes=10), timedelta(minutes=59), timedelta(hours=1))]  # fmt: skip
    assert waits == [timedelta(minutes=m) for m in (1, 1, 5, 5, 15)]


def test_a_job_without_an_end_is_stuck_after_a_day():
    assert not is_stuck(SENT, SENT + timedelta(hours=23, minutes=59))
    assert is_stuck(SENT, SENT + timedelta(hours=24))
