"""How a plan looks."""

from dataclasses import replace
from datetime import UTC, datetime

from lading.cli.plan_sheet import draw, draw_next
from lading.cli.sheet import Sheet
from lading.plan.diff import Counts
from lading.plan.explain import Facts, explain
from lading.plan.tripping import Trip
from lading.service.audiences.metadata import Update
from lading.service.planning import PlanView

FACTS = Facts(
    mode="mirror", target="AMC_AND_DSP", read=10_412, recorded=9_817, merged=0, duplicate=211,
    rejections={"email_invalid": 83, "no_identifier": 301}, findings={}, warnings={}, requests=3, parts=1, members=1_000,
    counts=Counts(add=700, update=20, remove=5, unchanged=9_097), per_second=10, per_hour=6000,
)  # fmt: skip
VIEW = PlanView(
    id="p-01KAVX9Q2M5N8T7R4W1YZB3CDE", sync="customers", audience_name="Shop customers", audience_id=None,
    target="AMC_AND_DSP", created_at=datetime(2026, 1, 31, tzinfo=UTC), explained=explain(FACTS), tripped=(), updates=(),
    endpoint=None,
)  # fmt: skip

LOOKS = """\
Plan for customers  p-01KAVX9Q2M5N8T7R4W1YZB3CDE, mode mirror
  audience    Shop customers (will be created), target AMC_AND_DSP

Source
  rows read                    10,412
    people                      9,817
    duplicate                     211  nothing new in them
    rejected                      384  3.6%

Changes
  add                             700
  update                           20
  remove                            5
  unchanged                     9,097  nothing is sent for them
  members now                   1,000
  members after                 1,695  if Amazon refuses nobody
  DSP uses an audience of 2,000 who match: 305 are lacking

Rejected rows
  no_identifier                   301
  email_invalid                    83

Sending
  records                         725
  parts                             1  of at most 100,000 identifiers
  requests                          3  about 0 s at the allowed pace
  within 15 min    the job is final
  within 1 h       members can be queried in AMC (it takes records in once an hour)
  within 15 min    DSP has taken the members in
  within 36 h      the audience shows its size in DSP

Nothing was sent. To send exactly this:
  lading apply p-01KAVX9Q2M5N8T7R4W1YZB3CDE
"""


def drawn(view: PlanView) -> str:
    sheet = Sheet({})
    draw(sheet, view)
    draw_next(sheet, view)
    return sheet.text()


def test_a_plan_tells_source_changes_sending_and_when_it_shows() -> None:
    assert drawn(VIEW) == LOOKS


def test_guards_that_would_stop_it_are_named_with_how_to_accept_them() -> None:
    text = drawn(
        replace(VIEW, tripped=(Trip("max_removals", "600 of 1,000 (60.0%) members would be removed"),))
    )
    assert "  max_removals  600 of 1,000 (60.0%) members would be removed" in text
    assert "lading apply p-01KAVX9Q2M5N8T7R4W1YZB3CDE --accept max_removals" in text


def test_a_plan_without_changes_says_so_and_offers_no_apply() -> None:
    text = drawn(replace(VIEW, explained=explain(replace(FACTS, counts=Counts(unchanged=9_817), requests=0))))
    assert "Nothing to send: the audience is up to date" in text
    assert "lading apply" not in text


def test_changes_of_the_audience_itself_are_shown_and_can_be_applied_alone() -> None:
    found = (
        Update("ttl", 34_300_800, 2_592_000),
        Update("description", "", "Everyone"),
        Update("fees", None, [{"cpmCents": 12.5, "currency": "USD"}]),
    )
    nobody = explain(replace(FACTS, counts=Counts(unchanged=9_817), requests=0, parts=0))
    text = drawn(replace(VIEW, explained=nobody, updates=found))
    assert "  ttl          397 d -> 30 d\n" in text
    assert '  description  none -> "Everyone"\n' in text
    assert "  fees         none -> 12.5 cents USD\n" in text
    assert "Nothing to send: nobody has changed" in text
    assert "lading apply p-01KAVX9Q2M5N8T7R4W1YZB3CDE" in text
