"""The next generation is what was confirmed, whatever was refused, lost or never answered."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.errors import BooksUnbalanced
from lading.membership.diff import diff
from lading.membership.generations import MAX_SEGMENTS, Late, commit, to_compact
from lading.model.frames import INDEX, SEGMENT
from lading.model.states import Mode


def person(kit, external_id, *emails):
    return kit.Person(external_id, tuple({"email": email} for email in emails))


def run(kit, people, previous, outcome, *, mode=Mode.MIRROR, at=None, reached=(), late=(), **more):
    """Diff and commit; `outcome(change row)` says confirmed, refused or None."""
    moment = at or kit.now
    made = diff(kit.records(people), previous, mode, now=moment, folder=kit.folder)
    frame = kit.read(made.changes)
    answers = {row["no"]: outcome(row) for row in frame.iter_rows(named=True)}
    settled = [kit.outcomes({no: said for no, said in answers.items() if said}, at=moment)]
    generation = commit(
        previous, kit.folder / made.changes.name, settled,
        folder=kit.folder, at=moment, ttl=kit.days(10), profile="amc/1",
        reached=reached, late=late, **more,
    )  # fmt: skip
    return generation, frame


def confirmed(_row):
    return "confirmed"


def index(kit, generation):
    return kit.read(generation.index)


def sent(kit, generation):
    """External id -> e-mail hashes, as a removal would send them."""
    numbers = dict(zip(index(kit, generation)["external_id"], index(kit, generation)["segment"], strict=True))
    found = {}
    for file in generation.segments:
        number = int(file.name.split("-")[1])
        for row in kit.read(file).iter_rows(named=True):
            if numbers.get(row["external_id"]) == number:
                assert row["external_id"] not in found
                found[row["external_id"]] = [one["email"] for one in row["sets"]]
    return found


def emails(kit, *names):
    return [kit.hashed({"email": name})["email"] for name in names]


def test_confirmed_people_are_members_until_their_time_is_over(kit):
    generation, _ = run(kit, [person(kit, "b", "b"), person(kit, "a", "a")], None, confirmed)
    frame = index(kit, generation)
    assert frame.schema == pl.Schema(INDEX)
    assert frame["external_id"].to_list() == ["a", "b"]
    assert frame["expires_at"].to_list() == [kit.now + kit.days(10)] * 2
    assert frame["profile"].to_list() == ["amc/1"] * 2
    assert (generation.number, generation.members, len(generation.segments)) == (1, 2, 1)
    assert kit.read(generation.segments[0]).schema == pl.Schema(SEGMENT)


def test_a_refused_person_is_no_member(kit):
    generation, _ = run(kit, [person(kit, "a", "a"), person(kit, "b", "b")], None,
                        lambda row: "refused" if row["external_id"] == "a" else "confirmed")  # fmt: skip
    assert index(kit, generation)["external_id"].to_list() == ["b"]


def test_a_refused_update_keeps_the_old_entry_unless_it_was_deleted_first(kit):
    first, _ = run(kit, [person(kit, "a", "old"), person(kit, "b", "old")], None, confirmed)
    people = [person(kit, "a", "old", "more"), person(kit, "b", "new")]
    second, frame = run(kit, people, first, lambda row: "confirmed" if row["group"] == 1 else "refused")
    assert frame["change"].to_list() == ["drop", "update", "update"]
    assert index(kit, second)["external_id"].to_list() == ["a"]
    assert index(kit, second)["fingerprint"].to_list() == ["?" + index(kit, first)["fingerprint"][0]]


def test_old_sets_that_could_not_be_deleted_are_sent_away_next_time(kit):
    first, _ = run(kit, [person(kit, "a", "old")], None, confirmed)
    second, _ = run(
        kit, [person(kit, "a", "new")], first, lambda row: "refused" if row["group"] == 1 else "confirmed"
    )
    assert sent(kit, second) == {"a": emails(kit, "new", "old")}
    third, frame = run(kit, [person(kit, "a", "new")], second, confirmed)
    assert frame["change"].to_list() == ["drop", "update"]
    assert sent(kit, third) == {"a": emails(kit, "new")}
    assert run(kit, [person(kit, "a", "new")], third, confirmed)[1].is_empty()


def test_a_share_that_failed_is_sent_again(kit):
    first, _ = run(kit, [person(kit, "a", "home"), person(kit, "b", "home")], None, confirmed)
    second, frame = run(kit, [person(kit, "b", "home")], first,
                        lambda row: "refused" if row["change"] == "share" else "confirmed")  # fmt: skip
    assert frame["change"].to_list() == ["remove", "share"]
    third, frame = run(kit, [person(kit, "b", "home")], second, confirmed)
    assert frame["change"].to_list() == ["update"]
    assert index(kit, third)["fingerprint"].to_list() == index(kit, first)["fingerprint"].to_list()[1:]


def test_a_commit_may_be_repeated(kit):
    made = diff(kit.records([person(kit, "a", "a")]), None, Mode.ADD, now=kit.now, folder=kit.folder)
    settled = kit.all_confirmed(made.changes)
    facts = {"folder": kit.folder, "at": kit.now, "ttl": None, "profile": "amc/1"}
    one, two = (commit(None, kit.folder / made.changes.name, settled, **facts) for _ in range(2))
    assert one.index.sha256 == two.index.sha256
    assert [file.sha256 for file in one.segments] == [file.sha256 for file in two.segments]
    assert one.index.name != two.index.name
    assert index(kit, one)["expires_at"].to_list() == [None]


def test_what_was_pending_is_settled_by_a_later_commit(kit):
    first, _ = run(kit, [person(kit, "a", "old")], None, confirmed)
    made = diff(kit.records([person(kit, "a", "new"), person(kit, "b", "b")]), first, Mode.ADD,
                now=kit.now, folder=kit.folder)  # fmt: skip
    facts = {"folder": kit.folder, "at": kit.now, "ttl": None, "profile": "amc/1"}
    changes = kit.folder / made.changes.name
    deleted = kit.outcomes({0: "confirmed"}, batch=0)
    second = commit(first, changes, [deleted], **facts)
    assert second.members == 0
    third = commit(second, changes, [deleted, kit.outcomes({1: "confirmed", 2: "refused"}, batch=1)], **facts)
    assert sent(kit, third) == {"a": emails(kit, "new")}


@pytest.mark.parametrize(
    ("emails_now", "mark"),
    [(["old", "more"], "?{}"), (["new"], "?{}"), ([], "")],
    ids=["update", "drop and update", "remove"],
)
def test_whoever_is_pending_is_sent_again_whatever_his_source_says(kit, emails_now, mark):
    first, _ = run(kit, [person(kit, "a", "old"), person(kit, "b", "b")], None, confirmed)
    people = [person(kit, "b", "b")] + ([person(kit, "a", *emails_now)] if emails_now else [])
    second, _ = run(kit, people, first, lambda _row: None)
    known = index(kit, first)["fingerprint"]
    assert index(kit, second)["fingerprint"].to_list() == [mark.format(known[0]), known[1]]
    _, frame = run(kit, [person(kit, "a", "old"), person(kit, "b", "b")], second, confirmed)
    assert frame["change"].to_list() == ["update"]


@pytest.mark.parametrize("said", [None, "refused"], ids=["pending", "refused"])
def test_who_may_have_been_added_is_no_member_and_is_sent_away_when_he_must_not_be_there(kit, said):
    first, _ = run(kit, [person(kit, "a", "a")], None, lambda _row: said, reached=[(0, 0)])
    assert (first.members, index(kit, first)["fingerprint"].to_list()) == (0, ["~"])
    second, frame = run(kit, [person(kit, "b", "b")], first, confirmed)
    assert frame.select("change", "external_id").rows() == [("remove", "a"), ("add", "b")]
    assert list(sent(kit, second)) == ["b"]


def test_who_may_have_been_added_is_left_alone_where_nobody_is_removed(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, lambda _row: None, reached=[(0, 0)])
    _, frame = run(kit, [person(kit, "b", "b")], first, confirmed, mode=Mode.ADD)
    assert frame["external_id"].to_list() == ["b"]


def test_who_may_have_been_added_becomes_a_member_when_he_is_sent_again(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, lambda _row: None, reached=[(0, 0)])
    second, frame = run(kit, [person(kit, "a", "a")], first, confirmed)
    assert frame["change"].to_list() == ["update"]
    assert (second.members, index(kit, second)["fingerprint"].str.contains("^[0-9a-f]{32}$").all()) == (
        1,
        True,
    )


@pytest.mark.parametrize("reached", [[], [(1, 1)]], ids=["never sent", "perhaps sent"])
def test_who_was_deleted_to_be_sent_anew_and_was_not_is_owed(kit, reached):
    """Also in a mode that only adds, and when the source names him no more: nobody asked for him to go."""
    first, _ = run(kit, [person(kit, "a", "old")], None, confirmed)
    second, _ = run(kit, [person(kit, "a", "new")], first, lambda row: "confirmed" if row["group"] == 1 else None,
                    mode=Mode.ADD, reached=reached)  # fmt: skip
    assert sent(kit, second) == {"a": emails(kit, "new")}
    third, frame = run(kit, [person(kit, "b", "b")], second, confirmed, mode=Mode.ADD)
    assert frame.select("change", "external_id").rows() == [("share", "a"), ("add", "b")]
    assert run(kit, [person(kit, "b", "b")], third, confirmed, mode=Mode.ADD)[1].is_empty()


def test_sets_that_may_have_arrived_are_sent_away_when_they_are_dropped(kit):
    first, _ = run(kit, [person(kit, "a", "old")], None, confirmed)
    second, _ = run(kit, [person(kit, "a", "old", "more")], first, lambda _row: None, reached=[(0, 0)])
    assert sent(kit, second) == {"a": emails(kit, "old", "more")}
    _, frame = run(kit, [person(kit, "a", "old")], second, confirmed)
    assert frame["change"].to_list() == ["drop", "update"]


def test_a_share_that_failed_is_sent_again_though_no_source_names_him(kit):
    first, _ = run(kit, [person(kit, "a", "home"), person(kit, "b", "home")], None, confirmed)
    second, _ = run(kit, [person(kit, "a", "away")], first,
                    lambda row: "refused" if row["change"] == "share" else "confirmed", mode=Mode.ADD)  # fmt: skip
    third, frame = run(kit, [person(kit, "a", "away")], second, confirmed, mode=Mode.ADD)
    assert frame.select("change", "external_id").rows() == [("share", "b")]
    assert run(kit, [person(kit, "a", "away")], third, confirmed, mode=Mode.ADD)[1].is_empty()


def test_whom_a_removal_takes_along_while_he_is_expired_is_sent_again_under_a_longer_ttl(kit):
    first, _ = run(
        kit, [person(kit, "a", "home"), person(kit, "b", "home"), person(kit, "c", "c")], None, confirmed
    )
    late = kit.now + kit.days(40)
    second, frame = run(
        kit, [person(kit, "a", "away")], first, confirmed, mode=Mode.ADD, at=late, memory=kit.days(397)
    )
    assert frame.select("change", "external_id").rows() == [("drop", "a"), ("add", "a")]
    assert [mark[:1] == "?" for mark in index(kit, second)["fingerprint"]] == [False, True, False]
    longer = replace(second, shift=kit.days(60))
    _, frame = run(kit, [person(kit, "a", "away")], longer, confirmed, mode=Mode.ADD, at=late)
    assert frame.select("change", "external_id").rows() == [("share", "b")]


def late_addition(kit, *people):
    """A batch of an earlier run that Amazon may still apply."""
    made = diff(kit.records(list(people)), None, Mode.ADD, now=kit.now, folder=kit.folder)
    return [Late(kit.folder, made.changes, 0, len(people) - 1)]


def test_what_a_late_job_may_add_to_a_member_is_sent_away_next_time(kit):
    late = late_addition(kit, person(kit, "a", "stale"))
    first, _ = run(kit, [person(kit, "a", "a"), person(kit, "b", "b")], None, confirmed, late=late)
    assert [mark[:1] == "?" for mark in index(kit, first)["fingerprint"]] == [True, False]
    assert sent(kit, first)["a"] == emails(kit, "a", "stale")
    second, frame = run(kit, [person(kit, "a", "a"), person(kit, "b", "b")], first, confirmed)
    assert frame.select("change", "external_id").rows() == [("drop", "a"), ("update", "a")]
    assert sent(kit, second)["a"] == emails(kit, "a")


def test_whom_a_late_job_may_bring_back_is_sent_away_again_in_every_mode(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, confirmed)
    late = late_addition(kit, person(kit, "a", "a"))
    second, _ = run(kit, [person(kit, "a", "a")], first, confirmed, mode=Mode.REMOVE, late=late)
    assert (second.members, index(kit, second)["fingerprint"].to_list()) == (0, ["-"])
    third, frame = run(kit, [person(kit, "c", "c")], second, confirmed, mode=Mode.REMOVE)
    assert frame.select("change", "external_id").rows() == [("drop", "a")]
    assert index(kit, third).is_empty()


def test_who_shares_with_a_late_removal_is_sent_again(kit):
    first, _ = run(kit, [person(kit, "a", "home"), person(kit, "b", "home")], None, confirmed)
    made = diff(kit.records([]), first, Mode.MIRROR, now=kit.now, folder=kit.folder)
    late = [Late(kit.folder, made.changes, 0, 0)]
    second, _ = run(kit, [person(kit, "b", "home")], first, confirmed, late=late)
    third, frame = run(kit, [person(kit, "b", "home")], second, confirmed)
    assert frame.select("change", "external_id").rows() == [("update", "b")]
    assert run(kit, [person(kit, "b", "home")], third, confirmed)[1].is_empty()


def test_who_left_is_not_brought_back_by_what_he_shared(kit):
    first, _ = run(
        kit, [person(kit, "a", "home"), person(kit, "b", "home"), person(kit, "c", "c")], None, confirmed
    )
    second, _ = run(kit, [person(kit, "b", "home"), person(kit, "c", "c")], first, confirmed)
    _, frame = run(kit, [person(kit, "c", "c")], second, confirmed)
    assert frame["change"].to_list() == ["remove"]


def test_an_outcome_that_was_filed_twice_stops_the_commit(kit):
    made = diff(kit.records([person(kit, "a", "a")]), None, Mode.ADD, now=kit.now, folder=kit.folder)
    twice = [kit.outcomes({0: "confirmed"}), kit.outcomes({0: "refused"}, batch=1)]
    with pytest.raises(BooksUnbalanced):
        commit(
            None, kit.folder / made.changes.name, twice, folder=kit.folder, at=kit.now, ttl=None, profile="p"
        )


def test_expired_members_leave_the_index(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, confirmed)
    second, _ = run(kit, [person(kit, "b", "b")], first, confirmed, mode=Mode.ADD, at=kit.now + kit.days(10))
    assert index(kit, second)["external_id"].to_list() == ["b"]


def test_expired_members_are_kept_in_mind_as_long_as_they_could_be_shown_again(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, confirmed)
    long = {"mode": Mode.ADD, "memory": kit.days(20)}
    second, _ = run(kit, [person(kit, "b", "b")], first, confirmed, at=kit.now + kit.days(10), **long)
    assert index(kit, second)["external_id"].to_list() == ["a", "b"]
    assert (second.members, sent(kit, second)) == (1, {"a": emails(kit, "a"), "b": emails(kit, "b")})
    third, _ = run(kit, [person(kit, "c", "c")], second, confirmed, at=kit.now + kit.days(30), **long)
    assert index(kit, third)["external_id"].to_list() == ["b", "c"]


def test_an_expired_member_who_is_not_added_again_stays_in_mind(kit):
    first, _ = run(kit, [person(kit, "a", "a")], None, confirmed)
    refused = lambda _row: "refused"  # noqa: E731
    second, frame = run(
        kit, [person(kit, "a", "a")], first, refused, at=kit.now + kit.days(10), memory=kit.days(20)
    )
    assert (frame["change"].to_list(), index(kit, second)["external_id"].to_list()) == (["add"], ["a"])


def test_who_is_sent_again_for_somebody_elses_sake_begins_his_time_anew(kit):
    people = [person(kit, "a", "home"), person(kit, "b", "home")]
    first, _ = run(kit, people, None, confirmed)
    second, frame = run(kit, people[:1], first, confirmed, at=kit.now + kit.days(3))
    assert frame.select("change", "external_id").rows() == [("remove", "b"), ("share", "a")]
    assert index(kit, second)["expires_at"].to_list() == [kit.now + kit.days(13)]


def test_what_a_late_job_gives_a_member_is_taken_away_from_him_again(kit):
    """A stuck job adds him by what he was, after he has become somebody else, and no source names him any more."""
    unnamed = {"mode": Mode.ADD}
    stuck = late_addition(kit, person(kit, "a", "old"))
    second, _ = run(kit, [person(kit, "a", "new")], None, confirmed, **unnamed, late=stuck)
    third, frame = run(kit, [], second, confirmed, **unnamed)
    assert [
        (row["group"], row["change"], [one["email"] for one in row["sets"]]) for row in frame.to_dicts()
    ] == [
        (1, "drop", emails(kit, "new", "old")),
        (2, "share", emails(kit, "new")),
    ]
    assert run(kit, [person(kit, "a", "new")], third, confirmed, **unnamed)[1].is_empty()


def test_segments_are_compacted_and_nobody_is_lost(kit):
    generation = None
    for day in range(MAX_SEGMENTS + 3):
        people = [person(kit, f"{number:02}", str(number)) for number in range(day + 1)]
        generation, _ = run(kit, people, generation, confirmed)
    assert len(generation.segments) < MAX_SEGMENTS
    assert sent(kit, generation) == {
        row.external_id: emails(kit, str(int(row.external_id))) for row in people
    }


def test_a_compaction_takes_the_last_line_of_each_person(kit):
    generation = None
    for day in ("1", "2", "3", "4"):
        generation, _ = run(kit, [person(kit, "a", "a"), person(kit, "b", day)], generation, confirmed)
    assert len(generation.segments) > 1
    people = [person(kit, "a", "a"), person(kit, "b", "4"), person(kit, "c", "c")]
    generation, frame = run(kit, people, generation, confirmed)
    assert frame["external_id"].to_list() == ["c"]
    assert len(generation.segments) == 1
    assert sent(kit, generation) == {"a": emails(kit, "a"), "b": emails(kit, "4"), "c": emails(kit, "c")}


def test_history_is_compacted_away(kit):
    generation = None
    for day in range(6):
        generation, _ = run(kit, [person(kit, "a", str(day))], generation, confirmed)
    assert sum(file.rows for file in generation.segments) <= 3


@pytest.mark.parametrize(
    ("rows", "members", "taken"),
    [
        ([100], 1, []),
        ([60, 60], 50, [60, 60]),
        ([1000, 1, 1, 1, 1, 1, 1, 1], 1007, [1, 1, 1, 1, 1, 1, 1]),
        ([1000, 900, 1, 1, 1, 1, 1, 1], 1906, [1, 1, 1, 1, 1, 1, 900, 1000]),
        ([64, 1, 2, 4, 8, 16, 32, 64], 191, [1, 2, 4, 8, 16, 32, 64, 64]),
        ([10**8, 10**7, 10**6, 10**5, 10**4, 10**3, 10**2, 10], 10**8, [10, 100]),
    ],
)
def test_a_large_segment_is_left_alone(rows, members, taken):
    files = [SimpleNamespace(name=f"{place}", rows=count) for place, count in enumerate(rows)]
    assert sorted(file.rows for file in to_compact(files, members)) == taken


PEOPLE = st.dictionaries(
    st.sampled_from("abcde"),
    st.lists(st.sampled_from("vwxyz"), min_size=1, max_size=2, unique=True).map(tuple),
)
RUNS = st.lists(
    st.tuples(
        PEOPLE, st.lists(st.sampled_from(["confirmed", "confirmed", "refused"]), min_size=16, max_size=16)
    ),
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(runs=RUNS)
def test_what_is_remembered_is_what_amazon_was_told(fresh_kit, runs):
    """Amazon's memory, kept by hand under the union reading, against ours, over several mirrors with random refusals."""
    kit = fresh_kit()
    generation, amazon = None, {}
    for people, answers in runs:
        said = iter(answers)
        told = []
        generation, frame = run(
            kit, [person(kit, name, *addresses) for name, addresses in people.items()], generation,
            lambda row, said=said, told=told: told.append(next(said)) or told[-1],
        )  # fmt: skip
        for row, answer in zip(frame.iter_rows(named=True), told, strict=True):
            if answer == "confirmed" and row["group"] == 1:
                amazon.pop(row["external_id"], None)
            elif answer == "confirmed":
                amazon.setdefault(row["external_id"], set()).update(one["email"] for one in row["sets"])
        assert {name: set(known) for name, known in sent(kit, generation).items()} == amazon
        assert generation.members == len(amazon)
    final = dict(runs[-1][0]) if runs else {}
    people = [person(kit, name, *addresses) for name, addresses in final.items()]
    generation, _ = run(kit, people, generation, confirmed)
    assert sent(kit, generation) == {name: emails(kit, *addresses) for name, addresses in final.items()}
    assert run(kit, people, generation, confirmed)[1].is_empty()


