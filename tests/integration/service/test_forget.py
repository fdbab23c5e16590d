"""People are erased: at Amazon, in every file, for good, whatever dies on the way."""

import hashlib
import json
from contextlib import suppress

import polars as pl
import pytest

from lading.crashpoints import DATASET_POINTS, POINTS, hooked
from lading.errors import GaveUp, LadingError, SettingsError, StillProcessing, TargetBusy
from lading.service.erasure import forgetting, receipts
from lading.service.erasure.asking import People
from lading.service.remedies.retrying import retry
from lading.service.remedies.undoing import undo
from lading.service.sync import plan
from lading.service.work import Order

PEOPLE = 12
EVERYBODY = {f"c-{number}" for number in range(PEOPLE)}


def forget(shop, *ids, emails=(), **order):
    with shop.parts() as parts:
        return forgetting.forget(parts, People(external_ids=ids, emails=emails), Order(**order))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def traces(folder, *values):
    """Where any of these stands in a home, every file decoded."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_bytes()
        if path.name.endswith(".parquet"):
            text += pl.read_parquet(path).write_ndjson().encode()
        forms = {
            form for value in values for form in (value.encode(), hashlib.sha256(value.encode()).digest())
        }
        found += [(str(path.relative_to(folder)), form) for form in forms if form in text]
    return found


@pytest.fixture
def home(shop):
    return shop.folder / ".lading"


@pytest.fixture
def people(shop):
    people = shop.people(PEOPLE)
    shop.write(people)
    return people


def known_by(person):
    """How he could be found: the hashes that Amazon was given."""
    return digest(person["email"]), '"c-3"'


def test_whoever_is_forgotten_is_found_nowhere(shop, people, home):
    shop.apply()
    assert traces(home, *known_by(people["c-3"]))
    done = forget(shop, "c-3")
    assert (done.state, done.people, done.removals[0].removed) == ("done", 1, 1)
    assert done.files > 5
    assert traces(home, *known_by(people["c-3"])) == []
    assert shop.members() == EVERYBODY - {"c-3"}


def test_old_books_still_balance(shop, people, home):
    first = shop.apply()
    forget(shop, "c-3")
    with shop.parts() as parts:
        books = parts.ledger.runs.get(first.run).books
        assert (books.confirmed, books.erased, books.imbalance()) == (PEOPLE - 1, 1, ())
        generations = parts.ledger.audiences.generations(parts.ledger.audiences.list()[0].target)
    assert [one.members for one in generations] == [PEOPLE - 1, PEOPLE - 1]


def test_a_later_source_does_not_bring_him_back(shop, people, home):
    shop.apply()
    forget(shop, "c-3")
    report = shop.apply()
    assert (report.books.rejected, report.balanced) == (1, True)
    assert report.rejections[0].code == "suppressed"
    assert shop.members() == EVERYBODY - {"c-3"}
    assert traces(home, *known_by(people["c-3"])) == []


def test_not_even_under_another_id(shop, people, home):
    shop.apply()
    forget(shop, "c-3")
    people["c-99"] = people.pop("c-3")
    shop.write(people)
    report = shop.apply()
    assert report.rejections[0].code == "suppressed"
    assert "c-99" not in shop.members()


def test_by_his_e_mail_address_in_clear(shop, people, home):
    shop.apply()
    done = forget(shop, emails=[f" {people['c-3']['email'].upper()} "])
    assert (done.people, done.removals[0].removed) == (1, 1)
    assert traces(home, *known_by(people["c-3"]), people["c-3"]["email"]) == []


def test_whoever_shares_an_identifier_stays_and_is_sent_again(shop, people, home):
    people["c-4"]["phone"] = people["c-3"]["phone"]
    shop.write(people)
    shop.apply()
    done = forget(shop, "c-3")
    assert (done.people, done.shared) == (1, 1)
    assert shop.members() == EVERYBODY - {"c-3"}
    assert shop.apply().books.unchanged == PEOPLE - 1


def test_whoever_is_asked_for_by_an_identifier_is_everybody_who_carries_it(shop, people, home):
    people["c-4"]["email"] = people["c-3"]["email"]
    shop.write(people)
    shop.apply()
    assert forget(shop, emails=[people["c-3"]["email"]]).people == 2
    assert shop.members() == EVERYBODY - {"c-3", "c-4"}


def test_somebody_unknown_is_suppressed_all_the_same(shop, people):
    done = forget(shop, "c-3")
    assert (done.state, done.people, done.removals) == ("done", 0, ())
    assert shop.apply().books.rejected == 1


def test_twice_in_a_row(shop, people):
    shop.apply()
    first, second = forget(shop, "c-3"), forget(shop, "c-3")
    assert (second.state, second.people, second.removals) == ("done", 0, ())
    assert first.id != second.id


def test_a_saved_plan_from_before_is_gone(shop, people, home):
    with shop.parts() as parts:
        made = plan(parts, "customers")
    forget(shop, "c-3")
    assert not (home / "plans" / made.id).exists()
    with pytest.raises(SettingsError, match="there is no plan"):
        shop.apply(made.id)


def test_a_run_that_had_sent_something_is_let_finish(shop, people):
    with suppress(LadingError):
        shop.apply(wait=False)
    done = forget(shop, "c-3")
    assert done.removals[0].removed == 1
    assert shop.members() == EVERYBODY - {"c-3"}


def test_nothing_is_planned_when_the_key_is_lost(shop, people, home):
    forget(shop, "c-3")
    (home / "erasure-key").unlink()
    with pytest.raises(SettingsError, match="key of the erased people is gone"):
        shop.apply()
    (home / "erasure-key").write_text("0" * 64)
    with pytest.raises(SettingsError, match="not the one that people were erased with"):
        shop.apply()


def test_the_receipt_names_nobody_and_shows_tampering(shop, people, home):
    shop.apply()
    done = forget(shop, "c-3")
    path = home / "receipts" / f"{done.id}.json"
    told = json.loads(path.read_text())
    assert (told["removals"][0]["removed"], told["removals"][0]["jobs"][0]["state"]) == (1, "confirmed")
    with shop.parts() as parts:
        assert receipts.verify(path, home=parts.home).people == 1
        assert receipts.verify(path, key=told["public_key"]).signer == "given"
        path.write_text(path.read_text().replace('"people_found": 1', '"people_found": 0'))
        with pytest.raises(SettingsError, match="changed after it was signed"):
            receipts.verify(path, home=parts.home)


def test_an_undo_does_not_bring_him_back(shop, people, home):
    shop.apply()
    people["c-1"]["email"] = "somebody.else@shop.example"
    shop.write(people)
    wrong = shop.apply().run
    forget(shop, "c-3")
    with shop.parts() as parts:
        way_back = undo(parts, wrong)
    assert way_back.explained.recorded == PEOPLE - 1
    shop.apply(way_back.id)
    assert shop.members() == EVERYBODY - {"c-3"}
    assert traces(home, *known_by(people["c-3"])) == []


def test_looking_first_changes_nothing(shop, people, home):
    shop.apply()
    before = sorted(
        path.name for path in home.rglob("*") if "ledger" not in path.name and "lock" not in path.name
    )
    with shop.parts() as parts:
        foreseen = forgetting.foresee(parts, People(external_ids=("c-3",)))
        assert parts.ledger.forgets.list() == ()
    assert (foreseen.people, foreseen.members, foreseen.known) == (1, {"Shop customers": 1}, False)
    assert (
        sorted(path.name for path in home.rglob("*") if "ledger" not in path.name and "lock" not in path.name)
        == before
    )
    assert shop.members() == EVERYBODY


def test_of_two_at_once_one_works(shop, people, home):
    with (
        shop.parts() as parts,
        forgetting._alone(parts),
        pytest.raises(TargetBusy, match="another process erases"),
    ):
        forget(shop, "c-3")


def test_a_job_that_comes_late_does_not_bring_him_back(shop, people, home):
    """His addition never ended, and may act yet: the erasure does not end before it has."""
    shop.sandbox.faults(slow_jobs_seconds=100_000)
    assert shop.apply().state == "failed"
    shop.sandbox.faults()
    with shop.parts() as parts:
        assert parts.ledger.unsettled.of(parts.ledger.audiences.list()[0].target)
    with pytest.raises(StillProcessing, match="may bring an erased person back"):
        forget(shop, "c-3")
    shop.sandbox.advance(200_000)
    assert forget(shop, "c-3").state == "done"
    shop.sandbox.advance(200_000)
    assert "c-3" not in shop.members()
    assert traces(home, *known_by(people["c-3"])) == []


def test_a_removal_that_amazon_refuses_is_tried_again(shop, people, home):
    shop.apply()
    shop.sandbox.faults(refuse_records={"at": [1]})
    with pytest.raises(GaveUp, match="Amazon refused to remove 1"):
        forget(shop, "c-3")
    shop.sandbox.faults()
    with shop.parts() as parts:
        [unfinished] = parts.ledger.forgets.unfinished()
        [done] = forgetting.resume(parts, unfinished.id, Order())
    assert (done.state, len(done.removals)) == ("done", 2)
    assert shop.members() == EVERYBODY - {"c-3"}
    assert traces(home, *known_by(people["c-3"])) == []


DAY = 24 * 3600


@pytest.fixture
def expired(shop, people):
    """Everybody's time at Amazon is over."""
    settings = shop.folder / "lading.yaml"
    told = settings.read_text()
    settings.write_text(told.replace("country: US}", "country: US, ttl: 2d}"))
    shop.apply()
    shop.sandbox.advance(3 * DAY)
    return lambda: settings.write_text(told)


