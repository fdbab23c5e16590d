"""A run is taken back: whom it removed is there again, whom it added is gone, and whom it changed is as he was."""

import pytest

PEOPLE = 20


@pytest.fixture
def desk(desk):
    desk.settings(add="    mode: mirror\n    guards: {max_removals: off}\n")
    desk.write(desk.people(PEOPLE))
    return desk


def applied(desk, what="customers", *options):
    done = desk.lading("apply", what, "--json", *options)
    return done.data


def undone(desk, run, *options):
    """The report of the undo, carried out as the plan says."""
    view = desk.lading("undo", run, "--json").data
    report = applied(desk, view["id"], *options)
    return view, report


def held(desk):
    """Members at Amazon with their hashed sets."""
    desk.members()
    return {
        one["externalUserId"]: sorted(sorted(found.items()) for found in one["sets"])
        for one in desk.sandbox.members(desk.audience_id)
    }


def test_what_a_run_did_is_taken_back(desk):
    applied(desk)
    before = held(desk)
    people = desk.people(PEOPLE + 2)
    for gone in ("c-3", "c-4", "c-5"):
        people.pop(gone)
    people["c-1"]["email"] = "somebody.else@shop.example"
    desk.write(people)
    bad = applied(desk)
    assert held(desk).keys() == people.keys()

    sent = len(desk.sent())
    view, report = undone(desk, bad["run"])
    told = view["explained"]
    assert (told["mode"], told["add"], told["update"], told["remove"], told["unchanged"]) == (
        "undo",
        3,
        1,
        2,
        16,
    )
    assert (view["undoes"], told["members_after"]) == ([bad["run"]], PEOPLE)
    assert len(desk.sent()) > sent
    assert held(desk) == before
    books = report["books"]
    assert (report["mode"], report["balanced"], report["members"]) == ("undo", True, PEOPLE)
    assert (books["read"], books["recorded"], books["unchanged"], books["changed"], books["removed"]) == (
        20, 20, 16, 4, 2,
    )  # fmt: skip
    assert books["confirmed"] == 6
    # The next run goes by the source again.
    assert applied(desk)["books"]["confirmed"] == 6


def test_the_plan_of_an_undo_sends_nothing_and_says_what_it_takes_back(desk):
    applied(desk)
    desk.write(desk.people(5))
    bad = applied(desk)["run"]
    sent = len(desk.sent())
    done = desk.lading("undo", bad, "--sample", "1")
    assert (done.code, len(desk.sent())) == (0, sent)
    for words in ("an undo", f"takes back  {bad}", "members then", "lading apply p-", '"action":"CREATE"'):
        assert words in done.out


def test_a_first_run_is_taken_back_to_nobody_and_a_guard_sees_it(desk):
    desk.settings()
    first = applied(desk)["run"]
    plan = desk.lading("undo", first, "--json").data["id"]
    stopped = desk.lading("apply", plan, "--json")
    assert (stopped.code, stopped.json["problems"][0]["code"]) == (4, "max_removals")
    assert applied(desk, plan, "--accept", "max_removals")["members"] == 0
    assert desk.members() == set()


def test_later_runs_are_taken_back_with_it(desk):
    applied(desk)
    desk.write(desk.people(10))
    bad = applied(desk)["run"]
    desk.write(desk.people(12))
    later = applied(desk)["run"]
    view, report = undone(desk, bad)
    assert view["undoes"] == [bad, later]
    assert (report["members"], len(desk.members())) == (PEOPLE, PEOPLE)
    # An undo is a run like any other.
    _, back = undone(desk, report["run"])
    assert (back["members"], len(desk.members())) == (12, 12)


def test_a_change_of_rules_is_taken_back_with_its_hashes(desk):
    people = desk.people(3)
    people["c-0"]["email"] = "an_na+shop@mail.example"
    desk.write(people)
    applied(desk)
    before = held(desk)
    settings = "    mode: mirror\n    guards: {max_removals: off}\n"
    desk.settings(add=settings + "    identity: {profile: segment}\n")
    changed = applied(desk, "customers", "--accept", "profile_changed")
    assert held(desk) != before
    undone(desk, changed["run"])
    assert held(desk) == before
    desk.settings(add=settings)
    assert applied(desk, "customers", "--accept", "profile_changed")["books"]["unchanged"] == 3


def refused(done, code, *words, exit_code=2):
    [problem] = done.json["problems"]
    assert (done.code, problem["code"]) == (exit_code, code)
    for word in words:
        assert word in problem["message"]


def test_what_cannot_be_taken_back_says_why(desk):
    first = applied(desk)["run"]
    nothing = applied(desk)["run"]
    refused(desk.lading("undo", nothing, "--json"), "nothing_to_undo", nothing)
    refused(desk.lading("undo", "r-01ARZ3NDEKTSV4RRFFQ69G5FAV", "--json"), "unknown_run", "lading runs")
    desk.write(desk.people(25))
    last = applied(desk)["run"]
    [folder] = (desk.home / "members").iterdir()
    for file in folder.glob("index-000001-*"):
        file.unlink()
    refused(desk.lading("undo", last, "--json"), "generation_gone", "not kept", "lading plan customers")
    assert desk.lading("undo", first, "--json").data["explained"]["remove"] == 25


def test_a_run_that_is_not_finished_is_not_taken_back(desk):
    desk.sandbox.faults(slow_jobs_seconds=3600)
    assert desk.lading("apply", "customers", "--max-wait", "1").code == 5
    run = desk.lading("runs", "--json").data[0]["id"]
    done = desk.lading("undo", run, "--json")
    refused(done, "unfinished_run", f"lading follow {run}", f"lading cancel {run}", exit_code=9)


def test_a_sync_that_fills_another_audience_now_takes_nothing_back(desk):
    run = applied(desk)["run"]
    desk.settings(("name: Shop customers", "name: Other customers, external_id: others"))
    refused(desk.lading("undo", run, "--json"), "target_changed", "amazon/customers", "amazon/others")


def test_the_plan_of_an_undo_grows_old_and_is_overtaken_but_has_no_source(desk):
    applied(desk)
    desk.write(desk.people(10))
    bad = applied(desk)["run"]
    plan = desk.lading("undo", bad, "--json").data["id"]
    desk.sandbox.advance(25 * 3600)
    refused(desk.lading("apply", plan, "--json"), "old_plan", f"`lading undo {bad}`")
    plan = desk.lading("undo", bad, "--json").data["id"]
    (desk.folder / "customers.csv").unlink()
    assert applied(desk, plan)["members"] == PEOPLE
    refused(desk.lading("apply", plan, "--json"), "stale_plan", f"`lading undo {bad}`")


def test_an_undo_is_not_retried_but_planned_anew(desk):
    applied(desk)
    desk.write(desk.people(10))
    bad = applied(desk)["run"]
    _, report = undone(desk, bad)
    refused(desk.lading("retry", report["run"], "--json"), "undo_again", f"lading undo {bad}")
