"""A sync from its file to the audience, over real HTTP, and all that can happen on the way."""

from datetime import timedelta

import pytest

from lading.errors import AccessError, GaveUp, GuardTripped, SettingsError, StillProcessing, TargetBusy
from lading.service import listing, runs, trace
from lading.service.audiences.audiences import adopt
from lading.service.sync import plan


def test_everybody_arrives_and_the_books_balance(shop):
    shop.write(shop.people(35))
    report = shop.apply()
    assert (report.state, report.exit_code, report.balanced) == ("done", 0, True)
    assert (report.books.read, report.books.confirmed, report.batches.total) == (35, 35, 4)
    assert shop.members() == {f"c-{number}" for number in range(35)}
    assert all(request["records"] <= 10 for request in shop.sent())


def test_all_of_them_are_matched(shop):
    shop.write(shop.people(20))
    shop.apply()
    shop.members()
    assert all(member["matched"] for member in shop.sandbox.members(shop.audience_id))


def test_a_second_time_nothing_is_sent(shop):
    shop.write(shop.people(15))
    shop.apply()
    before = len(shop.sent())
    report = shop.apply()
    assert (report.books.unchanged, report.books.changed, len(shop.sent())) == (15, 0, before)


def test_only_who_is_new_or_changed_is_sent(shop):
    people = shop.people(20)
    shop.write(dict(list(people.items())[:15]))
    shop.apply()
    people["c-0"]["email"] = "somebody.else@shop.example"
    shop.write(people)
    report = shop.apply()
    assert (report.books.changed, report.books.unchanged, report.books.confirmed) == (6, 14, 6)
    assert shop.members() == set(people)


def test_a_dropped_identifier_is_deleted_before_the_new_one_is_sent(shop):
    people = shop.people(3)
    shop.write(people)
    shop.apply()
    old = {tuple(sorted(one.items())) for one in _member(shop, "c-1")["sets"]}
    people["c-1"]["email"] = "new@shop.example"
    shop.write(people)
    shop.apply()
    new = {tuple(sorted(one.items())) for one in _member(shop, "c-1")["sets"]}
    assert new.isdisjoint(old)


def _member(shop, external_id):
    shop.members()
    return next(one for one in shop.sandbox.members(shop.audience_id) if one["externalUserId"] == external_id)


def test_people_who_left_the_source_stay_in_mode_add(shop):
    people = shop.people(12)
    shop.write(people)
    shop.apply()
    shop.write(dict(list(people.items())[:6]))
    assert shop.apply().books.removed == 0
    assert shop.members() == set(people)


def test_the_audience_is_made_once_and_its_id_is_kept(shop):
    shop.write(shop.people(3))
    first = shop.apply().audience_id
    shop.write(shop.people(4))
    assert shop.apply().audience_id == first
    assert len(shop.sent("/amc/audiences/metadata")) == 1
    assert first in (shop.folder / ".lading" / "audiences.json").read_text()


@pytest.mark.parametrize(
    "faults",
    [
        {"throttle": {"rate": 0.4}},
        {"throttle_without_retry_after": {"rate": 0.4}},
        {"server_error": {"rate": 0.3}},
        {"timeout_before": {"rate": 0.3, "route": "*/records*", "hold_seconds": 0}},
        {"timeout_after": {"rate": 0.3, "route": "*/records*", "hold_seconds": 0}},
        {"disconnect": {"rate": 0.3, "route": "*/records*"}},
        {"job_failed": {"at": [1, 3]}},
        {"job_partial": {"at": [1, 2]}},
        {"slow_jobs_seconds": 7000},
        {"token_expiry_seconds": 90},
        {
            "throttle": 0.2,
            "server_error": 0.2,
            "timeout_after": {"rate": 0.2, "route": "*/records*", "hold_seconds": 0},
            "job_failed": 0.2,
        },
    ],
    ids="+".join,
)
def test_faults_lose_nobody(shop, faults):
    shop.write(shop.people(45))
    shop.sandbox.faults(seed=3, **faults)
    report = shop.apply_until_done()
    shop.sandbox.faults()
    assert (report.state, report.balanced) == ("done", True)
    assert report.books.confirmed + report.books.refused == 45
    if report.books.refused == 0:
        assert shop.members() == {f"c-{number}" for number in range(45)}


