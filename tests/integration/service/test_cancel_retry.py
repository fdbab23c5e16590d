"""A run that is cancelled keeps what Amazon confirmed; one that is retried sends only what it has not."""

from datetime import timedelta

import pytest

from lading.errors import AccessError, SettingsError, StillProcessing
from lading.service.remedies.cancelling import cancel
from lading.service.remedies.retrying import retry
from lading.service.work import Order


def stopped(shop, **order):
    """The id of a run that stands still."""
    with pytest.raises(StillProcessing):
        shop.apply(**order)
    with shop.parts() as parts:
        return parts.ledger.runs.list(1)[0].id


def end(shop, run, **order):
    with shop.parts() as parts:
        return cancel(parts, run, Order(**order))


def again(shop, run, **order):
    with shop.parts() as parts:
        return retry(parts, run, Order(**order))


def test_a_cancelled_run_keeps_what_was_confirmed(shop):
    shop.write(shop.people(25))
    run = stopped(shop, wait=False)
    report = end(shop, run)
    assert (report.state, report.exit_code, report.books.confirmed, report.balanced) == (
        "cancelled",
        0,
        25,
        True,
    )
    assert len(shop.sent()) == 3
    assert shop.apply().books.unchanged == 25


def test_without_waiting_those_on_their_way_are_settled_by_the_next_run(shop):
    shop.write(shop.people(12))
    run = stopped(shop, wait=False)
    report = end(shop, run, wait=False)
    assert (report.state, report.books.pending, report.members) == ("cancelled", 12, 0)
    shop.write({})
    with pytest.raises(SettingsError, match="is over"):
        end(shop, run)
    mirrored(shop)
    shop.apply(accept=frozenset({"empty_source", "max_removals"}))
    assert shop.members() == set()


def mirrored(shop):
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text().replace("    to:\n", "    mode: mirror\n    to:\n"))


def test_a_run_of_which_nothing_was_sent_is_cancelled_at_once(shop):
    shop.write(shop.people(12))
    shop.sandbox.policy(terms_accepted=False)
    with pytest.raises(AccessError):
        shop.apply()
    shop.sandbox.policy(terms_accepted=True)
    with shop.parts() as parts:
        [run] = parts.ledger.runs.list(1)
    report = end(shop, run.id)
    assert (report.state, report.books.pending, report.members) == ("cancelled", 12, None)
    assert shop.apply().books.confirmed == 12


def test_waiting_for_what_is_on_its_way_has_an_end(shop):
    shop.write(shop.people(12))
    shop.sandbox.faults(slow_jobs_seconds=3600)
    run = stopped(shop, wait=False)
    with pytest.raises(StillProcessing, match="lading cancel"):
        end(shop, run, max_wait=timedelta(minutes=2))
    assert end(shop, run).books.confirmed == 12


def test_a_retry_sends_only_who_was_refused_then(shop):
    shop.write(shop.people(30))
    shop.sandbox.faults(refuse_records=0.3, seed=5)
    first = shop.apply()
    shop.sandbox.faults()
    shop.write(shop.people(40))
    report = again(shop, first.run)
    assert report.books.confirmed == report.books.changed == first.books.refused > 0
    assert report.balanced
    assert len(shop.members()) == 30
    with pytest.raises(SettingsError, match="not the last one"):
        again(shop, first.run)
    assert again(shop, report.run).books.changed == 0


def test_a_retry_of_an_unfinished_run_goes_on(shop):
    shop.write(shop.people(25))
    run = stopped(shop, wait=False)
    assert (again(shop, run).run, len(shop.sent())) == (run, 3)


def test_where_every_record_is_refused_the_search_ends_soon(shop):
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text().replace("records_per_request: 10", "records_per_request: 300"))
    shop.write(shop.people(1))
    shop.apply()
    with shop.parts() as parts:
        parts.amazon("amazon").connections.delete(parts.ledger.links.get("amazon").amazon_connection_id)
    shop.write(shop.people(300))
    with pytest.raises(AccessError, match="refuses every record"):
        shop.apply()
    assert len(shop.sent()) < 40


def test_members_who_would_expire_soon_are_sent_again(shop):
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text().replace("country: US}", "country: US, ttl: 10d}"))
    mirrored(shop)
    shop.write(shop.people(5))
    shop.apply()
    shop.sandbox.advance(86400)
    assert shop.apply().books.changed == 0
    # The next run is as far away as the last one was, and they would not live that long.
    shop.sandbox.advance(6 * 86400)
    assert shop.apply().books.changed == 5
    shop.sandbox.advance(9 * 86400)
    assert len(shop.members()) == 5
