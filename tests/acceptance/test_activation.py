"""A segment's activation: chosen columns under other names, built strings, and a schedule that carries it."""

import csv
import json
from datetime import timedelta

import pytest
from api import served_api

FROM = """\
    from:
      source: files
      path: vips.csv
      segment: {id: "48211", name: Very important, audience_id: "9001"}
"""
SYNCS = f"""\
  vips:
{FROM}\
      columns: {{externaluserid: ext_id, email: usr_email}}
      strings: {{countrycode: {{text: US}}}}
    to:
      audience: {{connection: amazon, name: Very important, target: AMC}}
    schedule: {{dialect: treasure, cron: "@daily", timezone: Europe/Berlin}}
  vip_rows:
{FROM}\
      strings:
        origin: {{text: "crm, by hand"}}
        exported_at: {{value: timestamp}}
        segment: {{value: segment_id}}
        segment_name: {{value: segment_name}}
        parent: {{value: audience_id}}
    to:
      dataset:
        connection: amazon
        id: vip_rows
        bucket: s3://shop-uploads
        drop: [usr_email]
        columns:
          ext_id: {{type: STRING}}
          points: {{type: INTEGER}}
          origin: {{type: STRING}}
          exported_at: {{type: TIMESTAMP}}
          segment: {{type: STRING}}
          segment_name: {{type: STRING}}
          parent: {{type: STRING}}
"""


@pytest.fixture
def desk(desk):
    s3 = desk.sandbox.s3
    desk.environ |= {
        "AWS_ENDPOINT_URL": s3["url"], "AWS_ACCESS_KEY_ID": s3["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"], "AWS_DEFAULT_REGION": s3["region"],
    }  # fmt: skip
    desk.settings(add=SYNCS)
    write(desk, 3)
    return desk


def write(desk, count):
    with (desk.folder / "vips.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("ext_id", "usr_email", "points", "notes"))
        out.writerows(
            (f"c-{n}", person["email"], n, "likes blue")
            for n, person in enumerate(desk.sandbox.people("US", count))
        )


def members(desk):
    desk.sandbox.advance(7200)
    [audience] = json.loads((desk.home / "audiences.json").read_text()).values()
    return {member["externalUserId"] for member in desk.sandbox.members(audience["audience_id"])}


def test_chosen_columns_become_members_and_a_schedule_goes_on(desk):
    plan = desk.lading("plan", "vips", "--json").data
    assert not plan["explained"]["warnings"]  # the built country is each row's own
    assert desk.lading("apply", "vips", "--json").data["changes"] == {"add": 3}
    write(desk, 5)
    end = desk.sandbox.now() + timedelta(days=1, hours=1)
    with desk.start("test-worker", end.isoformat()) as worker:
        ended = desk.ended(worker)
    assert ended.code == 0, ended.err
    assert members(desk) == {f"c-{n}" for n in range(5)}
    [line] = desk.lading("audiences", "list", "--json").data
    assert 7200 <= line["age_seconds"] <= 2 * 86_400
    assert f"{line['as_of'][:10]} {line['as_of'][11:16]}" in desk.lading("audiences", "list").out
    assert "that is ago" in desk.lading("audiences", "show", "vips").out
    assert all("likes blue" not in str(one) for one in desk.sent())


def test_all_columns_and_each_kind_of_string_become_rows(desk):
    desk.write(desk.people(1))
    tried = desk.lading("source", "test", "files", "--json").data
    [vips] = [one for one in tried["readings"] if one["syncs"] == ["vips"]]
    assert {column["name"]: column["filled"] for column in vips["columns"]} == {
        "externaluserid": 3, "email": 3, "countrycode": 3,
    }  # fmt: skip
    desk.lading("bucket", "setup")
    before = desk.sandbox.now()
    assert desk.lading("apply", "vip_rows", "--json").data["books"]["confirmed"] == 3
    found = desk.sandbox._ask("GET", "instances/amcshop001/datasets/vip_rows/rows")
    rows = [json.loads(line) for line in found.splitlines()]
    assert [row["points"] for row in rows] == [0, 1, 2]
    assert {(row["origin"], row["segment"], row["segment_name"], row["parent"]) for row in rows} == {
        ("crm, by hand", "48211", "Very important", "9001")
    }
    [stamp] = {row["exported_at"] for row in rows}
    assert f"{before:%Y-%m-%d}" in stamp


def test_a_step_of_a_batch_journey_activates_by_http(desk):
    """Whoever reaches the step is written where the sync reads, and the step's webhook begins the run."""
    with served_api(desk) as api:
        [begun] = api.post("/v1/syncs/vips/apply", status=202)
        assert api.finished(begun["run"])["books"]["confirmed"] == 3
        write(desk, 4)
        [next_step] = api.post("/v1/syncs/vips/apply", status=202)
        assert api.finished(next_step["run"])["changes"] == {"add": 1}
        assert api.ask("POST", "/v1/syncs/vips/apply", key="nobody").status_code == 401
        api.end()
    desk.sandbox.clock(mode="manual")
    assert members(desk) == {f"c-{n}" for n in range(4)}
