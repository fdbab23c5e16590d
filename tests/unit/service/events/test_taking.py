"""The door's writer in this process: groups, and who is not harmed by whom."""

import json
from datetime import UTC, datetime

import pytest

from lading import wiring
from lading.errors import GaveUp, SettingsError
from lading.service.events import taking
from lading.service.events.log import EventLog, frames
from lading.service.events.taking import Intake

SETTINGS = """\
version: 1
connections:
  amazon: {region: NA, client_id: "env:ID", client_secret: "env:SECRET", profile_id: "1",
           amc: {account_id: ENTITY1, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}}
sources:
  engage: {type: segment}
  other: {type: segment, secret: "env:WEBHOOK"}
syncs:
  vips:
    from: {source: engage, audience: vips}
    to: {audience: {connection: amazon, name: Very important, country: US}}
"""


@pytest.fixture
def parts(tmp_path):
    (tmp_path / "lading.yaml").write_text(SETTINGS)
    with wiring.build(tmp_path / "lading.yaml", {"WEBHOOK": "whsec"}) as parts:
        yield parts


@pytest.fixture
def log(tmp_path):
    return EventLog(tmp_path / "events", "w")


@pytest.fixture
def intake(parts, log):
    intake = Intake(lambda: parts, log)
    yield intake
    intake.close()


def entered(user):
    event = {
        "type": "track", "event": "Audience Entered", "userId": user, "messageId": user, "timestamp": datetime(2026, 1, 5, tzinfo=UTC).isoformat(),
        "properties": {"audience_key": "vips", "email": f"{user}@example.com"},
    }  # fmt: skip
    return json.dumps(event).encode()


def codes(future):
    return [one.code for one in future.result(timeout=60).results]


def test_requests_of_one_moment_are_written_together_and_answered_apart(intake, log):
    with intake.writing:  # the first group cannot be written yet: the others gather
        asked = [intake.take("engage", entered(f"u-{number}")) for number in range(20)]
        nobody = intake.take("nobody", entered("u-1"))
        unsigned, garbage = intake.take("other", entered("u-1"), "x"), intake.take("engage", b"{")
        many = intake.take("engage", json.dumps([7] * 10_001).encode())
    assert [codes(one) for one in asked] == [["accepted"]] * 20
    refused = [one.exception(timeout=60) for one in (nobody, unsigned, garbage, many)]
    assert [one.problem_code for one in refused] == [
        "unknown_destination",
        "wrong_signature",
        "wrong_events",
        "body_too_large",
    ]
    groups = [found["external_id"].to_list() for _, _, found in frames(log.rotate())]
    assert sorted(user for group in groups for user in group) == sorted(f"u-{number}" for number in range(20))
    assert len(groups) <= 3


@pytest.mark.parametrize(
    "error", [ValueError("jane@example.com"), SettingsError("wrong", code="wrong_value")]
)
def test_a_request_that_cannot_be_hashed_does_not_keep_others_out(intake, log, monkeypatch, error):
    whole = taking.hashed

    def hashed(parts, sync, found):
        if any(one.fields["external_id"] == "u-bad" for one in found):
            raise error
        return whole(parts, sync, found)

    monkeypatch.setattr(taking, "hashed", hashed)
    with intake.writing:
        asked = {user: intake.take("engage", entered(user)) for user in ("u-1", "u-bad", "u-2")}
    met = asked["u-bad"].exception(timeout=60)
    assert met.problem_code == ("wrong_value" if isinstance(error, SettingsError) else "not_taken")
    assert "jane" not in str(met)
    assert codes(asked["u-1"]) == codes(asked["u-2"]) == ["accepted"]
    users = [user for _, _, found in frames(log.rotate()) for user in found["external_id"]]
    assert sorted(users) == ["u-1", "u-2"]


def test_what_the_disk_does_not_take_is_accepted_by_nobody(intake, log, monkeypatch):
    monkeypatch.setattr(log, "append", lambda *_: (_ for _ in ()).throw(GaveUp("full", code="disk_full")))
    assert intake.take("engage", entered("u-1")).exception(timeout=60).problem_code == "disk_full"
    assert intake.take("engage", b'{"type": "page"}').exception(timeout=60).problem_code == "disk_full"
