"""Audiences of one name: which one is meant is asked, never guessed."""

import pytest

from lading.errors import SettingsError
from lading.service.audiences import audiences
from lading.service.sync import plan

AGAIN = """\
  again:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Shop customers, target: AMC, country: US}
"""
EUROPE = """\
  europe:
    region: EU
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "2234567890"
    amc: {account_id: ENTITY2D4E6F, marketplace_id: A1F83G8C2ARO7P, instance_id: amcshopeu1}
    requests_per_second: 1000
sources:
"""


@pytest.fixture
def carried(shop):
    shop.write(shop.people(3))
    shop.apply()
    return shop


def write(shop, *changes, add=AGAIN):
    path = shop.folder / "lading.yaml"
    text = path.read_text() + add
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def test_a_second_audience_of_a_name_is_not_made(carried):
    write(carried)
    for ask in (lambda: plan_of(carried, "again"), lambda: carried.apply("again")):
        with pytest.raises(SettingsError) as caught:
            ask()
        assert caught.value.problem_code == "same_name"
        assert f"{carried.audience_id} (external id customers), filled by sync customers" in str(caught.value)
    assert len(carried.sent("/amc/audiences/metadata")) == 1


@pytest.mark.parametrize(
    "way", ["name: Shop customers twice", "name: Shop customers, external_id: customers"]
)
def test_the_ways_out_work(carried, way):
    write(carried, add=AGAIN.replace("name: Shop customers, target: AMC,", f"{way}, target: AMC_AND_DSP,"))
    assert carried.apply("again").state == "done"
    assert len(carried.sent("/amc/audiences/metadata")) == (1 if "external_id" in way else 2)


def test_several_of_one_name_are_listed_and_none_is_picked(carried):
    write(carried, ("sources:\n", EUROPE), add=AGAIN.replace("connection: amazon", "connection: europe"))
    carried.apply("again")
    with carried.parts() as parts:
        ids = {one.sync: one.audience_id for one in audiences.list_audiences(parts)}
        with pytest.raises(SettingsError) as caught:
            audiences.show(parts, "Shop customers")
        assert caught.value.problem_code == "same_name"
        assert all(f"{made} (external id {sync})" in str(caught.value) for sync, made in ids.items())
        assert audiences.show(parts, ids["again"]).audience.sync == "again"


def plan_of(shop, name):
    with shop.parts() as parts:
        return plan(parts, name)