def test_whoever_has_expired_is_removed_for_good_so_that_a_longer_ttl_does_not_show_him(
    shop, people, home, expired
):
    done = forget(shop, "c-3")
    assert (done.state, [len(run.jobs) for run in done.removals]) == ("done", [1])
    expired()
    shop.write(people)
    shop.apply()
    assert shop.members() == EVERYBODY - {"c-3"}
    assert traces(home, *known_by(people["c-3"])) == []


def test_an_expired_member_whom_amazon_refuses_to_remove_is_said(shop, people, home, expired):
    shop.sandbox.faults(refuse_records={"at": [1]})
    with pytest.raises(GaveUp, match="Amazon refused to remove 1"):
        forget(shop, "c-3")
    shop.sandbox.faults()
    assert forget(shop, "c-3").state == "done"
    assert traces(home, *known_by(people["c-3"])) == []


def test_a_retry_of_an_earlier_run_does_not_bring_him_back(shop, people, home):
    """Suppressed, and not yet out of the files: what was read then is not sent as it was."""
    shop.apply()
    with dying_at("ledger.suppressed.after_commit"), pytest.raises(Death):
        forget(shop, "c-3")
    with shop.parts() as parts:
        last = parts.ledger.runs.list(1)[0]
        again = retry(parts, last.id, Order())
    assert again.books.recorded == PEOPLE - 1


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


