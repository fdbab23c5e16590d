"""Audiences out of events: never more than allowed, whoever else makes one at the same moment."""

from datetime import UTC, datetime

import pytest

from lading import wiring
from lading.dialects.segment import Membership
from lading.errors import SettingsError
from lading.service.events.creating import created
from lading.service.events.destinations import destination_of

SETTINGS = """\
version: 1
connections:
  amazon: {region: NA, client_id: "env:ID", client_secret: "env:SECRET", profile_id: "1",
           amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}}
sources:
  engage: {type: segment, create: {up_to: 2, connection: amazon, target: AMC, country: US}}
"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "lading.yaml").write_text(SETTINGS)
    with wiring.open_house(tmp_path / "lading.yaml", {}) as house:
        yield house


def entered(audience, **settings):
    return Membership(audience, True, datetime(2026, 1, 5, tzinfo=UTC), "m", {}, settings)


def make(house, audience, **settings):
    parts = house.parts()
    return created(parts, destination_of(parts.settings, "engage"), entered(audience, **settings))


def test_another_process_that_makes_the_last_one_meanwhile_is_noticed(house, monkeypatch):
    make(house, "first")
    put, late = house.ledger.made.put, []

    def overtaken(kind, name, body, *, who, after):
        if not late:
            late.append(name)
            assert put(
                kind,
                "engage-other",
                {**body, "from": {**body["from"], "audience": "other"}},
                who="another",
                after=after,
            )
        return put(kind, name, body, who=who, after=after)

    monkeypatch.setattr(house.ledger.made, "put", overtaken)
    with pytest.raises(SettingsError) as met:
        make(house, "second")
    assert met.value.problem_code == "too_many_audiences"
    assert set(house.ledger.made.all()["syncs"]) == {"engage-first", "engage-other"}


def test_of_two_who_make_the_same_the_first_counts(house, monkeypatch):
    put, late = house.ledger.made.put, []

    def overtaken(kind, name, body, *, who, after):
        if not late:
            late.append(name)
            assert put(kind, name, {**body, "mode": "upsert"}, who="another", after=after)
        return put(kind, name, body, who=who, after=after)

    monkeypatch.setattr(house.ledger.made, "put", overtaken)
    assert make(house, "first") == "engage-first"
    assert house.ledger.made.all()["syncs"]["engage-first"]["mode"] == "upsert"
    assert make(house, "first", description="again") == "engage-first"
    assert [entry.who for entry in house.ledger.audit.latest()] == ["another"]


def test_what_old_settings_opened_is_closed_when_nobody_works_by_them(house, monkeypatch):
    closed = []

    class Client:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            closed.append(self)

    monkeypatch.setattr(type(house.parts().amazon.__self__), "client_in", lambda *_: Client())
    old = house.parts()
    client = old.amazon("amazon")
    make(house, "first")
    assert house.parts() is not old
    assert house.parts().amazon("amazon") is not client
    assert closed == []  # a run that began by them may still be at work
    del old
    assert closed == [client]
    house.close()
    assert len(closed) == 2
