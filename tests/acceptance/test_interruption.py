"""Stopped in the middle, and started again: nobody is lost, and nothing is sent twice but what was in flight."""

import signal
import time

import pytest

#: Seconds that another process may take to come as far as a test waits for.
PATIENCE = 120

PEOPLE = 35
BATCHES = 4
EVERYBODY = {f"c-{number}" for number in range(PEOPLE)}

RECORDS = "POST */amc/audiences/records"

#: Where the process is killed -> how many requests with records go out beside the planned ones: where Amazon had the
#: records and the ledger did not say so yet. All points are tried, within one process, in the integration tests.
DEATHS = {
    "ledger.created.after_commit": 0,
    "records.after_write": 0,
    "ledger.planned.before_commit": 0,
    "ledger.delivering.after_commit": 0,
    "create_audience.before_send": 0,
    "ledger.audience_created.after_commit": 0,
    "ledger.sending.after_commit:2": 0,
    "deliver.before_send:3": 0,
    "deliver.after_answer:3": 1,
    "ledger.sent.before_commit:3": 1,
    "ledger.sent.after_commit:3": 0,
    "outcomes.after_rename:2": 0,
    "ledger.confirmed.before_commit:2": 0,
    "waybill.after_folder_fsync": 0,
    "ledger.done.before_commit": 0,
}


@pytest.fixture
def desk(desk):
    desk.write(desk.people(PEOPLE))
    return desk


def finish(desk):
    """The same command again; it has to end well."""
    done = desk.lading("apply", "customers", "--json")
    assert done.code == 0, done.err
    report = done.json["data"]
    books = report["books"]
    assert (report["balanced"], books["read"], books["refused"], books["pending"]) == (True, PEOPLE, 0, 0)
    return report


def held_at(desk, number):
    """From now on the sandbox takes the number-th request with records, and does not answer it."""
    desk.sandbox.faults(timeout_after={"at": [number], "route": RECORDS, "hold_seconds": 600})


def wait_until(condition):
    """Until another process has done something."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)  # noqa: TID251  (nothing tells when another process has come so far)


def interrupted(desk, kind):
    """A run that gets this signal while its third request waits for its answer."""
    held_at(desk, 3)
    with desk.start("apply", "customers") as process:
        wait_until(lambda: len(desk.sent()) == 3)
        process.send_signal(kind)
        _, err = process.communicate(timeout=PATIENCE)
    desk.sandbox.faults()
    return process.returncode, err


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_stops_it_and_the_same_command_goes_on(desk, kind):
    code, err = interrupted(desk, kind)
    assert code == 130
    assert err.splitlines()[-1] == "interrupted; nothing is lost: run the same command again"
    assert "Traceback" not in err
    report = finish(desk)
    assert (report["books"]["confirmed"], report["members"]) == (PEOPLE, PEOPLE)
    assert len(desk.sent()) == BATCHES + 1  # the one in flight
    assert desk.members() == EVERYBODY


def test_a_signal_while_amazon_works_sends_nothing_again(desk):
    desk.sandbox.clock(sleepers=2)
    with desk.start("apply", "customers", "--json") as process:
        wait_until(lambda: len(desk.sent()) == BATCHES)
        wait_until(lambda: "delivering" not in desk.lading("runs").out)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    desk.sandbox.clock(sleepers=1)
    assert (process.returncode, '"interrupted"' in out) == (130, True), err
    assert finish(desk)["books"]["confirmed"] == PEOPLE
    assert len(desk.sent()) == BATCHES
    assert desk.members() == EVERYBODY


@pytest.mark.parametrize("point", DEATHS)
def test_killed_in_the_middle_and_started_again(desk, point):
    killed = desk.lading("apply", "customers", LADING_CRASH_AT=point)
    assert killed.code == -signal.SIGKILL
    report = finish(desk)
    assert report["members"] == PEOPLE
    assert len(desk.sent()) == BATCHES + DEATHS[point]
    assert len(desk.sent("/amc/audiences/metadata")) == 1
    assert report["audience_id"] == desk.audience_id
    assert desk.members() == EVERYBODY


def test_killed_before_the_new_audiences_id_was_kept(desk):
    """Nobody but a person can tell the id of an audience that exists; so he is asked for it."""
    assert (
        desk.lading("apply", "customers", LADING_CRASH_AT="create_audience.after_answer").code
        == -signal.SIGKILL
    )
    asked = desk.lading("apply", "customers")
    assert (asked.code, "lading audiences adopt customers ID" in asked.err) == (3, True)
    [audience] = desk.sandbox.door("GET", "state")["audiences"]
    assert desk.lading("audiences", "adopt", "customers", str(audience["audienceId"])).code == 0
    assert finish(desk)["books"]["confirmed"] == PEOPLE
    assert desk.members() == EVERYBODY


def test_killed_again_and_again(desk):
    """Each life gets a little further."""
    for point in ("ledger.planned.after_commit", "deliver.after_answer:2", "ledger.sent.after_commit:2", "ledger.confirmed.after_commit:3"):  # fmt: skip
        assert desk.lading("apply", "customers", LADING_CRASH_AT=point).code == -signal.SIGKILL
    assert finish(desk)["books"]["confirmed"] == PEOPLE
    assert len(desk.sent()) == BATCHES + 1
    assert desk.members() == EVERYBODY


def test_of_two_at_once_one_works_and_the_other_says_who_does(desk):
    desk.sandbox.clock(sleepers=2)
    with desk.start("apply", "customers", "--json") as first:
        wait_until(lambda: len(desk.sent()) == BATCHES)
        second = desk.lading("apply", "customers", "--json")
        desk.sandbox.clock(sleepers=1)
        out, err = first.communicate(timeout=PATIENCE)
    [problem] = second.json["problems"]
    assert (second.code, problem["code"]) == (9, "target_busy")
    assert f"process {first.pid}" in problem["message"]
    assert first.returncode == 0, err
    assert '"confirmed": 35' in out
    assert len(desk.sent()) == BATCHES
    assert desk.members() == EVERYBODY