def test_a_longer_ttl_lets_expired_members_in_again_and_a_shorter_one_ends_them(kit):
    """Amazon counts from when a member was sent; so the ends move with the ttl, and the expired are remembered."""
    first = built(kit, ttl=kit.days(3), at=kit.now)
    shorter = replace(first, shift=-kit.days(2))
    later = kit.now + kit.days(2)
    people = [kit.Person("a", ({"email": "a"},))]
    assert diff(kit.records(people), shorter, Mode.MIRROR, now=later, folder=kit.folder).counts.add == 1
    assert diff(kit.records([]), shorter, Mode.MIRROR, now=later, folder=kit.folder).counts.remove == 0
    nothing = kit.folder / diff(kit.records([]), shorter, Mode.ADD, now=later, folder=kit.folder).changes.name
    facts = {"folder": kit.folder, "at": later, "profile": "amc/1"}
    kept = commit(shorter, nothing, [], ttl=kit.days(1), memory=kit.days(396), **facts)
    assert (kept.members, kept.index.rows) == (0, 1)
    forgotten = commit(shorter, nothing, [], ttl=kit.days(1), memory=kit.days(0.5), **facts)
    assert forgotten.index.rows == 0
    longer = replace(kept, shift=kit.days(2))
    assert diff(kit.records([]), longer, Mode.MIRROR, now=later, folder=kit.folder).counts.remove == 1
    assert diff(kit.records(people), longer, Mode.MIRROR, now=later, folder=kit.folder).counts.unchanged == 1


def built(kit, *, ttl, at):
    """A first generation with one member."""
    made = diff(kit.records([kit.Person("a", ({"email": "a"},))]), None, Mode.ADD, now=at, folder=kit.folder)
    settled = kit.all_confirmed(made.changes, at=at)
    return commit(
        None, kit.folder / made.changes.name, settled, folder=kit.folder, at=at, ttl=ttl, profile="amc/1"
    )
