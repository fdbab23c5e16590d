"""Amazon's counts against ours, where another client takes members out behind our back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lading.errors import SettingsError, StillProcessing
from lading.model.agreement import Agreement
from lading.service import verifying
from lading.service.remedies import repairing

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def filled(shop):
    """Forty members, confirmed, and counted by Amazon."""
    shop.write(shop.people(40))
    shop.apply()
    return shop


def verify(shop):
    with shop.parts() as parts:
        return verifying.verify(parts, "customers")


def lose(shop, count):
    """Another client of the same grant deletes members."""
    members = shop.sandbox.members(shop.audience_id)[:count]
    with shop.parts() as parts:
        link = parts.ledger.links.get("amazon").amazon_connection_id
        client = parts.amazon("amazon")
        head, tail = client.records.envelope(shop.audience_id, link, dsp=True)
        lines = [
            f'{{"externalUserId":"{one["externalUserId"]}","action":"DELETE","hashedPII":[{{"email":"{"0" * 64}"}}]}}'
            for one in members
        ]
        client.records.send(head + ",".join(lines).encode() + tail)
    shop.sandbox.advance(HOUR)
    return {one["externalUserId"] for one in members}


def test_right_after_a_run_it_is_too_early_and_later_counts_agree(filled):
    found = verify(filled)
    assert (found.compared.agreement, found.exit_code) == (Agreement.EARLY, 5)
    assert found.counted_at - found.at <= timedelta(hours=1)
    filled.sandbox.advance(HOUR)
    found = verify(filled)
    assert (found.compared.agreement, found.exit_code, found.problems) == (Agreement.AGREES, 0, ())
    assert (found.members, found.size.received, found.size.matched, found.size.dsp) == (40, 40, 40, None)


def test_dsp_is_counted_after_a_day_and_a_half(filled):
    filled.sandbox.advance(37 * HOUR)
    found = verify(filled)
    assert found.size.dsp == len({one["userId"] for one in filled.sandbox.members(filled.audience_id)})


def test_what_another_client_took_out_is_drift_and_a_repair_brings_it_back(filled):
    filled.sandbox.advance(HOUR)
    gone = lose(filled, 5)
    found = verify(filled)
    assert (found.compared.agreement, found.exit_code, found.compared.missing) == (Agreement.DRIFT, 6, 5)
    (problem,) = found.problems
    assert "35 of the 40" in problem.message
    assert not any(one in problem.message for one in gone)

    with filled.parts() as parts:
        plan = repairing.repair(parts, "customers")
    assert (plan.explained.refresh, plan.explained.records, plan.explained.unchanged) == (40, 40, 0)
    report = filled.apply(plan.id)
    assert (report.state, report.balanced, report.books.confirmed, report.changes) == (
        "done",
        True,
        40,
        {"refresh": 40},
    )
    assert filled.members() == {f"c-{number}" for number in range(40)}
    assert verify(filled).compared.agreement is Agreement.AGREES


def test_drift_is_told_to_who_asked_for_it(filled):
    told = []

    class Post:
        def carry(self, _address, notice):
            told.append(notice)
            return True

    settings = filled.folder / "lading.yaml"
    settings.write_text(settings.read_text() + "notify:\n  - {on: [drift], to: env:TO}\n")
    filled.environ["TO"] = "test://"
    filled.sandbox.advance(HOUR)
    with filled.parts() as parts:
        verifying.verify(replace(parts, post=Post), "customers")
        assert told == []
        lose(filled, 5)
        verifying.verify(replace(parts, post=Post), "customers")
    [notice] = told
    assert (notice.event, "35 of the 40" in notice.body) == ("drift", True)


def test_a_repair_needs_no_source_and_reaches_those_whom_it_does_not_name(filled):
    (filled.folder / "customers.csv").unlink()
    with filled.parts() as parts:
        assert repairing.repair(parts, "customers").explained.refresh == 40
    filled.write(dict(list(filled.people(40).items())[:10]))
    filled.apply()
    with filled.parts() as parts:
        assert repairing.repair(parts, "customers").explained.refresh == 40


def test_after_a_repair_nothing_is_left_to_send(filled):
    with filled.parts() as parts:
        plan = repairing.repair(parts, "customers")
    filled.apply(plan.id)
    assert filled.apply().books.changed == 0


def test_members_who_expired_are_no_drift(shop):
    settings = shop.folder / "lading.yaml"
    settings.write_text(settings.read_text().replace("country: US}", "country: US, ttl: 30d}"))
    shop.write(shop.people(20))
    shop.apply()
    shop.sandbox.advance(31 * DAY)
    found = verify(shop)
    assert (found.members, found.size.received, found.compared.agreement) == (0, 0, Agreement.AGREES)


def test_an_unfinished_run_makes_it_too_early(filled):
    filled.sandbox.advance(HOUR)
    filled.write(filled.people(45))
    with pytest.raises(StillProcessing):
        filled.apply(wait=False)
    found = verify(filled)
    assert found.compared.agreement is Agreement.EARLY
    assert "is not settled" in found.problems[0].message


def test_match_rates_are_kept_day_by_day_and_a_fall_is_named(filled):
    for _ in range(3):
        filled.sandbox.advance(DAY)
        assert verify(filled).compared.agreement is Agreement.AGREES
    strangers = {f"n-{n}": {"email": f"{n}@nobody.example", "country": "US"} for n in range(60)}
    filled.write({**filled.people(40), **strangers})
    filled.apply()
    filled.sandbox.advance(DAY)
    found = verify(filled)
    assert (found.compared.agreement, found.exit_code) == (Agreement.FALLING, 6)
    assert (found.compared.match_rate, found.compared.usual_match_rate) == (0.4, 1.0)
    with filled.parts() as parts:
        days = verifying.history(parts, "customers")
    assert [str(one.agreement) for one in days] == ["falling", "agrees", "agrees", "agrees"]


def test_without_an_audience_there_is_nothing_to_verify(shop):
    with shop.parts() as parts, pytest.raises(SettingsError, match="no audience at Amazon yet"):
        verifying.verify(parts, "customers")
    with shop.parts() as parts, pytest.raises(SettingsError, match="no members"):
        repairing.repair(parts, "customers")
