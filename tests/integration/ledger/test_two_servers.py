"""Two servers with workers on one ledger in PostgreSQL and one home: one dies in the middle of a run, and the other goes on."""

import csv
import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import requests

from lading import wiring
from lading.clock import DoorClock
from lading.service import keys

LADING = str(Path(sys.executable).with_name("lading"))
SETTINGS = """\
version: 1
ledger: env:LADING_LEDGER_URL
connections:
  amazon:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
    records_per_request: 10
sources:
  files: {type: files, root: .}
  engage: {type: segment, batch_after: 1s}
syncs:
  customers:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Shop customers, country: US}
  vips:
    from: {source: engage, audience: vips}
    to:
      audience: {connection: amazon, name: Very important, country: US}
"""
PEOPLE = 25


@contextmanager
def server(folder, environ):
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(
            [LADING, "serve", "--port", "0"],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield json.loads(process.stdout.readline())["url"], process
        finally:
            process.kill()


def test_one_dies_and_the_other_goes_on(tmp_path, postgresql, amc_sandbox):
    amc_sandbox.policy(terms_accepted=True)
    grant = amc_sandbox.grant
    environ = {
        **os.environ, "LADING_LEDGER_URL": postgresql(), "LADING_AMAZON_URL": amc_sandbox.url, "LADING_CLOCK": amc_sandbox.url,
        **{f"AMAZON_{name.upper()}": grant[name] for name in ("client_id", "client_secret", "refresh_token")},
    }  # fmt: skip
    (tmp_path / "lading.yaml").write_text(SETTINGS)
    people, day = amc_sandbox.people("US", PEOPLE), amc_sandbox.now() - timedelta(days=2)
    with (tmp_path / "customers.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ("external_id", "email"), extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"external_id": f"c-{number}", **one} for number, one in enumerate(people))
    with wiring.build(tmp_path / "lading.yaml", environ) as parts:
        key = {"Authorization": f"Bearer {keys.create(parts, 'admin').secret}"}

    amc_sandbox.clock(mode="real", speed=1)  # Amazon takes its minutes: the run has to wait for it
    with server(tmp_path, environ) as (second, _):
        with server(tmp_path, environ) as (first, process):
            begun = requests.post(f"{first}/v1/syncs/customers/apply", headers=key, timeout=60).json()["data"]
            [run] = [one["run"] for one in begun]
            while line(first, run, key)["state"] != "settling":
                pass
            # Events that only the one who dies has seen, an older one, and one that comes to both.
            for user, entered, at in (("u-1", True, 1), ("u-2", False, 9), ("u-3", True, 1)):
                assert hand_in(first, key, people, day, user, entered, at) == "accepted"
            process.send_signal(signal.SIGKILL)
            process.wait()
        for user, entered, at in (("u-2", True, 1), ("u-3", True, 1), ("u-4", True, 1)):
            assert hand_in(second, key, people, day, user, entered, at) == "accepted"
        amc_sandbox.clock(mode="real", speed=2000)
        with closing(DoorClock(amc_sandbox.url)) as clock:
            while (ended := line(second, run, key))["ended_at"] is None:
                clock.sleep_until(clock.now() + timedelta(minutes=5))
            while members_by_events(second, key) != 3:
                clock.sleep_until(clock.now() + timedelta(minutes=5))
            amc_sandbox.clock(mode="real", speed=1)
        report = requests.get(f"{second}/v1/runs/{run}/report", headers=key, timeout=60).json()["data"]
    assert (ended["state"], report["balanced"], report["books"]["confirmed"]) == ("done", True, PEOPLE)
    sent = [
        one
        for one in amc_sandbox.requests()
        if one["path"].endswith("/amc/audiences/records") and one["method"] == "POST"
    ]
    assert sum(one["records"] for one in sent) == PEOPLE + 3
    known = json.loads((tmp_path / ".lading" / "audiences.json").read_text())["amazon/vips"]["audience_id"]
    amc_sandbox.advance(7200)
    assert {one["externalUserId"] for one in amc_sandbox.members(known)} == {"u-1", "u-3", "u-4"}

    (tmp_path / ".lading" / "ID").write_text("h-another\n")
    foreign = subprocess.run(
        [LADING, "runs"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert (foreign.returncode, "two homes would keep two memberships" in foreign.stderr) == (2, True)


def hand_in(url, key, people, day, user, entered, at):
    """What became of one event; `at`: seconds, lately by the sandbox's clock."""
    event = {
        "type": "track", "event": "Audience Entered" if entered else "Audience Exited", "userId": user, "messageId": f"{user}-{at}",
        "timestamp": f"{day:%Y-%m-%d}T00:00:{at:02}Z",
        "properties": {"audience_key": "vips", "email": people[int(user[2:])]["email"]},
    }  # fmt: skip
    answer = requests.post(f"{url}/v1/segment/engage", json=[event], headers=key, timeout=60).json()
    return answer["data"]["results"][0]["code"]


def members_by_events(url, key):
    """How many members the audience of events has."""
    found = requests.get(f"{url}/v1/audiences", headers=key, timeout=60).json()["data"]
    waiting = requests.get(f"{url}/v1/segment/engage/deliveries", headers=key, timeout=60).json()["data"][
        "waiting"
    ]
    return 0 if waiting else sum(one["members"] or 0 for one in found if one["name"] == "Very important")


def line(url, run, key):
    return requests.get(f"{url}/v1/runs/{run}", headers=key, timeout=60).json()["data"]["run"]
