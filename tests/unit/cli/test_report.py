"""How a report looks, and how it ends a command."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from lading.cli.report import draw
from lading.cli.sheet import Sheet
from lading.errors import Exit
from lading.model.books import Books
from lading.report.rejections import Example, Reason
from lading.report.summary import AudienceSize, BatchCounts, Report

BEGUN = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
BOOKS = Books(
    read=10_412, recorded=9_214, merged=603, duplicate=211, rejected=384, unchanged=14, changed=9_200,
    confirmed=9_196, refused=4, pending=0,
)  # fmt: skip
REPORT = Report(
    run="r-01KAVX9Q2M5N8T7R4W1YZB3CDE", sync="customers", state="done", mode="add", exit_code=0, books=BOOKS,
    rejections=(
        Reason("no_identifier", 301, "nothing is left in this row", (Example(12, None, None), Example(1300, None, None))),
        Reason("external_id_illegal", 83, "correct it", (Example(7, "customer_id", "C***"),)),
    ),
    refusals={"invalid hash": 4}, audience_id="413642381039213536", audience_name="Shop customers", members=9_210,
    size=AudienceSize(received=9_210, matched=7_021), batches=BatchCounts(confirmed=2),
    started_at=BEGUN, ended_at=BEGUN + timedelta(seconds=843), endpoint="http://127.0.0.1:8377",
)  # fmt: skip

LOOKS = """\
customers: done  run r-01KAVX9Q2M5N8T7R4W1YZB3CDE, mode add
  took        14 min 3 s
  batches     2 of 2 confirmed
  sent to     http://127.0.0.1:8377, which stands in for Amazon

Books  they balance
  rows read                    10,412
    people                      9,214
    merged                        603  a further identifier set of a person
    duplicate                     211  nothing new in them
    rejected                      384  3.6%
  people                        9,214
    unchanged                      14  as Amazon has them already
    changed                     9,200
  sent                          9,200
    confirmed by Amazon         9,196  99.9%
    refused by Amazon               4

Rejected rows
  no_identifier                   301  nothing is left in this row
                                       row 12, row 1,300
  external_id_illegal              83  correct it
                                       row 7 C***

Refused by Amazon
  invalid hash                      4

Audience  Shop customers
  audience id  413642381039213536   keep it: Amazon cannot list audiences
  members                       9,210  confirmed by Amazon and not expired
  received by Amazon            9,210  in the audience's life
  matched                       7,021  76.2%
"""


def drawn(report: Report) -> str:
    sheet = Sheet({})
    draw(sheet, report)
    return sheet.text()


def test_a_report_tells_end_books_reasons_and_audience() -> None:
    assert drawn(REPORT) == LOOKS


def test_a_run_without_changes_says_that_nothing_was_sent() -> None:
    books = replace(BOOKS, unchanged=9_214, changed=0, confirmed=0, refused=0)
    report = replace(REPORT, books=books, batches=BatchCounts(), refusals={})
    assert drawn(report).startswith("customers: nothing to send: the audience is up to date")


def test_books_that_do_not_balance_say_which_sum() -> None:
    report = replace(
        REPORT, books=replace(BOOKS, read=10_413), exit_code=8, state="failed", problem="they do not balance"
    )
    assert "read = recorded + merged + duplicate + rejected: 10,413 is not 10,412" in drawn(report)
    assert "they balance" not in drawn(report)
    assert "problem     they do not balance" in drawn(report)


def test_a_report_of_a_run_that_is_not_planned_yet_is_short() -> None:
    report = Report(run="r-1", sync="customers", state="reading", mode="add", exit_code=None, books=None)
    assert drawn(report).splitlines()[0] == "customers: reading  run r-1, mode add"
    assert "Books" not in drawn(report)


@pytest.fixture
def applied(monkeypatch):
    """Lets `lading apply` end with a report, and keeps the order that it was given."""
    orders = []

    def arrange(report: Report) -> list:
        @contextmanager
        def build(config, environ, *, progress):
            yield SimpleNamespace(carried=lambda name: (name,))

        def apply(parts, what, order):
            orders.append((what, order))
            return report

        monkeypatch.setattr("lading.wiring.build", build)
        monkeypatch.setattr("lading.service.sync.apply", apply)
        return orders

    return arrange


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(0, None), (6, "fix this row"), (7, "wait and try again"), (8, "tell us: this is our bug")],
)
def test_apply_ends_with_the_runs_verdict(say, applied, code, remedy) -> None:
    applied(replace(REPORT, exit_code=code))
    said = say("apply", "customers", "--json")
    body = json.loads(said.out)
    assert (said.code, body["exit_code"], body["ok"]) == (code, code, code == 0)
    assert [problem["remedy"] for problem in body["problems"]] == ([remedy] if remedy else [])
    assert body["data"]["audience_id"] == "413642381039213536"
    assert body["data"]["books"]["read"] == 10_412


def test_more_rejected_than_allowed_is_exit_code_6_for_people_too(say, applied) -> None:
    applied(replace(REPORT, exit_code=Exit.REFUSED))
    said = say("apply", "customers")
    assert said.code == 6
    assert "384" in said.out


def test_the_options_of_apply_reach_the_service(say, applied, tmp_path) -> None:
    orders = applied(REPORT)
    say("apply", "customers")
    say(
        "apply", "p-1", "--no-wait", "--max-wait", "1.5", "--input", "x.csv", "--accept", "min_records",
        "--accept", "max_removals", "--max-rejected", "2%",
    )  # fmt: skip
    (what, plain), (plan, order) = orders
    assert (what, plain.wait, plain.max_wait, plain.input, plain.accept, plain.max_rejected) == (
        "customers", True, None, None, frozenset(), None,
    )  # fmt: skip
    assert (plan, order.wait, order.max_wait) == ("p-1", False, timedelta(seconds=90))
    assert (str(order.input), order.accept) == ("x.csv", {"min_records", "max_removals"})
    assert str(order.max_rejected) == "2%"


def test_a_limit_that_is_none_is_wrong_usage(say, applied) -> None:
    applied(REPORT)
    said = say("apply", "customers", "--max-rejected", "many")
    assert said.code == 2
    assert "--max-rejected" in said.err
