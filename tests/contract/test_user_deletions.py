"""User deletion requests: who can be named, and how they go on."""

import pytest
from datakit import PERSON, sha

PATH = "/userDeletionRequest"
DEVICE = {"externalIdentity": {"type": "MAID", "value": "38400000-8cf0-11bd-b23e-10b96e40000d"}}


def ask(data, *identities):
    return data.good("POST", PATH, {"targetIdentities": list(identities)})["userDeletionRequestId"]


def read(data, deletion_id):
    return data.good("GET", f"{PATH}/{deletion_id}")["identityDeletion"]


def test_a_request_is_pending_and_then_it_has_succeeded(data):
    deletion_id = ask(data, PERSON, DEVICE)

    data.api.wait(30)
    shown = read(data, deletion_id)
    assert shown == {
        "userDeletionRequestId": deletion_id,
        "creationDateTime": "2026-01-05T08:00:00Z",
        "identityCount": 2,
        "status": "PENDING",
    }
    data.api.wait(1770)
    assert read(data, deletion_id) == shown | {"status": "SUCCEEDED"}
    assert data.api.sandbox.door("GET", "state")["userDeletions"] == {"SUCCEEDED": 1}


def test_a_new_one_cannot_be_read_at_once(data):
    deletion_id = ask(data, PERSON)

    assert "not found" in data.refused("GET", f"{PATH}/{deletion_id}", status=404)
    assert data.listed(f"{PATH}/list", "userDeletions") == []
    data.api.sandbox.policy(deletion_unseen_seconds=0)
    assert read(data, ask(data, PERSON))["status"] == "PENDING"


def test_slow_jobs_make_deletions_slow(data):
    data.api.sandbox.faults(slow_jobs_seconds=3600)
    deletion_id = ask(data, PERSON)

    data.api.wait(3600)
    assert read(data, deletion_id)["status"] == "PENDING"


@pytest.mark.parametrize(
    "identities",
    [
        None,
        [],
        [PERSON] * 1001,
        [{}],
        [PERSON | DEVICE],
        [PERSON, {"hashedIdentity": {}}],
        [{"hashedIdentity": {"EMAIL": "a@example.com"}}],
        [{"hashedIdentity": {"EMAIL": sha("a").upper()}}],
        [{"hashedIdentity": {"email": sha("a")}}],
        [{"externalIdentity": {"type": "COOKIE", "value": "x"}}],
        [{"externalIdentity": {"type": "MAID"}}],
        [{"externalIdentity": {"type": "MAID", "value": ""}}],
        PERSON,
    ],
)
def test_unlawful_requests(data, identities):
    told = data.refused("POST", PATH, {"targetIdentities": identities})

    assert "targetIdentities" in told
    assert "a@example.com" not in told


def test_a_thousand_people_a_request(data):
    deletion_id = ask(data, *[PERSON] * 1000)
    data.api.wait(30)

    assert read(data, deletion_id)["identityCount"] == 1000


def test_requests_are_listed_by_instance(data):
    ids = [ask(data, PERSON) for _ in range(3)]
    data.api.wait(30)

    for query in ({}, {"maxResults": 2}, {"maxResults": 0}):
        found = data.listed(f"{PATH}/list", "userDeletions", **query)
        assert [one["userDeletionRequestId"] for one in found] == ids
    data.refused("POST", f"{PATH}/list?maxResults=101")
    data.instance = "amcshopsbx"
    assert data.listed(f"{PATH}/list", "userDeletions") == []
    data.refused("GET", f"{PATH}/{ids[0]}", status=404)
