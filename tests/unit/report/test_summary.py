"""A run's report: as data, and as text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lading.model.books import Books
from lading.report.rejections import Example, Reason
from lading.report.summary import AudienceSize, BatchCounts, Report

BOOKS = Books(
    read=10,
    recorded=6,
    merged=2,
    duplicate=1,
    rejected=1,
    unchanged=2,
    changed=4,
    confirmed=3,
    refused=1,
    pending=0,
)
START = datetime(2026, 3, 1, tzinfo=UTC)
REPORT = Report(
    run="r-1", sync="customers", state="done", mode="add", exit_code=0, books=BOOKS,
    rejections=(Reason("bad_email", 1, "this is no e-mail", (Example(3, "email", "a***"),)),),
    refusals={"no such country": 1}, audience_id="581124983652187041", audience_name="Shop customers", members=5,
    size=AudienceSize(received=8, matched=6, dsp=5), batches=BatchCounts(confirmed=2, refused=1),
    started_at=START, ended_at=START + timedelta(minutes=2), endpoint="http://127.0.0.1:8377",
)  # fmt: skip


def test_as_json():
    facts = json.loads(json.dumps(REPORT.as_dict()))
    assert facts["audience_id"] == "581124983652187041"
    assert facts["size"] == {"received": 8, "matched": 6, "dsp": 5, "match_rate": 0.75}
    assert facts["batches"] == {"confirmed": 2, "refused": 1, "pending": 0, "total": 3}
    assert facts["started_at"] == "2026-03-01T00:00:00Z"
    assert (facts["balanced"], facts["imbalance"], facts["seconds"]) == (True, [], 120.0)
    assert facts["rejections"][0]["examples"] == [{"row": 3, "column": "email", "masked": "a***"}]


def test_as_text():
    text = "\n".join(REPORT.lines())
    for words in (
        "Run r-1 of customers (add): done", "played by http://127.0.0.1:8377", "10  read", "3  confirmed",
        "1  bad_email: this is no e-mail", "1  refused by Amazon: no such country",
        "Audience Shop customers 581124983652187041", "6  people matched (75.0%)", "5  people in DSP",
        "Batches: 2 of 3 confirmed, 1 refused, 0 pending", "It took 120 s",
    ):  # fmt: skip
        assert words in text
    assert "balance" not in text


def test_books_that_do_not_balance_are_said_so():
    report = replace(REPORT, books=replace(BOOKS, read=11))
    assert not report.balanced
    assert any("do not balance" in line for line in report.lines())
    assert report.as_dict()["imbalance"] == ["read = recorded + merged + duplicate + rejected: 11 is not 10"]


def test_a_run_that_has_not_come_far():
    report = Report(
        run="r-1", sync="s", state="reading", mode="add", exit_code=None, books=None, problem="no such file"
    )
    assert list(report.lines()) == ["Run r-1 of s (add): reading", "Problem: no such file"]
    assert (report.balanced, report.seconds, report.size.match_rate) == (False, None, None)
    assert json.dumps(report.as_dict())
