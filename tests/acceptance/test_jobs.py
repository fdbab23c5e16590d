"""What Amazon makes of its jobs, told by the command: every end, the books of it, and how the next run goes on."""

import json
import signal
import sqlite3

import polars as pl
import pytest

PEOPLE = 12
EVERYBODY = {f"c-{number}" for number in range(PEOPLE)}
RECORDS = "POST */amc/audiences/records"


@pytest.fixture
def desk(desk):
    desk.write(desk.people(PEOPLE))
    return desk


def applied(desk, *arguments):
    """The command, with its report's books, which balance however it ended."""
    done = desk.lading("apply", "customers", "--json", *arguments)
    report = done.json["data"]
    assert report["balanced"], report
    return done, report["books"]


#: Fault -> exit code, confirmed, refused, requests with records, the reason in the report.
ENDS = {
    "a job that fails once is sent again": ({"job_failed": {"at": [1]}}, 0, 12, 0, 3, None),
    "jobs that fail again are refused": (
        {"job_failed": 1},
        6,
        0,
        12,
        4,
        "Amazon failed the whole job, twice",
    ),
    "one target that fails once is made good": ({"job_partial": {"at": [1]}}, 0, 12, 0, 3, None),
    "one target that fails again is told": ({"job_partial": 1}, 6, 12, 0, 4, None),
    "records are refused by name": ({"refuse_records": 1, "seed": 1}, 6, 0, 12, 2, "record refused"),
}


@pytest.mark.parametrize("name", ENDS)
def test_every_end_of_a_job(desk, name):
    faults, code, confirmed, refused, requests, reason = ENDS[name]
    desk.sandbox.faults(**faults)
    done, books = applied(desk, "--max-rejected", "0")
    assert (done.code, books["confirmed"], books["refused"], books["pending"]) == (
        code,
        confirmed,
        refused,
        0,
    )
    assert len(desk.sent()) == requests
    report = done.json["data"]
    assert report["refusals"] == ({reason: refused} if reason else {})
    [waybill] = desk.home.rglob("waybill-*.parquet")
    lines = pl.read_parquet(waybill)
    assert lines.height == PEOPLE
    assert lines.filter(pl.col("outcome") == "confirmed").height == confirmed
    assert lines["job"].null_count() == 0


def test_the_record_that_nobody_names_is_found_by_halving(desk):
    """For AMC alone a partial job takes every other record and names none."""
    desk.settings(("target: AMC_AND_DSP", "target: AMC"))
    desk.sandbox.faults(job_partial={"at": [1, 2, 3]})
    done, books = applied(desk)
    assert (done.code, books["confirmed"]) == (0, PEOPLE)
    view = desk.lading("runs", done.json["data"]["run"], "--json").data
    assert "split" in {batch["state"] for batch in view["batches"]}
    assert [(part["state"], part["records"]) for part in view["parts"]] == [("complete", PEOPLE)]
    assert desk.members() == EVERYBODY


def test_a_job_without_an_end_is_stuck_and_the_next_run_goes_on(desk):
    desk.sandbox.faults(slow_jobs_seconds=400_000)
    done, books = applied(desk)
    assert (done.code, books["pending"], done.json["problems"][0]["code"]) == (7, PEOPLE, "gave_up")
    desk.sandbox.faults()
    done, books = applied(desk)
    assert (done.code, books["confirmed"]) == (0, PEOPLE)
    assert desk.members() == EVERYBODY


def test_after_the_longest_wait_the_next_run_goes_on_without_sending_again(desk):
    desk.sandbox.faults(slow_jobs_seconds=7200)
    stopped = desk.lading("apply", "customers", "--max-wait", "5", "--json")
    assert (stopped.code, stopped.json["problems"][0]["code"]) == (5, "still_processing")
    sent = len(desk.sent())
    done, books = applied(desk)
    assert (done.code, books["confirmed"], len(desk.sent())) == (0, PEOPLE, sent)


def test_books_that_do_not_balance_are_exit_code_8(desk):
    """Somebody changed the ledger behind our back: the program checks its own sums."""
    killed = desk.lading("apply", "customers", LADING_CRASH_AT="ledger.committing.after_commit")
    assert killed.code == -signal.SIGKILL
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        [(run, books)] = ledger.execute("select id, books from runs").fetchall()
        wrong = {**json.loads(books), "read": PEOPLE + 1}
        ledger.execute("update runs set books = ? where id = ?", (json.dumps(wrong), run))
    ledger.close()
    done = desk.lading("apply", "customers", "--json")
    assert (done.code, done.json["data"]["balanced"]) == (8, False)
    assert (
        "read = recorded + merged + duplicate + rejected: 13 is not 12" in done.json["problems"][0]["message"]
    )


def test_trace_tells_the_job_of_a_record(desk):
    assert desk.lading("apply", "customers").code == 0
    told = desk.lading("trace", "customers", "c-3", "--json").data
    [step] = told["steps"]
    run = desk.lading("runs", step["run"], "--json").data
    assert step["job"] in {batch["job"] for batch in run["batches"]}
    assert (step["change"], step["outcome"], told["member"]["generation"]) == ("add", "confirmed", 1)
