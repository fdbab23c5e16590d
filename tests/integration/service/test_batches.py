"""How changes are cut into requests and parts, and where each target's requests lead."""

import json
from functools import partial

import pytest

from lading.amazon.gateway import Gateway
from lading.plan.batches import Caps
from lading.service import drafting, listing

MIRROR = "    mode: mirror\n    guards: {max_removals: 90%}\n"


@pytest.fixture
def calls(monkeypatch):
    """Every call that goes to the Ads API: method, path and the JSON it carries."""
    made, ask = [], Gateway.ask

    def watched(self, call):
        made.append((call.method, call.path, json.loads(call.body) if call.body else None, self.hosts.api))
        return ask(self, call)

    monkeypatch.setattr(Gateway, "ask", watched)
    return made


def bodies(calls, path="/amc/audiences/records"):
    return [body for method, where, body, _ in calls if (method, where) == ("POST", path)]


def settings(shop, *changes, add=""):
    path = shop.folder / "lading.yaml"
    text = path.read_text() + add
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def changed(shop):
    """A shop that was carried, where two have left and two have come since."""
    people = shop.people(8)
    shop.write({key: people[key] for key in list(people)[:6]})
    shop.apply()
    shop.write({key: people[key] for key in list(people)[2:]})
    return {f"c-{number}" for number in range(2, 8)}


def test_mixed_batches_hold_removals_and_additions_in_one_request(shop, calls):
    settings(shop, add=MIRROR + "    mixed_batches: true\n")
    expected = changed(shop)
    calls.clear()
    report = shop.apply()
    [body] = bodies(calls)
    assert {record["action"] for record in body["records"]} == {"CREATE", "DELETE"}
    books = report.books
    assert (report.state, report.balanced, books.changed, books.removed, books.confirmed) == (
        "done",
        True,
        2,
        2,
        4,
    )
    assert shop.members() == expected


def test_by_itself_a_request_holds_one_of_them(shop, calls):
    settings(shop, add=MIRROR)
    expected = changed(shop)
    calls.clear()
    shop.apply()
    assert [{record["action"] for record in body["records"]} for body in bodies(calls)] == [
        {"DELETE"},
        {"CREATE"},
    ]
    assert shop.members() == expected


def test_parts_are_numbered_from_the_plan_to_the_report(shop, monkeypatch):
    monkeypatch.setattr(drafting, "Caps", partial(Caps, max_identifiers=40))
    shop.write(shop.people(25))
    report = shop.apply()
    with shop.parts() as parts:
        view = listing.show(parts, report.run)
    assert [one.part for one in view.parts] == list(range(1, len(view.parts) + 1))
    assert len(view.parts) == len(report.parts) > 1
    assert sum(one.records for one in view.parts) == 25
    assert {one.state for one in view.parts} == {"complete"}
    assert sorted(job for one in view.parts for job in one.jobs) == sorted(one.job for one in view.batches)


def test_halves_of_a_batch_stay_in_its_part(shop, monkeypatch):
    monkeypatch.setattr(drafting, "Caps", partial(Caps, max_identifiers=40))
    shop.write(shop.people(15))
    shop.sandbox.faults(job_partial={"at": [2, 3, 4]})
    settings(shop, ("target: AMC_AND_DSP", "target: AMC"))
    report = shop.apply()
    with shop.parts() as parts:
        batches = parts.ledger.batches.of(report.run)
    by_number = {batch.no: batch for batch in batches}
    heirs = [batch for batch in batches if batch.parent]
    assert heirs
    assert all(batch.part == by_number[batch.parent].part for batch in heirs)


TARGETS = {
    "AMC": ({"connectionId": "CONNECTION"}, {"connectionId": "CONNECTION"}, False),
    "AMC_AND_DSP": (
        {"connectionId": "CONNECTION"}, {"connectionId": "CONNECTION", "targetTypes": ["DSP"]}, True,
    ),
    "DSP": ({"advertiserId": 581124983652187041}, None, True),
}  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_names_where_its_audience_and_records_go(shop, calls, target):
    settings(shop, ("target: AMC_AND_DSP", f"target: {target}"))
    shop.write(shop.people(3))
    report = shop.apply()
    with shop.parts() as parts:
        link = parts.ledger.links.get("amazon")
        connection = link.amazon_connection_id if link else ""
    audience_goal, records_goal, reaches_dsp = TARGETS[target]
    written = lambda goal: json.loads(json.dumps(goal).replace("CONNECTION", connection))  # noqa: E731
    [made] = bodies(calls, "/amc/audiences/metadata")
    assert made["targetResource"] == written(audience_goal)
    [body] = bodies(calls)
    assert body.get("targetResource") == written(records_goal)
    assert str(body["audienceId"]) == report.audience_id
    shop.sandbox.advance(7200)
    with shop.parts() as parts:
        size = parts.amazon("amazon").audiences.get(report.audience_id).size
    assert bool(size.dsp) is reaches_dsp


def test_an_instance_is_reached_through_another_regions_host(shop, calls):
    """AMC takes audiences from any host: the connection's region is that of the profile, not of the instance."""
    settings(
        shop, ("ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001",
               "ENTITY2D4E6F, marketplace_id: A1F83G8C2ARO7P, instance_id: amcshopeu1"),
        ("target: AMC_AND_DSP", "target: AMC"),
    )  # fmt: skip
    shop.write(shop.people(3))
    assert shop.apply().books.confirmed == 3
    assert {host for *_, host in calls} == {f"{shop.sandbox.url}/na"}


def test_nothing_is_asked_of_the_destination_but_what_is_needed(shop, calls):
    """No schema is looked up: the connection, the audience, the records, their jobs, and the count for the report."""
    shop.write(shop.people(3))
    shop.apply()
    asked = [
        (method, path.rpartition("/")[0] if path.count("/") > 3 else path) for method, path, _, _ in calls
    ]
    assert list(dict.fromkeys(asked)) == [
        ("GET", "/amc/audiences/connections"), ("POST", "/amc/audiences/connections"), ("POST", "/amc/audiences/metadata"),
        ("POST", "/amc/audiences/records"), ("GET", "/amc/audiences/records"), ("GET", "/amc/audiences/metadata"),
    ]  # fmt: skip
