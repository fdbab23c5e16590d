"""The ledger in PostgreSQL: what a year of a shop asks of it, and two processes' worth of sending at once."""

import threading
from bisect import bisect_left
from dataclasses import replace

import psycopg
import pytest

from lading.model.agreement import Agreement
from lading.service import reports, verifying
from lading.service.erasure import forgetting, receipts
from lading.service.erasure.asking import People
from lading.service.remedies import repairing
from lading.service.remedies.undoing import undo
from lading.service.sync import Order, apply

HOUR, DAY = 3600, 86_400
PEOPLE = 12


@pytest.fixture
def shop(shop, postgresql):
    """The shop with its ledger in a database of its own."""
    settings = shop.folder / "lading.yaml"
    text = settings.read_text().replace("version: 1\n", "version: 1\nledger: env:LADING_LEDGER_URL\n")
    settings.write_text(
        text + "    mode: mirror\n    guards: {max_removals: off}\nretention: {runs: 30d, generations: 2}\n"
    )
    return replace(shop, environ={**shop.environ, "LADING_LEDGER_URL": postgresql()})


def dumped(shop):
    """Every text of the database."""
    with psycopg.connect(shop.environ["LADING_LEDGER_URL"]) as database:
        names = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [
            str(row) for (name,) in names for row in database.execute(f'SELECT "{name}"::text FROM "{name}"')
        ]
    return "\n".join(rows)


def test_undo_forget_verify_repair_and_retention(shop):
    people = shop.people(PEOPLE)
    shop.write(people)
    first = shop.apply().run
    shop.write(dict(list(people.items())[:5]))
    bad = shop.apply().run
    with shop.parts() as parts:
        taken_back = apply(parts, undo(parts, bad).id, Order())
    assert (taken_back.members, len(shop.members())) == (PEOPLE, PEOPLE)

    with shop.parts() as parts:
        done = forgetting.forget(parts, People(emails=(people["c-3"]["email"],)), Order())
        assert (done.state, done.people) == ("done", 1)
        receipts.verify(parts.home.receipts / f"{done.id}.json", home=parts.home)
        assert reports.report(parts, first).books.erased == 1
    assert "c-3" not in shop.members()
    assert '"c-3"' not in dumped(shop)
    shop.write(people)
    again = shop.apply()
    assert (again.books.rejected, again.balanced, again.members) == (1, True, PEOPLE - 1)

    shop.sandbox.advance(HOUR)
    with shop.parts() as parts:
        found = verifying.verify(parts, "customers")
        assert (found.compared.agreement, found.members) == (Agreement.AGREES, PEOPLE - 1)
        assert apply(parts, repairing.repair(parts, "customers").id, Order()).books.confirmed == PEOPLE - 1
        assert [one.agreement for one in verifying.history(parts, "customers")] == [Agreement.AGREES]

    shop.sandbox.advance(31 * DAY)
    last = shop.apply().run
    assert {path.name for path in (shop.folder / ".lading" / "runs").iterdir()} == {last}
    with shop.parts() as parts:
        kept = parts.ledger.runs.get(first)
        assert (dict(kept.files), kept.books.imbalance()) == ({}, ())
        assert [run.id for run in parts.ledger.runs.list()][-1] == first


def test_two_at_once_share_the_pace_and_amazon_never_says_429(shop):
    """Each has a ledger's connection of its own, as two processes would."""
    settings = shop.folder / "lading.yaml"
    small = "records_per_request: 1\n    requests_per_second: 5\n    requests_per_hour: 60"
    other = """\
  others:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Other customers, target: AMC_AND_DSP, country: US}
retention:"""
    text = settings.read_text().replace("records_per_request: 10\n    requests_per_second: 1000", small)
    settings.write_text(text.replace("retention:", other))
    # A request of one arrives when the sleep of the other has moved the clock: Amazon leaves room for that, and not for twice the pace.
    shop.sandbox.policy(requests_per_second=5.0, requests_burst=8)
    shop.write(shop.people(16))
    with shop.parts() as parts:
        parts.ledger.runs.list()  # the tables are made
    ended, begin = {}, threading.Barrier(2)

    def carry(name):
        begin.wait()
        ended[name] = shop.apply(name)

    threads = [threading.Thread(target=carry, args=(name,)) for name in ("customers", "others")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: one.books.confirmed for name, one in ended.items()} == {"customers": 16, "others": 16}
    lines = [one for one in shop.sandbox.requests() if not one["path"].startswith("/auth/")]
    assert [one["status"] for one in lines if one["status"] == 429] == []
    with psycopg.connect(shop.environ["LADING_LEDGER_URL"]) as database:
        moments = [at for (at,) in database.execute("SELECT at FROM permits ORDER BY at")]
    assert len(moments) > 20
    for window, most in ((1_000_000, 5), (HOUR * 1_000_000, 60)):
        assert max(bisect_left(moments, moment + window) - n for n, moment in enumerate(moments)) <= most
    with shop.parts() as parts:
        assert len({run.no for run in parts.ledger.runs.list()}) == 2
