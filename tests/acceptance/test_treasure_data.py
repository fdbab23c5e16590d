"""Whoever comes from Treasure Data types what he typed there: its commands, its JSON, its cron lines, its workflow."""

import json
import re

import pytest

ADD = """\
treasure_data:
  databases: {shop_db: files, td.database: files}
  authentications: {"2881": amazon, new_amazon_ads_auth: amazon}
"""
QUERY = """
SELECT
  usr_firstname  AS firstname,
  usr_address    AS address,
  usr_phone      AS phone,
  usr_city       AS city,
  usr_state      AS state,
  usr_postalcode AS postal,
  usr_email      AS email,          -- required
  usr_lastname   AS lastname,
  usr_country    AS countrycode,
  ext_id         AS externaluserid  -- required
FROM
  mytable
"""
COLUMNS = {
    "ext_id": "customer_id", "usr_firstname": "first_name", "usr_address": "address", "usr_phone": "phone", "usr_city": "city",
    "usr_state": "state", "usr_postalcode": "postal", "usr_email": "email", "usr_lastname": "last_name", "usr_country": "country",
}  # fmt: skip
RESULT = {
    "type": "amazon_ads", "td_authentication_id": "2881", "amc_instance_id": "amcshop001", "amc_account_id": "ENTITY1A2B3C",
    "region": "NA", "action": "CREATE", "upload_mode": "APPEND", "target": "AMC_AND_DSP", "dsp_advertiser_id": "581124983652187041",
    "external_audience_id": "external_audience_id", "audience_name": "audience_name", "time_to_live": 34300800, "country_code": "US",
    "wait_until_finish": True, "max_wait_time": 60,
}  # fmt: skip


@pytest.fixture
def desk(desk):
    desk.settings(add=ADD)
    write(desk, 7)
    return desk


def write(desk, count):
    people = desk.people(count)
    rows = [{"customer_id": key, **person} for key, person in people.items()]
    lines = [
        ",".join(COLUMNS),
        *(",".join(f'"{row.get(own) or ""}"' for own in COLUMNS.values()) for row in rows),
    ]
    (desk.folder / "mytable.csv").write_text("\n".join(lines) + "\n", "utf-8")


def query(desk, sql=QUERY, *options, **changes):
    result = {key: value for key, value in {**RESULT, **changes}.items() if value is not None}
    return desk.lading(
        "td",
        "query",
        "--database",
        "shop_db",
        "--wait",
        sql,
        "--type",
        "presto",
        "--result",
        json.dumps(result),
        *options,
    )


def members(desk):
    desk.sandbox.advance(7200)
    [audience] = desk.lading("audiences", "list", "--json").data
    return {member["externalUserId"] for member in desk.sandbox.members(audience["audience_id"])}


def test_a_query_again_and_again_then_an_update_that_deletes(desk):
    first = query(desk, QUERY, "--log-format", "td")
    assert first.code == 0, first.err
    [audience] = desk.lading("audiences", "list", "--json").data
    said = [re.sub(r"^\S+ \S+ \+0000 ", "", line) for line in first.out.splitlines()]
    assert said[:9] == [
        "[INFO] (0035:task-0000): ************* REPORT *************",
        "[INFO] (0035:task-0000): Total records: 7",
        "[INFO] (0035:task-0000): Total batches: 1",
        "[INFO] (0035:task-0000): Total skipped records: 0",
        "[INFO] (0035:task-0000): ************* UPLOAD STATUS *************",
        "[INFO] (0035:task-0000): Total completed batches: 1/1",
        "[INFO] (0035:task-0000): Total uploaded records but invalid: 0",
        "[INFO] (0035:task-0000): ************* AUDIENCE INFO *************",
        f"[INFO] (0035:task-0000): Audience ID: {audience['audience_id']}",
    ]
    assert (audience["name"], audience["external_audience_id"]) == ("audience_name", "external_audience_id")
    write(desk, 9)
    again = query(desk, QUERY, "--json").data
    assert (again["changes"], again["audience_id"]) == ({"add": 2}, audience["audience_id"])
    gone = query(
        desk, f"{QUERY} WHERE ext_id IN ('c-0', 'c-8')", "--json", action="UPDATE", upload_mode="DELETE",
        audience_id=audience["audience_id"], external_audience_id=None, audience_name=None,
    )  # fmt: skip
    assert gone.data["mode"] == "remove"
    assert members(desk) == {f"c-{n}" for n in range(1, 8)}


def test_what_is_not_waited_for_is_followed_later(desk):
    """And a blank account is looked up: the connection says none either."""
    desk.settings(("account_id: ENTITY1A2B3C, ", ""), add=ADD)
    desk.sandbox.faults(slow_jobs_seconds=4 * 3600)
    done = query(desk, max_wait_time=5, amc_account_id="")
    assert done.code == 5, done.err
    assert "lading follow" in done.err
    desk.sandbox.faults()
    assert desk.lading("follow").code == 0
    assert len(members(desk)) == 7