def test_an_amazon_that_counts_to_one_turns_nobody_away(shop):
    shop.sandbox.policy(rate_scale="fraction")
    shop.write(shop.people(12))
    shop.sandbox.faults(job_partial=1.0)
    report = shop.apply()
    assert (report.state, report.exit_code, report.books.confirmed, report.books.refused) == (
        "done",
        6,
        12,
        0,
    )
    assert len(shop.sent()) == 4


def test_whoever_was_refused_unnamed_is_sent_away_by_the_next_mirror(shop):
    path = shop.folder / "lading.yaml"
    path.write_text(
        path.read_text()
        .replace("target: AMC_AND_DSP", "target: AMC")
        .replace("    to:", "    mode: mirror\n    to:")
    )
    shop.write(shop.people(1))
    shop.sandbox.faults(job_failed=1.0)
    assert shop.apply().books.refused == 1
    shop.sandbox.faults()
    shop.write({})
    report = shop.apply(accept=frozenset({"empty_source", "max_removals"}))
    assert (report.books.removed, report.books.confirmed) == (1, 1)


def test_refused_records_are_named_with_amazons_reason(shop):
    shop.write(shop.people(30))
    shop.sandbox.faults(refuse_records=0.2, seed=5)
    report = shop.apply()
    shop.sandbox.faults()
    assert report.balanced
    assert report.books.refused == sum(report.refusals.values()) > 0
    assert len(shop.members()) == report.books.confirmed == 30 - report.books.refused


def test_those_refused_are_tried_again_by_the_next_run(shop):
    shop.write(shop.people(30))
    shop.sandbox.faults(refuse_records=0.3, seed=5)
    refused = shop.apply().books.refused
    shop.sandbox.faults()
    report = shop.apply()
    assert (report.books.changed, report.books.confirmed) == (refused, refused)
    assert len(shop.members()) == 30


def test_a_plan_is_what_its_apply_sends(shop):
    shop.write(shop.people(25))
    with shop.parts() as parts:
        made = plan(parts, "customers")
    assert (made.explained.add, made.explained.requests, shop.sent()) == (25, 3, [])
    report = shop.apply(made.id)
    assert (report.books.changed, report.books.confirmed) == (25, 25)


def test_an_overtaken_plan_is_refused(shop):
    shop.write(shop.people(5))
    with shop.parts() as parts:
        old = plan(parts, "customers")
    shop.apply()
    with pytest.raises(SettingsError, match="made before the audience's last change"):
        shop.apply(old.id)


def test_what_takes_too_long_is_still_processing_and_can_be_followed(shop):
    shop.write(shop.people(12))
    shop.sandbox.faults(slow_jobs_seconds=3600)
    with pytest.raises(StillProcessing, match="lading follow") as stopped:
        shop.apply(max_wait=timedelta(minutes=5))
    assert stopped.value.exit_code == 5
    before = len(shop.sent())
    with shop.parts() as parts:
        report = runs.follow(parts, None)
    assert (report.state, report.books.confirmed, len(shop.sent())) == ("done", 12, before)


def test_without_waiting_all_is_sent_and_the_next_apply_goes_on(shop):
    shop.write(shop.people(25))
    with pytest.raises(StillProcessing):
        shop.apply(wait=False)
    assert len(shop.sent()) == 3
    assert shop.apply().books.confirmed == 25
    assert len(shop.sent()) == 3


def test_a_job_that_never_ends_fails_the_run_and_the_next_one_sends_its_people_again(shop):
    shop.write(shop.people(12))
    shop.sandbox.faults(slow_jobs_seconds=400_000)
    first = shop.apply()
    assert (first.state, first.exit_code, first.books.pending, first.balanced) == ("failed", 7, 12, True)
    shop.sandbox.faults()
    second = shop.apply()
    assert (second.state, second.books.confirmed) == ("done", 12)
    assert shop.members() == {f"c-{number}" for number in range(12)}


def test_an_empty_source_trips_a_guard_and_sends_nothing(shop):
    shop.write({})
    with pytest.raises(GuardTripped, match="--accept empty_source") as stopped:
        shop.apply()
    assert stopped.value.exit_code == 4
    assert shop.sandbox.requests() == []


def test_an_accepted_guard_lets_the_run_end(shop):
    shop.write({})
    with pytest.raises(GuardTripped):
        shop.apply()
    assert shop.apply(accept=frozenset({"empty_source"})).state == "done"


def test_a_corrected_file_needs_no_guard_to_be_accepted(shop):
    shop.write({})
    with pytest.raises(GuardTripped):
        shop.apply()
    shop.write(shop.people(4))
    assert shop.apply().books.confirmed == 4


