"""Files are swept when their time is over, and not a moment before anything that needs them."""

import pytest

from lading.errors import SettingsError
from lading.service import quality
from lading.service.sync import plan

DAY = 86_400


@pytest.fixture
def shop(shop):
    text = (shop.folder / "lading.yaml").read_text()
    (shop.folder / "lading.yaml").write_text(text + "retention: {runs: 30d, generations: 2, plans: 3d}\n")
    return shop


def applied(shop, count):
    """A run that brings somebody new, so that there is a new generation."""
    shop.write(shop.people(count))
    return shop.apply().run


def folders(shop, name):
    return {path.name for path in (shop.folder / ".lading" / name).glob("*")}


def test_runs_go_after_their_time_and_their_books_stay(shop):
    first, second = applied(shop, 3), applied(shop, 4)
    shop.sandbox.advance(31 * DAY)
    third = applied(shop, 5)
    assert folders(shop, "runs") == {third}
    with shop.parts() as parts:
        kept = parts.ledger.runs.get(first)
        assert (dict(kept.files), kept.books.confirmed) == ({}, 3)
        with pytest.raises(SettingsError, match="has no files any more"):
            quality.of_run(parts, second)


def test_what_is_younger_stays(shop):
    runs = {applied(shop, 3)}
    shop.sandbox.advance(29 * DAY)
    runs.add(applied(shop, 4))
    assert folders(shop, "runs") == runs


def test_so_many_generations_stay_as_are_asked_for(shop):
    for count in (3, 4, 5):
        applied(shop, count)
    [members] = (shop.folder / ".lading" / "members").iterdir()
    indexes = sorted(path.name for path in members.glob("index-*"))
    assert [name.split("-")[1] for name in indexes] == ["000002", "000003"]
    assert shop.apply().books.unchanged == 5
    with shop.parts() as parts:
        [audience] = parts.ledger.audiences.list()
        assert [one.number for one in parts.ledger.audiences.generations(audience.target)] == [1, 2, 3]


def test_plans_that_nobody_applied_go_and_applied_ones_stay_with_their_run(shop):
    shop.write(shop.people(3))
    with shop.parts() as parts:
        applied_plan, idle = plan(parts, "customers").id, plan(parts, "customers").id
    shop.apply(applied_plan)
    shop.sandbox.advance(4 * DAY)
    applied(shop, 4)
    assert folders(shop, "plans") == {applied_plan}
    with shop.parts() as parts, pytest.raises(SettingsError, match="there is no plan"):
        parts.ledger.plans.get(idle)
    shop.sandbox.advance(31 * DAY)
    applied(shop, 5)
    assert folders(shop, "plans") == set()


def test_the_last_run_of_an_audience_is_kept(shop):
    """It can be retried, and everything that a person is shown of the audience is there."""
    last = applied(shop, 3)
    shop.sandbox.advance(90 * DAY)
    with shop.parts() as parts:
        from lading.service.retention import sweep

        sweep(parts)
        assert "waybill" in parts.ledger.runs.get(last).files
    assert folders(shop, "runs") == {last}


def test_a_job_that_may_still_act_keeps_its_run(shop, monkeypatch):
    first, last = applied(shop, 3), applied(shop, 4)
    shop.sandbox.advance(90 * DAY)
    with shop.parts() as parts:
        from lading.service.retention import sweep

        [batch] = parts.ledger.batches.of(first)
        monkeypatch.setattr(type(parts.ledger.unsettled), "of", lambda *_: (batch,))
        sweep(parts)
    assert folders(shop, "runs") == {first, last}
