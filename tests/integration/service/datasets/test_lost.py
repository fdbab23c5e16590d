"""Answers that are lost, uploads that fail, other people's uploads, and people who lose patience: there is one copy of each row."""

from datetime import timedelta
from itertools import pairwise

import pytest

from lading.deliver import follow
from lading.errors import GaveUp, SettingsError, StillProcessing, TargetBusy
from lading.model.states import BatchState
from lading.service import runs
from lading.service.remedies import cancelling, retrying
from lading.service.work import Order

UPLOADS = "POST */uploads/shop_purchases"
APPEND = "late: append\n        row_key: [order_id]"


@pytest.fixture
def ready(desk):
    """Four purchases that are to be added, each once."""
    desk.settings(APPEND)
    desk.rows_written = desk.orders(1, 4, -1)
    desk.write(desk.rows_written)
    return desk


FOUR = ["o-1", "o-2", "o-3", "o-4"]


def test_an_upload_whose_answer_was_lost_is_found_in_the_list_and_not_sent_again(ready):
    ready.sandbox.faults(timeout_after={"at": [1], "route": UPLOADS, "hold_seconds": 0})
    report = ready.apply()
    assert (report.state, report.books.confirmed) == ("done", 4)
    assert (len(ready.sent()), len(ready.sent("/uploads/list"))) == (1, 2)
    assert ready.ids() == FOUR


def test_an_answer_of_the_servers_own_trouble_is_looked_up_as_well(ready):
    ready.sandbox.faults(server_error={"at": [1], "route": UPLOADS})
    report = ready.apply()
    assert (report.state, ready.ids()) == ("done", FOUR)


def test_an_upload_that_never_came_is_looked_for_three_times_and_sent_once_more(ready):
    ready.sandbox.faults(timeout_before={"at": [1], "route": UPLOADS, "hold_seconds": 0})
    began = ready.sandbox.now()
    report = ready.apply()
    assert (report.state, report.books.confirmed) == ("done", 4)
    # Who is not finished is asked before each sending; the lost one is looked for at once, after 60 s and 180 s, and in the end.
    assert len(ready.sent("/uploads/list")) == 2 + 3 + 1
    assert ready.sandbox.now() - began >= timedelta(seconds=240)
    assert ready.ids() == FOUR


def test_a_list_that_lags_behind_is_looked_into_again(ready, monkeypatch):
    from lading.service.datasets import at_amazon

    asked = []
    real = at_amazon.AtAmazon.find

    def lagging(self, upload, since):
        asked.append(self.clock.now())
        return () if len(asked) < 3 else real(self, upload, since)

    monkeypatch.setattr(at_amazon.AtAmazon, "find", lagging)
    ready.sandbox.faults(timeout_after={"at": [1], "route": UPLOADS, "hold_seconds": 0})
    assert ready.apply().books.confirmed == 4
    assert [round((later - first).total_seconds(), -1) for first, later in pairwise(asked)][:2] == [60, 180]
    assert (len(ready.sent()), ready.ids()) == (1, FOUR)


def test_a_failed_upload_shows_amazons_words_moves_nothing_and_can_be_applied_again(ready):
    ready.s3.delete_bucket_policy(Bucket="shop-uploads")
    report = ready.apply()
    assert (report.state, report.exit_code) == ("failed", 7)
    assert "Amazon did not take the upload: " in report.problem
    assert (report.books.refused, report.books.confirmed, report.balanced) == (4, 0, True)
    assert (ready.dataset().edition, ready.dataset().watermark, ready.periods()) == (0, None, {})


def test_after_a_failure_the_same_command_leaves_one_copy(ready):
    ready.sandbox.faults(job_failed={"at": [1]})
    assert ready.apply().state == "failed"
    report = ready.apply()
    assert (report.state, report.books.confirmed, ready.ids()) == ("done", 4, FOUR)


def test_a_failed_run_is_retried_with_the_rows_that_it_read(ready):
    ready.sandbox.faults(job_failed={"at": [1]})
    failed = ready.apply()
    (ready.folder / "purchases.csv").unlink()
    with ready.parts() as parts:
        report = retrying.retry(parts, failed.run, Order())
    assert (report.state, report.books.read, ready.ids()) == ("done", 4, FOUR)


def test_who_does_not_wait_comes_back_later(ready):
    with pytest.raises(StillProcessing, match="still reading upload"):
        ready.apply(wait=False)
    with ready.parts() as parts:
        report = runs.follow(parts, None)
    assert (report.state, len(ready.sent()), ready.ids()) == ("done", 1, FOUR)


def test_patience_that_ends_while_looking_goes_on_with_the_looks_that_are_left(ready):
    ready.sandbox.faults(timeout_before={"at": [1], "route": UPLOADS, "hold_seconds": 0})
    with pytest.raises(StillProcessing, match="its list does not show it yet"):
        ready.apply(max_wait=timedelta(seconds=90))
    assert len(ready.sent()) <= 1
    report = ready.apply()
    assert (report.state, ready.ids()) == ("done", FOUR)


def test_somebody_elses_upload_is_waited_for(ready):
    ready.apply()
    foreign(ready)
    ready.write([*ready.rows_written, ready.order(9, -1)])
    with pytest.raises(StillProcessing, match="which this run did not make"):
        ready.apply(max_wait=timedelta(seconds=1))
    assert ready.apply().state == "done"
    assert ready.ids().count("o-9") == 1