def test_what_is_wrong_is_said_and_nothing_is_sent(desk):
    for sql, options, code, says in (
        ("SELECT ext_id AS externaluserid, usr_phone AS phone FROM mytable", {}, "unknown_column", "'email'"),
        ("SELECT usr_email AS email FROM mytable", {}, "unknown_column", "'externaluserid'"),
        ("SELECT FROM mytable", {}, "wrong_query", ""),
        (QUERY, {"upload_mod": "x"}, "wrong_export", "did you mean 'upload_mode'?"),
        (QUERY, {"td_authentication_id": "9999"}, "unknown_authentication", "authentications"),
        (QUERY, {"amc_instance_id": "amcother"}, "other_connection", "amcshop001"),
        (QUERY, {"region": "EU"}, "other_connection", "NA"),
    ):
        done = query(desk, sql, "--json", **options)
        [problem] = done.json["problems"]
        assert (done.code, problem["code"]) == (2, code), problem
        assert says in problem["message"]
    assert desk.sent() == []
    assert desk.lading("audiences", "list", "--json").data == []


def test_a_schedule_has_a_life(desk):
    made = desk.lading(
        "td", "sched:create", "result_to_amazon_ads", "0 0 5,*/10,25 * *", "--database", "shop_db", QUERY,
        "--result", json.dumps(RESULT), "--timezone", "Europe/Berlin", "--delay", "600", "--json",
    ).data  # fmt: skip
    assert len(made["next"]) == 10
    assert all(re.search(r"T2[23]:10:00", moment) for moment in made["next"])
    assert "yearly" not in made
    assert made["query"] == QUERY
    ran = desk.lading("td", "sched:run", "result_to_amazon_ads", "--json").data
    assert ran["changes"] == {"add": 7}
    update = {**RESULT, "action": "UPDATE", "upload_mode": "DELETE", "audience_id": ran["audience_id"]}
    leavers = desk.lading(
        "td", "sched:create", "drop_from_amazon_ads", "@daily", "-d", "shop_db", f"{QUERY} WHERE ext_id = 'c-3'",
        "-r", json.dumps(update), "--json",
    )  # fmt: skip
    assert leavers.data["mode"] == "remove"
    assert desk.lading("td", "sched:run", "drop_from_amazon_ads", "--json").data["changes"] == {"remove": 1}
    assert len(members(desk)) == 6
    assert desk.lading("td", "sched:delete", "drop_from_amazon_ads").code == 0
    again = desk.lading(
        "td",
        "sched:create",
        "result_to_amazon_ads",
        "@daily",
        "-d",
        "shop_db",
        QUERY,
        "-r",
        json.dumps(RESULT),
        "--json",
    )
    assert (again.code, again.json["problems"][0]["code"]) == (2, "schedule_exists")
    assert desk.lading("td", "sched:disable", "result_to_amazon_ads", "--json").data["state"] == "paused"
    assert desk.lading("td", "sched:enable", "result_to_amazon_ads", "--json").data["state"] == "on"
    daily = desk.lading(
        "td", "sched:update", "result_to_amazon_ads", "--cron", "@daily", "--delay", "0", "--json"
    ).data
    assert daily["schedule"].startswith("@daily (Europe/Berlin)")
    [line] = desk.lading("td", "sched:list", "--json").data
    assert line["sync"] == "result_to_amazon_ads"
    assert (
        desk.lading("td", "sched:update", "result_to_amazon_ads", "--cron", "0  0 * * *", "--json").code == 2
    )
    never = desk.lading("td", "sched:update", "result_to_amazon_ads", "--cron", "", "--json").data
    assert never["next"] == []
    assert desk.lading("td", "sched:delete", "result_to_amazon_ads").code == 0
    assert desk.lading("td", "sched:list", "--json").data == []
    gone = desk.lading("td", "sched:show", "result_to_amazon_ads", "--json")
    assert (gone.code, gone.json["problems"][0]["code"]) == (2, "unknown_schedule")


def test_a_workflow(desk):
    settings = "\n".join(
        f"    {'dsp_region' if key == 'region' else key}: {json.dumps(value)}"
        for key, value in RESULT.items()
    )
    (desk.folder / "daily.dig").write_text(
        "_export:\n  td:\n    database: td.database\n\n+amazon_ads_export_task:\n  td>: export_amazon_ads.sql\n"
        f"  database: ${{td.database}}\n  result_connection: new_amazon_ads_auth\n  result_settings:\n{settings}\n"
    )
    missing = desk.lading("workflow", "run", "daily.dig", "--json")
    assert (missing.code, missing.json["problems"][0]["code"]) == (2, "missing_file")
    (desk.folder / "export_amazon_ads.sql").write_text(QUERY.replace("mytable", "${table}"))
    unset = desk.lading("workflow", "run", "daily.dig", "--json")
    assert (unset.code, unset.json["problems"][0]["code"]) == (2, "wrong_workflow")
    done = desk.lading("workflow", "run", "daily.dig", "-p", "table=mytable", "--log-format", "td")
    assert done.code == 0, done.err
    assert "Total records: 7" in done.out
    assert len(members(desk)) == 7
