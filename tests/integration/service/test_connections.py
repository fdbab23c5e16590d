"""What goes through a connection: without an instance, by an id that was pasted, several audiences, and a creation that is refused."""

import pytest

from lading.errors import AccessError
from lading.service.audiences import audiences
from lading.service.checks.check import check
from lading.service.connect import link

AMC = "    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}\n"
SECOND = """\
  newsletter:
    from: {source: files, path: newsletter.csv}
    to:
      audience: {connection: amazon, name: Newsletter readers, target: AMC_AND_DSP, country: US}
"""
CONNECTIONS = "/amc/audiences/connections"


def settings(shop, *changes, add=""):
    path = shop.folder / "lading.yaml"
    text = path.read_text() + add
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def made(shop):
    """Amazon's id of a connection that somebody made."""
    with shop.parts() as parts:
        return link(parts, "amazon")[0]


def test_people_reach_dsp_without_an_instance(shop):
    settings(shop, (AMC, ""), ("target: AMC_AND_DSP", "target: DSP"))
    shop.write(shop.people(12))
    assert shop.apply().books.confirmed == 12
    assert shop.members() == {f"c-{number}" for number in range(12)}
    assert shop.sent(CONNECTIONS) == []
    with shop.parts() as parts:
        assert audiences.of_sync(parts, "customers").dsp_size
        assert [line for line in check(parts) if not line.ok] == []


def test_a_pasted_connection_is_used_and_none_is_made(shop):
    pasted = made(shop)
    (shop.folder / ".lading").rename(shop.folder / "old")
    settings(
        shop, (AMC, f"    connection_id: {pasted}\n"), ('    dsp_advertiser_id: "581124983652187041"\n', "")
    )
    before = len(shop.sent(CONNECTIONS))
    shop.write(shop.people(5))
    assert shop.apply().books.confirmed == 5
    assert len(shop.sent(CONNECTIONS)) == before
    assert shop.members() == {f"c-{number}" for number in range(5)}


def test_two_audiences_go_through_one_connection(shop):
    settings(shop, add=SECOND)
    people = shop.people(8)
    shop.write(people)
    shop.write({"c-0": people["c-0"], "c-7": people["c-7"]}, "newsletter.csv")
    reports = [shop.apply("customers"), shop.apply("newsletter")]
    assert len(shop.sent(CONNECTIONS)) == 1
    assert [one.books.confirmed for one in reports] == [8, 2]
    shop.sandbox.advance(7200)
    held = [{one["externalUserId"] for one in shop.sandbox.members(done.audience_id)} for done in reports]
    assert held == [{f"c-{number}" for number in range(8)}, {"c-0", "c-7"}]


def test_a_refused_creation_names_scopes_and_profile(shop):
    made(shop)
    shop.write(shop.people(3))
    shop.sandbox.policy(scopes=["advertising::campaign_management"])
    with pytest.raises(AccessError) as caught:
        shop.apply()
    assert caught.value.problem_code == "scope_missing"
    assert caught.value.where == "syncs.customers.to.audience"
    for part in (
        "Audience creation failed", "advertising::campaign_management and advertising::audiences", "profile 1234567890", "lading check amazon",
    ):  # fmt: skip
        assert part in str(caught.value)
    shop.sandbox.policy(scopes=["advertising::campaign_management", "advertising::audiences"])
    assert shop.apply().books.confirmed == 3
