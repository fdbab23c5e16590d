"""What each mode makes of people and members, against a reckoning with Python's sets."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.errors import BooksUnbalanced
from lading.membership.diff import diff
from lading.membership.generation import Generation
from lading.membership.generations import commit
from lading.model.frames import CHANGES
from lading.model.states import Mode
from lading.plan.expiry import Horizon


def members(kit, people, *, ttl_days=10, at=None):
    """The generation in which exactly these people were confirmed."""
    made = diff(kit.records(people), None, Mode.ADD, now=kit.now, folder=kit.folder)
    settled = kit.all_confirmed(made.changes, at=at or kit.now)
    return commit(
        None, kit.folder / made.changes.name, settled,
        folder=kit.folder, at=kit.now, ttl=kit.days(ttl_days), profile="amc/1",
    )  # fmt: skip


def due(kit, days, spread=0):
    moment = kit.now + kit.days(days)
    return Horizon(next_run=moment, by=moment, spread=kit.days(spread))


def person(kit, external_id, *emails, **more):
    return kit.Person(external_id, tuple({"email": email} for email in emails), **more)


def changes(kit, people, generation, mode=Mode.ADD, **kwargs):
    result = diff(kit.records(people), generation, mode, **{"now": kit.now, "folder": kit.folder, **kwargs})
    return result, kit.read(result.changes)


def told(frame):
    return list(zip(frame["group"], frame["change"], frame["external_id"], strict=True))


def test_the_first_run_adds_everybody_in_order(kit):
    result, frame = changes(kit, [person(kit, "b", "b"), person(kit, "a", "a")], None)
    assert frame.schema == pl.Schema(CHANGES)
    assert told(frame) == [(2, "add", "a"), (2, "add", "b")]
    assert frame["no"].to_list() == [0, 1]
    assert (result.counts.add, result.counts.unchanged, result.counts.changes) == (2, 0, 2)


def test_the_second_run_with_the_same_people_sends_nothing(kit):
    people = [person(kit, "a", "a"), person(kit, "b", "b")]
    result, frame = changes(kit, people, members(kit, people))
    assert frame.is_empty()
    assert result.counts.unchanged == 2


def test_an_update_that_only_adds_a_set_deletes_nothing(kit):
    generation = members(kit, [person(kit, "a", "old")])
    _, frame = changes(kit, [person(kit, "a", "old", "new")], generation)
    assert told(frame) == [(2, "update", "a")]


def test_an_update_that_drops_a_set_deletes_the_old_ones_first(kit):
    generation = members(kit, [person(kit, "a", "old", "kept")])
    result, frame = changes(kit, [person(kit, "a", "kept", "new")], generation)
    assert told(frame) == [(1, "drop", "a"), (2, "update", "a")]
    emails = [[one["email"] for one in sets] for sets in frame["sets"]]
    assert emails == [
        [kit.hashed({"email": e})["email"] for e in pair] for pair in (("old", "kept"), ("kept", "new"))
    ]
    assert (result.counts.drop, result.counts.update, result.counts.changed(Mode.ADD)) == (1, 1, 1)


def test_who_shares_a_dropped_identifier_is_sent_again_as_he_is(kit):
    generation = members(
        kit, [person(kit, "a", "home"), person(kit, "b", "home", "own"), person(kit, "c", "else")]
    )
    result, frame = changes(kit, [person(kit, "a", "moved")], generation)
    assert told(frame) == [(1, "drop", "a"), (2, "update", "a"), (2, "share", "b")]
    assert frame.row(2, named=True)["sets"] == [kit.hashed({"email": "home"}), kit.hashed({"email": "own"})]
    assert frame.row(2, named=True)["fingerprint"] is not None
    assert (result.counts.share, result.counts.unchanged) == (1, 0)


@pytest.mark.parametrize(
    ("other", "shares"),
    [
        ({"phone": "1"}, True),
        ({"first_name": "ann", "last_name": "lee", "address": "1 elm", "postal": "9"}, True),
        ({"first_name": "bob", "last_name": "lee", "address": "1 elm", "postal": "9"}, False),
        ({"city": "boston", "state": "ma"}, False),
    ],
)
def test_an_identifier_is_what_finds_one_person(kit, other, shares):
    gone = {
        "phone": "1",
        "first_name": "ann",
        "last_name": "lee",
        "address": "1 elm",
        "postal": "9",
        "city": "boston",
        "state": "ma",
    }
    generation = members(kit, [kit.Person("a", (gone,)), kit.Person("b", (other,))])
    _, frame = changes(kit, [kit.Person("b", (other,))], generation, Mode.MIRROR)
    assert ("share" in frame["change"].to_list()) == shares


def test_an_expired_member_is_added_again_and_goes_for_good_where_he_would_be_removed(kit):
    generation = members(kit, [person(kit, "a", "a"), person(kit, "b", "b")])
    later = kit.now + kit.days(10)
    people = [person(kit, "a", "a")]
    assert told(changes(kit, people, generation, now=later)[1]) == [(2, "add", "a")]
    made, frame = changes(kit, people, generation, Mode.MIRROR, now=later)
    assert told(frame) == [(1, "drop", "b"), (2, "add", "a")]
    assert made.counts.removed(Mode.MIRROR) == 0
    assert told(changes(kit, people, generation, Mode.REMOVE, now=later)[1]) == [(1, "drop", "a")]


def test_what_an_expired_member_was_is_deleted_before_he_comes_back_as_somebody_else(kit):
    generation = members(kit, [person(kit, "a", "old")])
    _, frame = changes(kit, [person(kit, "a", "new")], generation, now=kit.now + kit.days(10))
    assert told(frame) == [(1, "drop", "a"), (2, "add", "a")]
    assert frame["sets"].to_list() == [[kit.hashed({"email": "old"})], [kit.hashed({"email": "new"})]]


def test_who_expires_soon_is_refreshed_where_the_mode_does(kit):
    people = [person(kit, "a", "a")]
    generation = members(kit, people)
    soon = {"due": due(kit, 11)}
    assert told(changes(kit, people, generation, Mode.ADD, **soon)[1]) == []
    assert told(changes(kit, people, generation, Mode.UPSERT, **soon)[1]) == [(2, "refresh", "a")]
    assert told(changes(kit, people, generation, Mode.UPSERT, due=due(kit, 9))[1]) == []


def test_a_removal_sends_the_sets_that_were_sent(kit):
    generation = members(kit, [person(kit, "a", "then"), person(kit, "b", "b")])
    result, frame = changes(
        kit, [person(kit, "a", "now"), person(kit, "stranger", "x")], generation, Mode.REMOVE
    )
    assert told(frame) == [(1, "remove", "a")]
    assert frame["sets"].to_list() == [[kit.hashed({"email": "then"})]]
    assert (
        result.counts.unchanged,
        result.counts.changed(Mode.REMOVE),
        result.counts.removed(Mode.REMOVE),
    ) == (1, 1, 0)


def test_a_damaged_index_stops_the_run(kit):
    generation = members(kit, [person(kit, "a", "a")])
    (kit.folder / generation.index.name).write_bytes(b"something else")
    with pytest.raises(BooksUnbalanced, match="not as it was written"):
        changes(kit, [person(kit, "a", "b")], generation)


def test_a_member_without_identifiers_on_record_is_not_forgotten_silently(kit):
    generation = members(kit, [person(kit, "a", "a")])
    empty = Generation(kit.folder, 1, generation.index, members(kit, [person(kit, "b", "b")]).segments, 1)
    with pytest.raises(BooksUnbalanced, match="1 members change"):
        changes(kit, [], empty, Mode.MIRROR)


def reckon(source, before, mode):
    """Changes by hand: (group, change, external id) in order. `source` and `before`: external id -> set of e-mails."""
    found = []
    for external_id in sorted(source.keys() | before.keys()):
        new, old = source.get(external_id), before.get(external_id)
        if old is not None and (
            (mode is Mode.REMOVE and new is not None) or (mode is Mode.MIRROR and new is None)
        ):
            found.append((1, "remove", external_id))
        elif new is not None and old is None and mode is not Mode.REMOVE:
            found.append((2, "add", external_id))
        elif new is not None and old is not None and new != old:
            found.append((2, "update", external_id))
            if set(old) - set(new):
                found.append((1, "drop", external_id))
    lost = {email for group, _, external_id in found if group == 1 for email in before[external_id]}
    touched = {external_id for _, _, external_id in found}
    shares = [
        (2, "share", name) for name, emails in before.items() if name not in touched and lost & set(emails)
    ]
    return sorted(found + shares, key=lambda change: (change[0], change[2]))


PEOPLE = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.lists(st.sampled_from("tuvwxyz"), min_size=1, max_size=3, unique=True).map(tuple),
)


@settings(max_examples=25, deadline=None)
@given(before=PEOPLE, source=PEOPLE, mode=st.sampled_from(Mode))
def test_every_mode_agrees_with_sets(fresh_kit, before, source, mode):
    kit = fresh_kit()
    generation = (
        members(kit, [person(kit, name, *emails) for name, emails in before.items()]) if before else None
    )
    result, frame = changes(
        kit, [person(kit, name, *emails) for name, emails in source.items()], generation, mode
    )
    assert told(frame) == reckon(source, before, mode)
    assert frame["no"].to_list() == list(range(frame.height))
    for row in frame.iter_rows(named=True):
        emails = (source if row["change"] in ("add", "update") else before)[row["external_id"]]
        assert row["sets"] == [kit.hashed({"email": email}) for email in emails]
    counts = result.counts
    assert len(source) == counts.unchanged + counts.changed(mode)
    assert counts.changes == frame.height


@pytest.mark.parametrize("mode", [Mode.ADD, Mode.UPSERT, Mode.MIRROR])
def test_a_member_who_denies_is_removed_in_every_mode_that_adds(kit, mode):
    people = [person(kit, "a", "a"), person(kit, "no", "no"), person(kit, "z", "z")]
    generation = members(kit, people)
    denied = kit.denied("no", "never was a member", "no")
    result, frame = changes(kit, [people[0], people[2]], generation, mode, denied=denied)
    assert told(frame) == [(1, "remove", "no")]
    assert frame["sets"].to_list() == [[kit.hashed({"email": "no"})]]
    assert (result.counts.removed(mode), result.counts.changed(mode), result.counts.unchanged) == (1, 0, 2)


def test_a_member_who_shares_an_identifier_with_one_who_denies_is_sent_again(kit):
    people = [person(kit, "no", "home"), person(kit, "spouse", "home")]
    _, frame = changes(kit, people[1:], members(kit, people), denied=kit.denied("no"))
    assert told(frame) == [(1, "remove", "no"), (2, "share", "spouse")]


def test_who_denies_after_his_time_goes_for_good_and_is_no_removal(kit):
    """A longer ttl would show him again; whoever was never there needs nothing."""
    generation = members(kit, [person(kit, "old", "old")], ttl_days=1)
    result, frame = changes(kit, [], generation, now=kit.now + kit.days(2), denied=kit.denied("old", "new"))
    assert told(frame) == [(1, "drop", "old")]
    assert result.counts.removed(Mode.ADD) == 0