def dying_at(point):
    def hook(name):
        if name == point:
            raise Death(point)

    return hooked(hook)


#: Moments that an erasure passes, one of each kind; those of deliveries are tried by the tests of runs.
PASSED = [
    *sorted(
        point for point in POINTS - DATASET_POINTS
        if point.startswith(("ledger.suppressed", "ledger.removed", "ledger.erased", "ledger.rewritten", "ledger.forgotten", "forget."))
    ),
    *(f"{file}.after_rename" for file in ("records", "changes", "index", "segment", "waybill", "outcomes")),
    "receipt.after_write", "receipt.after_folder_fsync", "ledger.planned.after_commit", "ledger.done.after_commit",
]  # fmt: skip


@pytest.mark.parametrize("point", PASSED)
def test_died_and_started_again(shop, people, home, point):
    shop.apply()
    with shop.parts() as parts:
        plan(parts, "customers")
    with dying_at(point), pytest.raises(Death):
        forget(shop, "c-3")
    done = forget(shop, "c-3")
    assert done.state == "done"
    with shop.parts() as parts:
        assert parts.ledger.forgets.unfinished() == ()
    assert traces(home, *known_by(people["c-3"])) == []
    assert shop.members() == EVERYBODY - {"c-3"}
    report = shop.apply()
    assert (report.balanced, report.books.unchanged, report.books.rejected) == (True, PEOPLE - 1, 1)
