"""A sync with two targets: two instances in two regions, each with its run, membership, audience and books."""

import pytest

from lading.errors import AccessError, GuardTripped, SettingsError, StillProcessing, TargetBusy
from lading.service import listing, trace
from lading.service.audiences import audiences
from lading.service.sync import Order, apply, begin
from lading.service.targets import each

EUROPE = """\
  europe:
    region: EU
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "2234567890"
    amc: {account_id: ENTITY2D4E6F, marketplace_id: A1F83G8C2ARO7P, instance_id: amcshopeu1}
    dsp_advertiser_id: "591124983652187042"
    records_per_request: 10
    requests_per_second: 1000
sources:
"""
LONE = "      audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}"
BOTH = """\
      - audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}
      - audience: {connection: europe, name: Shop customers, target: AMC_AND_DSP, country: GB}
"""
KEPT = BOTH.replace("AMC_AND_DSP, country: US", "AMC_AND_DSP, country: US, external_id: customers")
US, EU = "customers/amazon", "customers/europe"


def write(shop, *changes):
    path = shop.folder / "lading.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


@pytest.fixture
def both(shop):
    write(shop, ("sources:\n", EUROPE), (LONE, BOTH))
    return shop


def carry(shop, **order):
    """Both targets in turn, as the command does; by name."""
    with shop.parts() as parts:
        return {
            one.sync: one for one in each(parts, "customers", lambda name: apply(parts, name, Order(**order)))
        }


def members(shop, name):
    shop.sandbox.advance(7200)
    with shop.parts() as parts:
        view = audiences.of_sync(parts, name)
    return {one["externalUserId"] for one in shop.sandbox.members(view.audience.audience_id)}


def test_each_target_has_its_audience_its_run_and_its_books(both):
    both.write(both.people(25))
    done = carry(both)
    assert list(done) == [US, EU]
    assert all(one.answer.books.confirmed == 25 for one in done.values())
    assert (
        len({one.answer.run for one in done.values()})
        == len({one.answer.audience_id for one in done.values()})
        == 2
    )
    assert members(both, US) == members(both, EU) == {f"c-{number}" for number in range(25)}
    with both.parts() as parts:
        assert {one.country for one in audiences.list_audiences(parts)} == {"US", "GB"}
        assert {one.target for one in audiences.list_audiences(parts)} == {
            "amazon/customers-amazon",
            "europe/customers-europe",
        }
        assert [line.sync for line in listing.list_of(parts, "customers")] == [EU, US]


def test_requests_go_to_each_regions_host(both):
    both.write(both.people(3))
    carry(both)
    paths = {one["path"] for one in both.sent()}
    assert len(paths) == 2, paths


def test_one_fails_and_the_other_is_fine_and_the_same_command_mends_it(both):
    """The failing one has a connection that Amazon does not know."""
    write(both, ("  europe:\n", "  europe:\n    connection_id: no-such-connection\n"))
    both.write(both.people(12))
    done = carry(both)
    assert done[US].answer.books.confirmed == 12
    assert isinstance(done[EU].error, AccessError)
    write(both, ("    connection_id: no-such-connection\n", ""))
    sent = len(both.sent())
    done = carry(both)
    assert (done[US].answer.books.changed, done[EU].answer.books.confirmed) == (0, 12)
    assert len(both.sent()) - sent == 2  # the second target's two batches
    assert members(both, EU) == members(both, US)


def test_the_first_one_goes_on_with_the_audience_that_the_lone_target_had(shop):
    shop.write(shop.people(12))
    first = shop.apply()
    write(shop, ("sources:\n", EUROPE), (LONE, KEPT))
    done = carry(shop)
    assert done[US].answer.audience_id == first.audience_id
    assert (done[US].answer.books.unchanged, done[EU].answer.books.confirmed) == (12, 12)


def test_a_run_that_the_lone_target_left_is_gone_on_with(shop):
    shop.write(shop.people(12))
    with pytest.raises(StillProcessing):
        shop.apply(wait=False)
    write(shop, ("sources:\n", EUROPE), (LONE, KEPT))
    done = carry(shop)
    assert done[US].answer.books.confirmed == 12


def test_a_person_is_traced_in_each(both):
    both.write(both.people(3))
    carry(both)
    with both.parts() as parts:
        told = each(parts, "customers", lambda name: trace.story(parts, name, "c-1"))
    assert [len(one.answer.steps) for one in told] == [1, 1]
    assert all(one.answer.member for one in told)


def test_where_one_has_to_be_named_the_message_names_them(both):
    with (
        both.parts() as parts,
        pytest.raises(SettingsError, match="name one of them, customers/amazon, customers/europe"),
    ):
        audiences.adopt(parts, "customers", "1")
    with both.parts() as parts, pytest.raises(SettingsError, match="did you mean 'customers/europe'"):
        apply(parts, "customers/eurpe", Order())


def test_an_audience_of_another_sync_cannot_be_adopted(shop):
    shop.write(shop.people(3))
    shop.apply()
    path = shop.folder / "lading.yaml"
    text = path.read_text()
    path.write_text(text + text[text.index("  customers:") :].replace("  customers:", "  others:", 1))
    with shop.parts() as parts, pytest.raises(SettingsError, match="by sync customers"):
        audiences.adopt(parts, "others", shop.audience_id)


LEAVERS = """\
  leavers:
    from: {source: files, path: leavers.csv}
    mode: remove
    to:
      audience: {connection: amazon, name: Shop customers, external_id: customers, target: AMC_AND_DSP, country: US}
"""


def test_one_sync_adds_and_another_removes_over_one_audience(shop):
    """What one left unfinished comes to its end before the other begins, and each sees what the other did."""
    people = shop.people(6)
    write(shop, (LONE, LONE + "\n" + LEAVERS.rstrip()))
    shop.write(people)
    shop.write({key: people[key] for key in ("c-1", "c-2")}, "leavers.csv")
    with pytest.raises(StillProcessing):
        shop.apply(wait=False)
    with shop.parts() as parts, pytest.raises(TargetBusy, match="of sync customers writes to the same"):
        begin(parts, "leavers", Order())
    gone = shop.apply("leavers")
    assert (gone.sync, gone.changes, gone.books.recorded) == ("leavers", {"remove": 2}, 2)
    assert shop.members() == {"c-0", "c-3", "c-4", "c-5"}
    assert shop.apply("leavers").changes == {}
    back = shop.apply()
    assert back.changes == {"add": 2}  # they stand in its source
    assert shop.members() == people.keys()
    with shop.parts() as parts:
        assert [run.sync for run in parts.ledger.runs.list(10)] == [
            "customers",
            "leavers",
            "leavers",
            "customers",
        ]


def test_a_guarded_run_of_another_sync_is_dropped_and_its_guard_is_not_accepted(shop):
    write(shop, (LONE, LONE + "\n    guards: {min_records: 100}\n" + LEAVERS.rstrip()))
    shop.write(shop.people(3))
    shop.write(shop.people(1), "leavers.csv")
    with pytest.raises(GuardTripped):
        shop.apply()
    assert shop.apply("leavers", accept=frozenset({"min_records"})).sync == "leavers"
    assert shop.sent() == []
