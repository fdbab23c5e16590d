"""What the settings say of an audience that exists: brought to Amazon, or refused where Amazon cannot change it."""

from datetime import timedelta

import pytest

from lading.crashpoints import hooked
from lading.errors import GaveUp, GuardTripped, SettingsError
from lading.service.audiences import audiences
from lading.service.planning import plan

AUDIENCE = "name: Shop customers, target: AMC_AND_DSP, country: US"


def rewrite(shop, said, *, mode=""):
    """The audience's settings, written anew."""
    path = shop.folder / "lading.yaml"
    head, _, _ = path.read_text().partition("      audience:")
    path.write_text(f"{head}      audience: {{connection: amazon, {said}}}\n{mode and f'    mode: {mode}'}\n")


def puts(shop):
    return [one for one in shop.sandbox.requests() if one["method"] == "PUT"]


def at_amazon(shop):
    with shop.parts() as parts:
        return parts.amazon("amazon").audiences.get(shop.audience_id)


def planned(shop):
    with shop.parts() as parts:
        return plan(parts, "customers")


@pytest.fixture
def carried(shop):
    shop.write(shop.people(12))
    shop.apply()
    return shop


def test_what_changed_is_planned_and_sent_though_nobody_changed(carried):
    rewrite(
        carried, f"{AUDIENCE}, ttl: 30d, description: Everyone, fees: [{{cpm_cents: 12.5, currency: USD}}]"
    )
    view = planned(carried)
    assert [(one.field, one.now, one.then) for one in view.updates] == [
        ("ttl", 34_300_800, 2_592_000), ("description", "", "Everyone"),
        ("fees", None, [{"cpmCents": 12.5, "currency": "USD"}]),
    ]  # fmt: skip
    assert view.explained.nothing_to_send
    assert puts(carried) == []
    report = carried.apply(view.id)
    assert (report.state, report.exit_code, report.books.unchanged) == ("done", 0, 12)
    now = at_amazon(carried)
    assert (now.ttl, now.description, [(fee.cpm_cents, fee.currency) for fee in now.fees]) == (
        2_592_000, "Everyone", [(12.5, "USD")],
    )  # fmt: skip
    carried.apply()
    assert (planned(carried).updates, len(puts(carried))) == ((), 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("name: Shop customers 2, target: AMC_AND_DSP, country: US", "name"),
        ("name: Shop customers, target: AMC, country: US", "target"),
        ("name: Shop customers, target: AMC_AND_DSP, country: CA", "country"),
        ("name: Shop customers, target: AMC_AND_DSP", "country"),
        (f"{AUDIENCE}, external_id: other", "external_id"),
    ],
)
def test_what_cannot_change_is_refused_with_the_way_out(carried, said, field):
    rewrite(carried, said)
    sent = len(carried.sandbox.requests())
    for ask in (carried.apply, lambda: planned(carried)):
        with pytest.raises(SettingsError, match="new audience") as refused:
            ask()
        assert refused.value.where == f"syncs.customers.to.audience.{field}"
        assert refused.value.problem_code == "fixed_at_amazon"
    assert len(carried.sandbox.requests()) == sent


class Death(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize(
    ("point", "requests"),
    [
        ("ledger.audience_updating.before_commit", 1),
        ("ledger.audience_updating.after_commit", 1),
        ("update_audience.before_send", 1),
        ("update_audience.after_answer", 2),
        ("ledger.audience_updated.before_commit", 2),
        ("ledger.audience_updated.after_commit", 1),
    ],
)
def test_a_crash_in_between_repeats_it(carried, point, requests):
    rewrite(carried, f"{AUDIENCE}, ttl: 30d")

    def die(name):
        if name == point:
            raise Death(point)

    with hooked(die), pytest.raises(Death):
        carried.apply()
    assert carried.apply().state == "done"
    assert (at_amazon(carried).ttl, len(puts(carried))) == (2_592_000, requests)


def test_after_a_lost_answer_amazon_is_told_even_what_the_ledger_has_already(carried):
    """The change may have been taken; so taking it back in the settings has to be sent."""
    rewrite(carried, f"{AUDIENCE}, ttl: 30d")
    carried.sandbox.faults(timeout_after={"at": [1], "route": "PUT *", "hold_seconds": 0})
    with pytest.raises(GaveUp):
        carried.apply()
    carried.sandbox.faults()
    assert at_amazon(carried).ttl == 2_592_000
    rewrite(carried, AUDIENCE)
    carried.apply()
    carried.apply()
    assert (at_amazon(carried).ttl, len(puts(carried))) == (34_300_800, 2)


def test_members_end_and_come_back_with_the_ttl(carried):
    """In mirror: who expired by the shorter ttl is no member; the longer one lets him in, and then he can be taken out."""
    shop = carried
    shop.sandbox.advance(timedelta(days=10).total_seconds())
    rewrite(shop, f"{AUDIENCE}, ttl: 5d", mode="add")
    shop.write({})
    assert shop.apply(accept=frozenset({"empty_source"})).members == 0
    assert shop.members() == set()
    rewrite(shop, f"{AUDIENCE}, ttl: 60d", mode="mirror")
    assert planned(shop).explained.remove == 12
    report = shop.apply(accept=frozenset({"empty_source", "max_removals"}))
    assert (report.books.removed, report.books.confirmed, report.members) == (12, 12, 0)
    assert shop.members() == set()


def test_a_shorter_ttl_sends_those_again_whom_it_ends(carried):
    shop = carried
    shop.sandbox.advance(timedelta(days=10).total_seconds())
    rewrite(shop, f"{AUDIENCE}, ttl: 5d", mode="mirror")
    assert shop.apply().books.confirmed == 12
    assert shop.members() == {f"c-{number}" for number in range(12)}


def test_under_a_ttl_of_nothing_nobody_is_sent_every_night(carried):
    rewrite(carried, f"{AUDIENCE}, ttl: 0")
    with pytest.raises(GuardTripped, match="ttl is 0"):
        carried.apply()
    carried.apply(accept=frozenset({"ttl_zero"}))
    carried.sandbox.advance(86_400)
    report = carried.apply()
    assert (report.books.unchanged, report.members) == (12, 0)
    rewrite(carried, AUDIENCE)
    assert carried.apply().members == 12
    assert len(carried.members()) == 12


def test_a_plan_is_stale_once_the_settings_change_the_audience(carried):
    view = planned(carried)
    rewrite(carried, f"{AUDIENCE}, ttl: 30d")
    with pytest.raises(SettingsError, match="settings were changed"):
        carried.apply(view.id)


def test_what_is_not_written_of_an_adopted_audience_stays(carried):
    known = carried.audience_id
    with carried.parts() as parts:
        parts.amazon("amazon").audiences.update(known, ttl=86_400, description="As they call it")
    path = carried.folder / "lading.yaml"
    path.write_text(path.read_text() + "home: other\n")
    with carried.parts() as parts:
        audiences.adopt(parts, "customers", known)
        [line] = audiences.list_audiences(parts)
    assert line.ttl_seconds == 86_400
    sent = len(puts(carried))
    carried.apply()
    assert len(puts(carried)) == sent
    rewrite(carried, f"{AUDIENCE}, ttl: 30d")
    path.write_text(path.read_text() + "home: other\n")
    carried.apply()
    now = at_amazon(carried)
    assert (now.ttl, now.description) == (2_592_000, "As they call it")
