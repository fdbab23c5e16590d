"""Jobs without a wire: a town of three, known by their hashes."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from amc_sandbox.jobs import Application, Jobs, Order, known_keys, union
from amc_sandbox.state.audiences import Audience, Audiences
from amc_sandbox.state.connections import Owner
from amc_sandbox.state.faults import FaultBook
from amc_sandbox.state.ids import Ids
from amc_sandbox.state.members import Legs, Members
from amc_sandbox.state.policy import Policy
from amc_sandbox.state.store import Store

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
OWNER = Owner("user", "client")
A, B, HOME = "a" * 64, "b" * 64, "c" * 64
KNOWN = {A: "Ada", B: "Bob", HOME: "Ada"}
AMC = Legs(amc=True, dsp=False)


class Town:
    """Whoever has one of these e-mails."""

    def resolve(self, sets, country):
        return next((KNOWN[one["email"]] for one in sets if one.get("email") in KNOWN), None)


class Room:
    def __init__(self, **policy):
        self.store = Store()
        ids = Ids(self.store, 1)
        self.jobs = Jobs(self.store, ids, FaultBook(self.store), 1)
        self.audiences, self.members = Audiences(self.store), Members(self.store)
        self.audience = Audience(5, OWNER, "name", "", "US", "x", "connection", None, 3600, None)
        self.audiences.add(self.audience, NOW)
        self.policy = Policy(**policy)
        self.now = NOW

    def send(self, *records, legs=AMC, dsp_fails=False):
        body = json.dumps({"records": records}).encode()
        order = Order(5, OWNER, "connection", legs, dsp_fails, len(records), body)
        return self.jobs.accept(order, self.policy, self.now)

    def apply(self, seconds=180):
        self.now += timedelta(seconds=seconds)
        application = Application(self.jobs, self.audiences, self.members, Town(), self.policy)
        while (row := self.jobs.due(self.now)) is not None:
            application.run(row)

    def outcome(self, job_id):
        return self.jobs.get(OWNER, job_id).outcome

    def current(self):
        return {one.external_id: one.user_id for one in self.members.current(self.audience, self.now)}

    def sizes(self):
        return self.members.sizes(self.audience, self.now)


@pytest.fixture
def room(request):
    made = Room(**getattr(request, "param", {}))
    yield made
    made.store.close()


def record(name, email, action="CREATE"):
    return {"externalUserId": name, "action": action, "hashedPII": [{"email": email}]}


def test_an_addition_and_its_removal(room):
    room.send(record("1", A))
    assert room.current() == {}
    room.apply()
    assert room.current() == {"1": "Ada"}
    room.send(record("1", A, "DELETE"))
    room.apply()
    assert room.current() == {}


def test_a_removal_by_other_hashes_takes_their_person_too(room):
    room.send(record("1", A), record("2", B))
    room.apply()

    room.send(record("1", B, "DELETE"))
    room.apply()

    assert room.current() == {}


@pytest.mark.parametrize("room", [{"delete": "entry"}], indirect=True)
def test_a_removal_of_an_entry_leaves_others_with_the_same_person(room):
    room.send(record("1", A), record("2", HOME))
    room.apply()
    room.send(record("1", A, "DELETE"))
    room.apply()

    assert room.current() == {"2": "Ada"}


def test_unmatched_entries_are_removed_one_by_one(room):
    room.send(record("1", "d" * 64), record("2", "e" * 64))
    room.apply()
    room.send(record("1", "d" * 64, "DELETE"))
    room.apply()

    assert room.current() == {"2": None}


@pytest.mark.parametrize("room", [{"update": "replace"}], indirect=True)
def test_an_entry_whose_person_changes_is_shown_as_both_until_it_is_taken_in(room):
    room.send(record("1", A), legs=Legs(amc=True, dsp=True))
    room.apply(3600)
    assert room.sizes().dsp == 1
    room.audiences.change(Audience(5, OWNER, "name", "", "US", "x", "connection", None, 86400, None))
    room.audience = room.audiences.get(OWNER, 5)

    room.send(record("1", B), legs=Legs(amc=True, dsp=True))
    room.apply(180)

    assert room.current() == {"1": "Bob"}
    assert room.sizes().dsp == 1
    room.apply(3600)
    assert (room.sizes().dsp, room.sizes().amc) == (1, 1)


def test_a_renewed_entry_stays_to_be_seen_in_amc(room):
    room.send(record("1", A))
    room.apply(3600)
    assert room.sizes().amc == 1
    room.send(record("1", A))
    room.apply(180)
    assert room.sizes().amc == 1


def test_an_entry_expires_at_the_very_moment(room):
    room.send(record("1", A))
    room.apply()
    (member,) = room.members.current(room.audience, room.now)
    end = member.added_at + timedelta(seconds=room.audience.ttl)

    assert len(list(room.members.current(room.audience, end - timedelta(microseconds=1)))) == 1
    assert list(room.members.current(room.audience, end)) == []
    assert room.members.sizes(room.audience, end).members == 0


def test_a_failing_leg(room):
    job_id = room.send(record("1", A), legs=Legs(amc=True, dsp=True), dsp_fails=True)
    only = room.send(record("2", A), legs=Legs(amc=False, dsp=True), dsp_fails=True)
    room.apply()

    assert room.outcome(job_id).state == "PARTIALLYSUCCEEDED"
    assert room.outcome(only).state == "FAILED"
    assert room.current() == {"1": "Ada"}


def test_the_body_is_gone_when_the_job_is_done(room):
    room.send(record("1", A))
    assert room.store.number("select count(*) from jobs where body is not null") == 1
    room.apply()
    assert room.store.number("select count(*) from jobs where body is not null") == 0


def test_removed_entries_are_dropped_when_nobody_shows_them_any_longer(room):
    room.send(record("1", A))
    room.apply()
    room.send(record("1", A, "DELETE"))
    room.apply()
    assert room.store.number("select count(*) from members") == 1
    room.apply(7200)
    room.send(record("2", B))
    room.apply()
    assert room.store.number("select count(*) from members") == 1


def test_jobs_take_their_time_and_the_same_for_a_seed():
    def ready():
        room = Room()
        for number in range(40):
            room.send(record(str(number), A))
        found = [row["apply_at"] for row in room.store.rows("select apply_at from jobs order by seq")]
        room.store.close()
        return [(one - found[0]) / 1e6 for one in found], found

    spread, first = ready()
    assert ready()[1] == first
    assert 60 < max(spread) - min(spread) < 120


def test_counts(room):
    room.send(record("1", A), record("2", "clear"))
    room.apply()
    room.send(record("3", B))

    assert room.jobs.tally(5) == {"received": 3, "jobs": 2, "refused": 1, "pending": 1}


def test_union_keeps_each_set_once_and_the_last_hundred():
    sets = [{"email": str(number)} for number in range(150)]

    assert union(sets[:2], sets[1:3]) == tuple(sets[:3])
    assert union(sets[:100], sets[100:]) == tuple(sets[50:])


def test_unknown_keys_are_passed_over():
    assert known_keys([{"email": A, "firstName": B}]) == ({"email": A},)
