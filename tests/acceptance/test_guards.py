"""Each guard trips the real command, which then sends nothing, says what it saw, and passes once the guard is accepted or off."""

import csv
from dataclasses import dataclass, field

import pytest

from lading.plan.guard import NAMES

#: People of the first run, where there is one.
PEOPLE = 20


@dataclass(frozen=True)
class Case:
    """How a guard is brought to trip."""

    #: People of the run that trips it; `change` makes them out of the people of the first run.
    change: object
    #: Words that say what was seen.
    words: tuple
    #: Settings of both runs, at the end of the sync, and replaced before the second.
    settings: str = ""
    replaced: tuple = ()
    #: The sync ran before.
    after_a_run: bool = True
    columns: tuple = field(default=())
    #: What stands in `guards:` anyway, without which it never trips.
    guards: str = ""


def first(count):
    return lambda people: dict(list(people.items())[:count])


def each(**values):
    return lambda people: {key: {**person, **values} for key, person in people.items()}


def without_identifiers(people):
    """Six in ten rows have nothing to be found by."""
    nothing = dict.fromkeys(
        ("email", "phone", "first_name", "last_name", "address", "city", "state", "postal"), ""
    )
    return {
        key: {**person, **nothing} if number < 0.6 * len(people) else person
        for number, (key, person) in enumerate(people.items())
    }


CASES = {
    "empty_source": Case(first(0), ("nobody in it: no row", "right file"), after_a_run=False),
    "max_shrink": Case(
        first(12), ("12 people", "8 of 20 (40.0%)", "max_shrink is 30%", "cut off"), settings="    mode: upsert\n"
    ),
    "max_removals": Case(
        first(15), ("5 of 20 (25.0%) members would be removed", "max_removals is 10%"), settings="    mode: mirror\n"
    ),
    "max_rejected": Case(
        without_identifiers, ("12 of 20 (60.0%) rows were rejected", "max_rejected is 50%"), after_a_run=False
    ),
    "min_records": Case(
        first(7), ("7 people", "min_records is 8"), after_a_run=False, guards="min_records: 8"
    ),
    "schema_changed": Case(
        each(loyalty="gold"), ("loyalty is new, and is not read", "schema_changed is any"), columns=("loyalty",)
    ),
    "profile_changed": Case(
        each(), ("20 people are sent again because identity.profile changed from amc to segment",),
        replaced=(("country: US}", "country: US}\n    identity: {profile: segment}"),),
    ),
    "max_unknown_countries": Case(
        each(country="NZ"), ("20 of 20 (100.0%) people have no country that Amazon matches in", "is 50%"), after_a_run=False
    ),
    "ttl_zero": Case(
        each(), ("ttl is 0", "takes everybody out"), after_a_run=False, replaced=(("country: US}", "country: US, ttl: 0}"),)
    ),
}  # fmt: skip


def test_each_guard_has_its_case():
    assert set(CASES) == set(NAMES)


def write(desk, people, columns):
    desk.write(people)
    if columns:
        with (desk.folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
            names = ["customer_id", *next(iter(people.values()))]
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({"customer_id": key, **person} for key, person in people.items())


def made_ready(desk, case, guards=""):
    """Everything is as the guard does not want it; the number of requests with records so far."""
    known = ", ".join(filter(None, (case.guards, guards)))
    add = case.settings + (f"    guards: {{{known}}}\n" if known else "")
    people = desk.people(PEOPLE)
    if case.after_a_run:
        desk.settings(add=add)
        write(desk, people, ())
        assert desk.lading("apply", "customers").code == 0
    desk.settings(*case.replaced, add=add)
    write(desk, case.change(people), case.columns)
    return len(desk.sent())


@pytest.mark.parametrize("name", CASES)
def test_a_guard_stops_the_run_until_it_is_accepted(desk, name):
    case = CASES[name]
    before = made_ready(desk, case)
    planned = desk.lading("plan", "customers", "--json").data
    assert [one["name"] for one in planned["tripped"]] == [name]

    stopped = desk.lading("apply", "customers", "--json")
    assert (stopped.code, len(desk.sent())) == (4, before)
    [problem] = stopped.json["problems"]
    assert (problem["code"], problem["remedy"]) == (name, "look, then accept or correct")
    for word in (*case.words, "Nothing was sent", f"`lading apply customers --accept {name}`"):
        assert word in problem["message"]

    other = next(one for one in CASES if one != name)
    assert desk.lading("apply", "customers", "--accept", other).code == 4
    accepted = desk.lading("apply", "customers", "--accept", name, "--json")
    assert accepted.data["state"] == "done"
    sends = planned["explained"]["records"] > 0
    assert (len(desk.sent()) > before) is sends


@pytest.mark.parametrize("name", CASES)
def test_a_guard_that_is_off_stops_nothing(desk, name):
    case = CASES[name]
    if name == "min_records":
        case = Case(case.change, case.words, after_a_run=False)
    made_ready(desk, case, guards=f"{name}: off")
    assert desk.lading("apply", "customers", "--json").data["state"] == "done"


def test_all_guards_that_trip_are_told_at_once_and_accepted_together(desk):
    desk.settings(add="    mode: mirror\n    guards: {min_records: 30}\n")
    desk.write(desk.people(30))
    assert desk.lading("apply", "customers").code == 0
    desk.write(desk.people(20))
    stopped = desk.lading("apply", "customers", "--json")
    assert [problem["code"] for problem in stopped.json["problems"]] == ["max_removals", "min_records"]
    how = ("--accept", "max_removals", "--accept", "min_records")
    assert f"`lading apply customers {' '.join(how)}`" in stopped.err
    assert desk.lading("apply", "customers", *how[:2]).code == 4
    assert desk.lading("apply", "customers", *how).code == 0


def test_a_name_that_is_no_guard_is_refused(desk):
    desk.write(desk.people(3))
    done = desk.lading("apply", "customers", "--accept", "max_removal", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "unknown_guard")
    assert "did you mean 'max_removals'" in done.err
    assert desk.sent() == []


def test_a_list_of_those_who_have_to_go_may_be_any_length(desk):
    """In mode remove the source names them on purpose; a limit that is written down goes for it too."""
    desk.write(desk.people(10))
    assert desk.lading("apply", "customers").code == 0
    desk.settings(add="    mode: remove\n    guards: {max_removals: 4}\n")
    desk.write(desk.people(5))
    assert desk.lading("apply", "customers", "--json").json["problems"][0]["code"] == "max_removals"
    desk.settings(add="    mode: remove\n")
    assert desk.lading("apply", "customers", "--json").data["members"] == 5


def test_a_file_given_by_hand_is_not_held_against_the_source(desk):
    desk.settings(add="    mode: upsert\n")
    desk.write(desk.people(20))
    assert desk.lading("apply", "customers").code == 0
    (desk.folder / "vip.csv").write_text("customer_id,email\nv-1,vip@shop.example\n", "utf-8")
    assert desk.lading("apply", "customers", "--input", "vip.csv").code == 0
    assert desk.lading("apply", "customers").code == 0
