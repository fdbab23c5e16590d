"""A run that dies at any of its named moments, and is started again: members and books are as if nothing had happened."""

import shutil

import pytest

from lading.crashpoints import DATASET_POINTS, POINTS, hooked
from lading.errors import AccessError
from lading.service.audiences.audiences import adopt

PEOPLE = 12
BATCHES = 2
EVERYBODY = {f"c-{number}" for number in range(PEOPLE)}

#: Amazon had the request and the ledger did not say so yet: it goes out a second time.
SENT_TWICE = frozenset({"deliver.after_answer", "ledger.sent.before_commit"})
#: Amazon had made the audience and its id was not kept yet: only a person can tell it.
ID_LOST = frozenset({"create_audience.after_answer", "ledger.audience_created.before_commit"})

#: Moments that a first run has nothing to do with: other commands, other ends, and bytes that the HTTP client sends.
ELSEWHERE = (
    "ledger.beat", "ledger.stopped", "ledger.released", "ledger.guarded", "ledger.failed", "ledger.cancelled",
    "ledger.claimed", "ledger.ready", "ledger.unknown", "ledger.held", "ledger.stuck", "ledger.refused", "ledger.split",
    "ledger.audience_adopted", "ledger.audience_updat", "update_audience.", "ledger.settled", "ledger.paused", "ledger.plan.", "ledger.secret",
    "ledger.audit", "ledger.verified", "ledger.fired", "ledger.firing_", "ledger.schedule", "ledger.key", "ledger.left", "ledger.setting", "ledger.events", "events.", "marks.",
    "ledger.suppressed", "ledger.removed", "ledger.erased", "ledger.rewritten", "ledger.forgotten", "ledger.swept", "receipt.",
    "forget.",
)  # fmt: skip

REACHED = sorted(point for point in POINTS - DATASET_POINTS if not point.startswith(ELSEWHERE))

#: A run that was opened and never taken up by its process, which lives on here: only a real death frees it.
TRIED = [point for point in REACHED if point != "ledger.created.after_commit"]


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


def dying_at(point):
    def hook(name):
        if name == point:
            raise Death(point)

    return hooked(hook)


@pytest.fixture
def shop(shop):
    shop.write(shop.people(PEOPLE))
    return shop


def books_are_closed(shop, report):
    books = report.books
    assert (report.state, report.exit_code, report.balanced) == ("done", 0, True)
    assert (books.read, books.refused, books.pending, report.members) == (PEOPLE, 0, 0, PEOPLE)
    assert shop.members() == EVERYBODY


def test_these_are_all_the_moments_of_a_first_run(shop):
    reached = set()
    with hooked(reached.add):
        shop.apply()
    assert sorted(reached) == REACHED


@pytest.mark.parametrize("point", TRIED)
def test_died_and_started_again(shop, point):
    with dying_at(point), pytest.raises(Death):
        shop.apply()
    if point in ID_LOST:
        adopted(shop)
    report = shop.apply()
    books_are_closed(shop, report)
    assert len(shop.sent()) == BATCHES + (point in SENT_TWICE)
    assert len(shop.sent("/amc/audiences/metadata")) == 1 + (point in ID_LOST)
    left = shop.folder / ".lading" / "tmp"
    assert list(left.iterdir()) == []


def adopted(shop):
    with pytest.raises(AccessError, match="adopt"):
        shop.apply()
    [audience] = shop.sandbox.door("GET", "state")["audiences"]
    with shop.parts() as parts:
        adopt(parts, "customers", str(audience["audienceId"]))


#: A later run takes out and adds; the next generation stands on the last one.
LATER = [
    point for point in TRIED
    if point.endswith((".after_commit", ".after_rename", ".after_answer"))
    and not point.startswith(("ledger.opened", "ledger.audience", "ledger.link", "create_audience", "audiences_json"))
]  # fmt: skip


@pytest.mark.parametrize("point", LATER)
def test_a_later_run_died_and_was_started_again(shop, settled, point):
    shop = settled(shop)
    with dying_at(point), pytest.raises(Death):
        shop.apply()
    report = shop.apply_until_done()
    assert (report.state, report.balanced, report.books.pending) == ("done", True, 0)
    assert shop.members() == {*EVERYBODY, "c-new"}
    sets = {member["externalUserId"]: member["sets"] for member in shop.sandbox.members(shop.audience_id)}
    assert len(sets["c-1"]) == 1


@pytest.fixture
def settled():
    """A shop whose first run is done, and whose file has changed since."""

    def settle(shop):
        people = shop.people(PEOPLE + 1)
        shop.apply()
        people["c-new"] = people.pop(f"c-{PEOPLE}")
        people["c-1"]["email"] = "somebody.else@shop.example"
        shop.write(people)
        return shop

    return settle


def test_a_home_that_was_moved_goes_on(shop):
    with dying_at("ledger.planned.after_commit"), pytest.raises(Death):
        shop.apply()
    shutil.move(shop.folder / ".lading", shop.folder / "moved")
    shop.environ["LADING_HOME"] = str(shop.folder / "moved")
    report = shop.apply()
    assert (report.state, report.books.confirmed) == ("done", PEOPLE)