def foreign(desk):
    """An upload that somebody makes by hand of a file of his own."""
    from lading import amazon
    from lading.destinations.dataset import upload_of
    from lading.service.datasets.at_amazon import at_amazon

    with desk.parts() as parts:
        target = parts.dataset("purchases")
        source = amazon.UploadSource(bucket="shop-uploads", prefix="byhand/")
        at = at_amazon(parts, target)
        return at.client.uploads.create(at.instance, target.id, upload_of(target, source)).upload_id


def test_an_upload_that_never_ends_is_stuck_and_the_next_run_asks_about_it_first(ready, monkeypatch):
    monkeypatch.setattr(follow, "LOOKS", ((timedelta.max, timedelta(hours=3)),))
    ready.sandbox.faults(slow_jobs_seconds=100_000)
    report = ready.apply()
    assert (report.state, report.exit_code, report.books.pending) == ("failed", 7, 4)
    assert "for 24 hours" in report.problem
    ready.sandbox.faults()
    ready.sandbox.advance(30_000)
    again = ready.apply()
    assert (again.state, again.books.changed) == ("done", 0)
    assert {one.code: one.count for one in again.dataset.left_out} == {"seen": 4}
    with ready.parts() as parts:
        earlier = parts.ledger.runs.get(report.run)
        assert (earlier.books.confirmed, earlier.books.pending) == (4, 0)
        assert parts.ledger.unsettled.of(earlier.target) == ()
    assert ready.ids() == FOUR


def test_a_cancelled_run_keeps_what_amazon_took(ready):
    with pytest.raises(StillProcessing):
        ready.apply(wait=False)
    with ready.parts() as parts:
        report = cancelling.cancel(parts, ready.latest().id, Order())
    assert (report.state, report.books.confirmed) == ("cancelled", 4)
    assert ready.apply().books.unchanged == 4
    assert ready.ids() == FOUR


def test_a_run_that_was_cancelled_at_once_is_caught_up_with(ready):
    with pytest.raises(StillProcessing):
        ready.apply(wait=False)
    with ready.parts() as parts:
        report = cancelling.cancel(parts, ready.latest().id, Order(wait=False))
    assert (report.state, report.books.pending) == ("cancelled", 4)
    again = ready.apply()
    assert (again.books.changed, again.books.unchanged, ready.ids()) == (0, 4, FOUR)


def test_a_run_that_was_cancelled_with_its_answer_lost_is_looked_for(ready):
    ready.sandbox.faults(
        timeout_after={"at": [1], "route": UPLOADS, "hold_seconds": 0},
        throttle={"at": list(range(2, 40)), "route": "POST */uploads/list"},
    )
    with pytest.raises((StillProcessing, GaveUp)):
        ready.apply(max_wait=timedelta(seconds=30))
    ready.sandbox.faults()
    run = ready.latest()
    with ready.parts() as parts:
        assert parts.ledger.batches.of(run.id)[0].state is BatchState.UNKNOWN
        cancelling.cancel(parts, run.id, Order(wait=False))
    again = ready.apply()
    assert (again.state, again.books.changed, ready.ids()) == ("done", 0, FOUR)


def test_an_upload_that_has_been_unfinished_for_a_day_and_is_not_ours_stops_the_run(ready):
    ready.apply()
    ready.sandbox.faults(slow_jobs_seconds=200_000)
    foreign(ready)
    ready.sandbox.advance(90_000)
    ready.write([*ready.rows_written, ready.order(9, -1)])
    with pytest.raises(TargetBusy, match="Ask Amazon about it"):
        ready.apply()


def test_rows_that_amazon_drops_are_told_and_the_books_balance(desk):
    desk.settings(
        "late: replace",
        **{
            "country: {country: true}": "country: {country: true}\n          consent: {consent: AMZN_USER_DATA}"
        },
    )
    rows = [{**row, "consent": "GRANTED"} for row in desk.orders(1, 3, -1)]
    desk.write(rows, columns=(*desk.columns, "consent"))
    report = desk.apply()
    assert (report.state, report.books.confirmed, report.balanced) == ("done", 3, True)


def test_an_upload_that_was_taken_twice_after_all_is_no_green_end(ready, monkeypatch):
    from lading.service.datasets import looking_up

    monkeypatch.setattr(looking_up, "_found", lambda *_: None)
    ready.sandbox.faults(timeout_after={"at": [1], "route": UPLOADS, "hold_seconds": 0})
    report = ready.apply()
    assert (report.state, report.exit_code) == ("done", 8)
    assert "their rows are there 2 times" in report.problem


def test_files_that_were_written_by_other_settings_are_not_sent(ready):
    ready.sandbox.faults(throttle={"rate": 1.0, "route": UPLOADS})
    with pytest.raises((StillProcessing, GaveUp)):
        ready.apply(max_wait=timedelta(seconds=30))
    ready.sandbox.faults()
    ready.settings(f"{APPEND}\n        format: csv")
    with pytest.raises(SettingsError, match="changed since this run was planned"):
        ready.apply()
    with ready.parts() as parts:
        cancelling.cancel(parts, ready.latest().id, Order())
    assert (ready.apply().state, ready.ids()) == ("done", FOUR)
