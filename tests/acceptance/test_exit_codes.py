"""Each exit code, brought about with the real command."""

import signal
import sqlite3
import time

import pytest

from lading.errors import Exit

PEOPLE = 25

#: Seconds that another process may take to come as far as a test waits for.
PATIENCE = 120


def done(desk):
    yield desk.lading("apply", "customers", "--json")


def bug(desk):
    """A ledger that holds what none of our code writes."""
    assert desk.lading("apply", "customers").code == 0
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        ledger.execute("UPDATE runs SET state = 'dancing'")
    ledger.close()
    ended = desk.lading("runs", "--json")
    yield ended
    [problem] = ended.json["problems"]
    assert "our bug" in problem["message"]
    assert "dancing" not in (desk.home / "logs" / problem["where"].rpartition("/")[2]).read_text("utf-8")


def settings(desk):
    desk.settings(("region: NA", "region: US"))
    yield desk.lading("apply", "customers", "--json")


def access(desk):
    desk.sandbox.policy(terms_accepted=False)
    yield desk.lading("apply", "customers", "--json")


def guard(desk):
    desk.write({})
    yield desk.lading("apply", "customers", "--json")


def processing(desk):
    yield desk.lading("apply", "customers", "--no-wait", "--json")
    desk.sandbox.advance(7200)
    assert desk.lading("follow").code == Exit.DONE


def refused(desk):
    desk.sandbox.faults(refuse_records=0.3, seed=5)
    ended = desk.lading("apply", "customers", "--max-rejected", "0", "--json")
    yield ended
    assert ended.json["data"]["state"] == "done"


def gave_up(desk):
    desk.sandbox.faults(slow_jobs_seconds=400_000)
    yield desk.lading("apply", "customers", "--json")
    desk.sandbox.faults()
    assert desk.lading("apply", "customers").code == Exit.DONE


def unbalanced(desk):
    """A file of the membership is not what was written: whatever it says now, nothing is sent by it."""
    assert desk.lading("apply", "customers").code == 0
    [index] = (desk.home / "members").glob("*/index-*.parquet")
    content = bytearray(index.read_bytes())
    content[len(content) // 2] ^= 1
    index.write_bytes(content)
    desk.write(desk.people(PEOPLE + 1))
    before = len(desk.sent())
    yield desk.lading("apply", "customers", "--json")
    assert len(desk.sent()) == before


def busy(desk):
    plan = desk.lading("plan", "customers", "--json").data["id"]
    assert desk.lading("apply", "customers", "--no-wait").code == Exit.PROCESSING
    yield desk.lading("apply", plan, "--json")


def interrupted(desk):
    """Ctrl-C while a request waits for its answer."""
    desk.sandbox.faults(
        timeout_after={"at": [2], "route": "POST */amc/audiences/records", "hold_seconds": 600}
    )
    with desk.start("apply", "customers", "--json") as process:
        end = time.monotonic() + PATIENCE
        while len(desk.sent()) < 2:
            assert time.monotonic() < end
            time.sleep(0.02)  # noqa: TID251  (nothing tells when another process has come so far)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    desk.sandbox.faults()
    yield type(desk.lading("runs"))(process.returncode, out, err)
    assert desk.lading("apply", "customers").code == Exit.DONE


#: Code -> what brings it about: yields the command as it ended, then looks at what it left.
ENDINGS = {
    Exit.DONE: done, Exit.BUG: bug, Exit.SETTINGS: settings, Exit.ACCESS: access, Exit.GUARD: guard,
    Exit.PROCESSING: processing, Exit.REFUSED: refused, Exit.GAVE_UP: gave_up, Exit.UNBALANCED: unbalanced,
    Exit.BUSY: busy, Exit.INTERRUPTED: interrupted,
}  # fmt: skip


def test_each_exit_code_has_its_ending():
    assert set(ENDINGS) == set(Exit)


@pytest.mark.parametrize("code", ENDINGS, ids=lambda code: f"{code.value}-{code.name}")
def test_a_command_ends_with_its_exit_code(desk, code):
    desk.write(desk.people(PEOPLE))
    steps = ENDINGS[code](desk)
    ended = next(steps)
    assert ended.code == code, ended.err
    assert bool(ended.json["problems"]) is (code is not Exit.DONE)
    assert next(steps, None) is None
