"""The story of one record, told from the index and the waybills."""

from __future__ import annotations

from lading.membership.diff import diff
from lading.membership.generations import commit
from lading.membership.trace import story
from lading.membership.waybill import write
from lading.model.states import Mode

KEY = b"key"


def carry(kit, people, previous, outcomes):
    made = diff(kit.records(people), previous, Mode.MIRROR, now=kit.now, folder=kit.folder)
    changes = kit.folder / made.changes.name
    settled = [kit.outcomes(outcomes, batch=4)]
    facts = {"folder": kit.folder, "at": kit.now, "ttl": kit.days(3), "profile": "amc/1"}
    waybill = write(changes, settled, key=KEY, folder=kit.folder)
    return commit(previous, changes, settled, **facts), kit.folder / waybill.file.name


def test_a_member_and_what_happened_to_him(kit):
    person = kit.Person("a", ({"email": "1"}, {"phone": "2"}), "DE")
    generation, waybill = carry(
        kit, [person, kit.Person("b", ({"email": "x"},))], None, {0: "confirmed", 1: "confirmed"}
    )
    told = story("a", key=KEY, generation=generation, waybills=[("r-1", waybill)])
    assert told.member.generation == 1
    assert (told.member.profile, told.member.country, told.member.sets) == ("amc/1", "DE", 2)
    assert told.member.expires_at == kit.now + kit.days(3)
    assert not told.member.doubtful
    (step,) = told.steps
    assert (step.run, step.change, step.outcome, step.batch, step.job, step.at) == (
        "r-1", "add", "confirmed", 4, "job-4", kit.now,
    )  # fmt: skip


def test_somebody_who_left(kit):
    first, added = carry(kit, [kit.Person("a", ({"email": "1"},))], None, {0: "confirmed"})
    second, removed = carry(kit, [], first, {0: "confirmed"})
    told = story("a", key=KEY, generation=second, waybills=[("r-1", added), ("r-2", removed)])
    assert told.member is None
    assert [(step.run, step.change) for step in told.steps] == [("r-1", "add"), ("r-2", "remove")]


def test_a_stranger(kit):
    generation, waybill = carry(kit, [kit.Person("a", ({"email": "1"},))], None, {0: "refused"})
    told = story("z", key=KEY, generation=generation, waybills=[("r-1", waybill)])
    assert (told.member, told.steps) == (None, ())
    assert "row number" in told.note
    assert story("z", key=KEY, generation=None, waybills=[]).as_dict()["member"] is None
