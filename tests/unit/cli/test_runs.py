"""How runs and the story of a person look."""

from datetime import UTC, datetime, timedelta

from lading.cli import runs, trace
from lading.cli.sheet import Sheet
from lading.membership.trace import Member, Step, Story
from lading.report.parts import Part
from lading.service.listing import BatchLine, LogLine, RunLine, RunView

BEGUN = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
LINE = RunLine(
    id="r-01KAVX9Q2M5N8T7R4W1YZB3CDE", sync="customers", target="amazon/shop", mode="add", state="done", created_at=BEGUN,
    ended_at=BEGUN + timedelta(minutes=9), exit_code=0, problem=None,
)  # fmt: skip
PARTS = (
    Part(part=1, state="complete", requests=1, records=5000, jobs=("6d96d332",)),
    Part(part=2, state="created", requests=1, records=4760, jobs=()),
)
JOB = "6d96d332-348f-4b40-9561-5e624f9a0dbd"


def drawn(draw, *args) -> str:
    sheet = Sheet({})
    draw(sheet, *args)
    return sheet.text()


def test_runs_are_a_line_each() -> None:
    assert drawn(runs._draw_list, [LINE]) == (
        "run                           sync       mode  state  begun                 took   exit\n"
        "r-01KAVX9Q2M5N8T7R4W1YZB3CDE  customers  add   done   2026-01-31 14:00 UTC  9 min     0\n"
    )


def test_no_run_yet_says_how_to_begin() -> None:
    assert "lading plan SYNC" in drawn(runs._draw_list, [])


def test_a_run_shows_its_batches_with_whole_job_ids_and_what_is_left() -> None:
    batches = (
        BatchLine(no=1, part=1, group=2, records=5000, state="confirmed", attempts=1, job=JOB, confirmed=5000, refused=0, next_at=None, problem=None),
        BatchLine(no=2, part=2, group=2, records=4760, state="held", attempts=2, job=None, confirmed=0, refused=0, next_at=BEGUN, problem="429"),
    )  # fmt: skip
    text = drawn(
        runs._draw_one,
        RunView(
            run=LINE, batches=batches, parts=PARTS, log=(LogLine(at=BEGUN, what="run done", who="vm/1/2"),)
        ),
    )
    assert JOB in text
    assert "batch 2: 429" in text
    assert "   1  complete         1    5,000     1\n   2  created          1    4,760     0\n" in text
    assert "batch 2 goes on at 2026-01-31 14:00:00 UTC" in text
    assert "2026-01-31 14:00:00  run done  vm/1/2" in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_story_tells_membership_and_every_step() -> None:
    member = Member(generation=3, profile="amc/1", country="US", expires_at=BEGUN, doubtful=True, sets=2)
    steps = (
        Step(run=LINE.id, change="add", outcome="confirmed", reason=None, batch=1, job=JOB, at=BEGUN),
        Step(
            run="r-2",
            change="update",
            outcome="refused",
            reason="invalid hash",
            batch=None,
            job=None,
            at=None,
        ),
    )
    text = drawn(trace._draw, "customers", Story("ref", member, steps))
    assert text.splitlines()[0] == "Member of the audience of customers  as it was last committed"
    assert "2026-01-31 14:00 UTC  add: confirmed" in text
    assert f"run {LINE.id}, batch 1" in text
    assert f"job {JOB}" in text
    assert "not sent yet" in text
    assert "invalid hash" in text
    assert "sent again with the next run" in text


def test_a_story_of_nobody_says_so() -> None:
    text = drawn(trace._draw, "customers", Story("ref", None, ()))
    assert text.startswith("No member of the audience of customers")
    assert "No run has sent this record." in text


def test_a_log_needs_a_run(say) -> None:
    said = say("runs", "--log")
    assert said.code == 2
    assert "lading runs RUN --log" in said.err
