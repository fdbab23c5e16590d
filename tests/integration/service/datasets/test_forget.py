"""An erased person's rows leave the datasets too: asked of Amazon, followed to its end, and gone from every file."""

import hashlib
import json
from datetime import timedelta

import polars as pl
import pytest

from lading.crashpoints import hooked
from lading.errors import SettingsError, StillProcessing
from lading.service.erasure import forgetting
from lading.service.erasure.asking import People
from lading.service.sync import apply
from lading.service.work import Order


@pytest.fixture
def filled(desk):
    """Twelve purchases of four people; the second of them bought three times."""
    desk.people = desk.people[:4]
    desk.rows_written = desk.orders(0, 12, -1)
    desk.write(desk.rows_written)
    desk.apply()
    desk.gone = desk.people[1]["email"]
    return desk


HIS = {"o-1", "o-5", "o-9"}


def forget(desk, **order):
    with desk.parts() as parts:
        return forgetting.forget(parts, People(emails=(desk.gone,)), Order(**order))


def hashes_in(home):
    """Every text in every Parquet file of a home."""
    found = set()
    for path in home.rglob("*.parquet"):
        frame = pl.read_parquet(path)
        for name, kind in frame.schema.items():
            found |= set(frame[name]) if kind == pl.String else set()
    return found


def test_a_person_is_deleted_from_the_dataset_and_from_every_file(filled):
    with filled.parts() as parts:
        ahead = forgetting.foresee(parts, People(emails=(filled.gone,)))
    assert ahead.instances == 1
    assert ahead.identities >= 1
    done = forget(filled)
    assert done.state == "done"
    assert HIS & set(filled.ids()) == set()
    assert len(filled.rows()) == 9
    [deletion] = done.deletions
    assert (deletion.instance_id, deletion.state, deletion.identities) == (
        "amcshop001",
        "done",
        ahead.identities,
    )
    home = filled.folder / ".lading"
    digest = hashlib.sha256(filled.gone.encode()).hexdigest()
    assert digest not in hashes_in(home)
    assert list((home / "identities").iterdir()) == []
    receipt = json.loads((home / "receipts" / f"{done.id}.json").read_text())
    assert [one["request"] for one in receipt["dataset_deletions"]] == [deletion.request]
    assert len(receipt["left_in_s3"]) == 1
    assert digest not in json.dumps(receipt)


def test_who_was_erased_is_sent_no_more_and_makes_no_period_incomplete(filled):
    forget(filled)
    report = filled.apply()
    assert (report.state, report.balanced, report.books.rejected) == ("done", True, 3)
    assert HIS & set(filled.ids()) == set()


def test_by_the_id_of_his_telephone(desk):
    """In any case; rows are told by it here and at Amazon, and it stands nowhere afterwards."""
    everybody = desk.sandbox._lines("population?country=US&limit=200&external=true")
    known = [one for one in everybody if one["maid"]][:3]
    desk.settings(
        **{"country: {country: true}": "country: {country: true}\n          device: {identifier: MAID}"}
    )
    columns = ("order_id", "bought_at", "amount", "email", "country", "device")
    rows = [
        {**desk.order(number, -1), "email": "", "device": known[number % 3]["maid"]} for number in range(9)
    ]
    desk.write(rows, columns=columns)
    desk.apply()
    gone = known[1]["maid"]
    with desk.parts() as parts:
        named = People(others=(("MAID", gone.upper()),))
        assert forgetting.foresee(parts, named).identities == 2
        done = forgetting.forget(parts, named, Order())
    assert (done.state, done.asked) == ("done", {"maid": 1})
    assert {"o-1", "o-4", "o-7"} & set(desk.ids()) == set()
    assert len(desk.rows()) == 6
    home = desk.folder / ".lading"
    assert gone not in hashes_in(home)
    assert not any(gone.encode() in path.read_bytes().lower() for path in home.rglob("*") if path.is_file())
    report = desk.apply()
    assert (report.books.rejected, report.balanced, len(desk.rows())) == (3, True, 6)
    with desk.parts() as parts, pytest.raises(SettingsError, match="did you mean 'maid'") as caught:
        forgetting.forget(parts, People(others=(("maids", gone),)), Order())
    assert gone not in str(caught.value)


def test_an_erasure_that_does_not_wait_goes_on_later(filled):
    with pytest.raises(StillProcessing, match="has not finished deleting rows"):
        forget(filled, max_wait=timedelta(seconds=1))
    with filled.parts() as parts:
        [done] = forgetting.resume(parts, None, Order())
    assert (done.state, len(filled.rows())) == ("done", 9)


def test_a_run_that_holds_the_person_ends_first(filled):
    filled.write([*filled.rows_written, filled.order(13, -1)])
    with filled.parts() as parts, pytest.raises(StillProcessing):
        apply(parts, "purchases", Order(wait=False))
    assert forget(filled).state == "done"
    assert {"o-13", *HIS} & set(filled.ids()) == set()
    assert filled.latest().state == "done"


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


@pytest.mark.parametrize(
    "point",
    [
        "ledger.deletion_planned.after_commit", "ledger.deletion_sending.after_commit", "delete_people.after_answer",
        "ledger.deletion_sent.after_commit", "ledger.deletion_done.before_commit",
    ],
)  # fmt: skip
def test_died_and_started_again(filled, point):
    def die(name):
        if name == point:
            raise Death(point)

    with hooked(die), pytest.raises(Death):
        forget(filled)
    done = forget(filled)
    assert done.state == "done"
    assert {one.state for one in done.deletions} == {"done"}
    assert len(filled.rows()) == 9
    assert list((filled.folder / ".lading" / "identities").iterdir()) == []