def test_a_source_that_cannot_be_read_ends_its_run(shop):
    with pytest.raises(SettingsError, match=r"customers\.csv"):
        shop.apply()
    with shop.parts() as parts:
        [line] = listing.list_runs(parts)
    assert (line.state, line.exit_code) == ("failed", 2)


def test_a_lost_answer_to_the_creation_ends_with_an_adoption(shop):
    shop.write(shop.people(3))
    shop.sandbox.faults(timeout_after={"at": [1], "route": "*/metadata", "hold_seconds": 0})
    with pytest.raises(GaveUp):
        shop.apply()
    shop.sandbox.faults()
    with pytest.raises(AccessError, match="lading audiences adopt customers ID") as stopped:
        shop.apply()
    assert stopped.value.exit_code == 3
    [audience] = shop.sandbox.door("GET", "state")["audiences"]
    with shop.parts() as parts:
        adopt(parts, "customers", str(audience["audienceId"]))
    assert shop.apply().books.confirmed == 3


@pytest.mark.parametrize(
    ("break_", "mend", "words"),
    [
        (lambda box: box.policy(terms_accepted=False), lambda box: box.policy(terms_accepted=True), "terms"),
        (
            lambda box: box.policy(scopes=["advertising::campaign_management"]),
            lambda box: box.policy(scopes=["advertising::campaign_management", "advertising::audiences"]),
            "scope",
        ),
    ],
    ids=["terms", "scopes"],
)
def test_missing_access_stops_the_run_which_goes_on_once_it_is_mended(shop, break_, mend, words):
    shop.write(shop.people(3))
    break_(shop.sandbox)
    with pytest.raises(AccessError, match=f"(?i){words}") as stopped:
        shop.apply()
    assert stopped.value.exit_code == 3
    mend(shop.sandbox)
    assert shop.apply().books.confirmed == 3


def test_a_revoked_token_asks_to_connect_again_and_is_not_retried(shop):
    shop.write(shop.people(3))
    shop.sandbox.new_grant(action="revoke", refresh_token=shop.environ["AMAZON_REFRESH_TOKEN"])
    with pytest.raises(AccessError, match="lading connect amazon"):
        shop.apply()
    assert len(shop.sent("/auth/o2/token")) == 1


def test_two_at_once_do_not_make_two_audiences(shop):
    shop.write(shop.people(3))
    with shop.parts() as mine, shop.parts() as theirs:
        new = _new_run()
        with mine.ledger.runs.create(new, mine.worker), pytest.raises(TargetBusy, match="in work") as stopped:
            theirs.ledger.runs.create(new, theirs.worker)
    assert stopped.value.exit_code == 9


def _new_run():
    from lading.ledger.rows import NewRun
    from lading.model.states import Mode

    return NewRun(sync="customers", target="amazon/customers", mode=Mode.ADD)


def test_sets_beyond_what_amazon_takes_are_not_dropped_in_silence(shop):
    rows = "".join(f"c-1,somebody{number}@shop.example\n" for number in range(101))
    (shop.folder / "customers.csv").write_text("customer_id,email\n" + rows)
    with shop.parts() as parts:
        made = plan(parts, "customers")
    assert made.explained.warnings["too_many_sets"] == 1
    assert (made.explained.recorded, made.explained.merged, made.explained.duplicate) == (1, 99, 1)


def test_the_story_of_a_record(shop):
    shop.write(shop.people(3))
    report = shop.apply()
    with shop.parts() as parts:
        found = trace.story(parts, "customers", "c-1")
        nobody = trace.story(parts, "customers", "c-77")
    assert found.member is not None
    assert [(step.run, step.change, step.outcome) for step in found.steps] == [
        (report.run, "add", "confirmed")
    ]
    assert (nobody.member, nobody.steps) == (None, ())


def test_runs_are_listed_with_their_batches_and_their_log(shop):
    shop.write(shop.people(12))
    report = shop.apply()
    with shop.parts() as parts:
        [line] = listing.list_runs(parts)
        view = listing.show(parts, line.id, log=True)
    assert (line.id, line.state, line.exit_code) == (report.run, "done", 0)
    assert [(batch.state, batch.confirmed) for batch in view.batches] == [("confirmed", 10), ("confirmed", 2)]
    assert view.log[0].what == "run created"


def test_an_unknown_sync_names_the_nearest(shop):
    with pytest.raises(SettingsError, match="did you mean 'customers'"):
        shop.apply("custmers")
