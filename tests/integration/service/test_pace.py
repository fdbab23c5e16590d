"""The pace as Amazon sees it: what arrives, and when."""

from bisect import bisect_left
from datetime import datetime, timedelta

import pytest

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def paced(shop):
    """A connection with small limits, and a sandbox that holds to them."""
    settings = shop.folder / "lading.yaml"
    small = "records_per_request: 1\n    requests_per_second: 5\n    requests_per_hour: 40\n    records_per_hour: 20"
    text = settings.read_text().replace("records_per_request: 10\n    requests_per_second: 1000", small)
    settings.write_text(text)
    shop.sandbox.policy(requests_per_second=5.0, requests_burst=5, records_per_hour=20)
    return shop


def arrived(shop):
    """Requests to the Ads API with their moments; Login with Amazon is another host."""
    lines = [one for one in shop.sandbox.requests() if not one["path"].startswith("/auth/")]
    return [(datetime.fromisoformat(one["at"]), one) for one in lines]


def most(moments, window):
    return max(bisect_left(moments, moment + window) - n for n, moment in enumerate(moments))


def test_no_window_holds_more_than_allowed_and_amazon_never_says_429(paced):
    paced.write(paced.people(50))
    report = paced.apply()
    assert (report.books.confirmed, report.balanced) == (50, True)
    lines = arrived(paced)
    assert [one["status"] for _, one in lines if one["status"] == 429] == []
    moments = [moment for moment, _ in lines]
    assert most(moments, SECOND) <= 5
    assert most(moments, HOUR) <= 40
    sends = [moment for moment, one in lines if one["records"]]
    assert most(sends, HOUR) == 20


def test_jobs_are_asked_about_while_nothing_may_be_sent_and_once_is_enough(paced):
    paced.write(paced.people(50))
    paced.apply()
    lines = arrived(paced)
    sends = [moment for moment, one in lines if one["records"]]
    questions = [moment for moment, one in lines if "/records/" in one["path"]]
    # Twenty an hour: the last ten leave when two hours are over, and not later because of questions.
    assert sends[-1] - sends[0] < 2 * HOUR + timedelta(minutes=1)
    before_the_last = [moment for moment in questions if moment < sends[-1]]
    assert 40 <= len(before_the_last) <= 44


def test_a_429_anywhere_is_waited_out_and_slows_down_everybody(shop):
    shop.write(shop.people(30))
    shop.sandbox.faults(throttle={"at": [1, 2], "route": "*/metadata*", "retry_after": 9})
    assert shop.apply().books.confirmed == 30
    with shop.parts() as parts:
        scope = parts.pace("amazon").allowance.scope
        assert parts.ledger.permits.share(scope, parts.clock.now() - timedelta(minutes=10)) < 1
    tried = [one["status"] for one in shop.sent("/amc/audiences/metadata")]
    assert tried == [429, 429, 201]


def test_retry_after_is_kept_by_those_who_come_later(shop):
    shop.write(shop.people(10))
    shop.sandbox.faults(throttle={"at": [1], "route": "POST */records", "retry_after": 600})
    began = shop.sandbox.now()
    shop.apply()
    refused, *after = [
        moment for moment, one in arrived(shop) if moment >= began and "/records" in one["path"]
    ]
    assert min(after) - refused >= timedelta(seconds=600)
