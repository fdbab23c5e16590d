"""The protocol is broken on purpose in nine places, and each time a history ends wrong: so these tests would see it."""

from dataclasses import replace

import pytest
from chaoskit import sabotage
from chaoskit.histories import History
from chaoskit.oracle import Broken
from chaoskit.steps import Days, Forgotten, Night, Undone
from chaoskit.weather import BRIEF, Weather
from chaoskit.world import live

from lading.errors import Bug

#: In the midst of sending.
OVERTAKEN = 8

#: Jobs that were accepted first may be applied long after later ones.
WIDE = {"update": "union", "delete": "user", "job_order": "shuffled", "job_seconds": [60.0, 6800.0]}


def row(person, **changes):
    return {**{name: person[name] for name in ("email", "phone", "first_name", "last_name")}, **changes}


def history(people, *steps, **policy):
    return History(0, "AMC_AND_DSP", {**WIDE, **policy}, steps, tuple(people))


def night(source, *, faults=None, falls=(), overtaken=0):
    return Night("mirror", source, Weather(faults or {}, falls, overtaken))


def crowd(people, count, **changes):
    return {f"c-{number}": [row(people[number], **changes)] for number in range(count)}


def removal_whose_answer_is_lost(people):
    """Everybody loses his e-mail; whoever asked for that falls as soon as Amazon has the first request, which it is slow about."""
    falls = {"faults": {"slow_jobs_seconds": BRIEF}, "falls": ("deliver.after_answer",)}
    return history(
        people, night(crowd(people, 4)), night(crowd(people, 4, email=""), **falls), job_seconds=[60.0, 180.0]
    )


def update_that_drops(people):
    return history(people, night(crowd(people, 12)), night(crowd(people, 12, email="")))


def holder_who_is_believed_dead(people):
    return history(people, night(crowd(people, 8), overtaken=OVERTAKEN))


def lost_answers(people):
    lost = {"timeout_after": {"at": [1, 2], "route": "POST */records", "hold_seconds": 0}}
    return history(people, night(crowd(people, 8), faults=lost))


def two_ids_of_one_person(people):
    both = {"c-0": [row(people[0])], "t-0": [row(people[0])], "c-1": [row(people[1])]}
    return history(people, night(both), night({key: both[key] for key in ("t-0", "c-1")}))


def power_cut_after_the_plan(people):
    return history(people, night(crowd(people, 4), falls=("ledger.planned.after_commit",)))


def somebody_who_was_forgotten(people):
    who = Forgotten(frozenset({"c-1"}), ("id", "c-1"))
    return history(people, night(crowd(people, 4)), who, night(crowd(people, 4)))


def denial_in_a_run_that_is_undone(people):
    denied = {**crowd(people, 4), "c-1": [row(people[1], amzn_user_data="DENIED")]}
    return history(people, night(crowd(people, 4)), night(denied), Undone())


def month_on_which_nobody_changes(people):
    """They stay for 30 days: on the 25th the next run and a week of nights that fail would come too late."""
    tale = history(people, night(crowd(people, 4)), Days(25), night(crowd(people, 4)))
    return replace(tale, ttl_days=30)


CASES = {
    sabotage.sent_before_it_is_written_down: removal_whose_answer_is_lost,
    sabotage.epochs_not_checked: holder_who_is_believed_dead,
    sabotage.removals_not_awaited: update_that_drops,
    sabotage.lost_answers_taken_for_refusals: lost_answers,
    sabotage.shares_not_sent: two_ids_of_one_person,
    sabotage.files_not_flushed_before_they_are_named: power_cut_after_the_plan,
    sabotage.the_erased_are_let_in: somebody_who_was_forgotten,
    sabotage.nobody_sent_again_before_he_expires: month_on_which_nobody_changes,
    sabotage.denials_taken_back: denial_in_a_run_that_is_undone,
}


@pytest.mark.parametrize("broken", CASES, ids=lambda broken: broken.__name__)
def test_a_broken_protocol_is_seen(broken, loners, desk_of):
    tale = CASES[broken](loners)
    with broken(), pytest.raises((Broken, Bug)):
        live(tale, desk_of(tale))


@pytest.mark.parametrize("tale", CASES.values(), ids=lambda tale: tale.__name__)
def test_the_same_history_ends_well_by_the_protocol(tale, loners, desk_of):
    history = tale(loners)
    live(history, desk_of(history))
