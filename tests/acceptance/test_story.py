"""The way of a newcomer, from `init` to an audience that is up to date, command by command."""

import re

import requests

PEOPLE = 25


def good(done):
    assert done.code == 0, done.out + done.err
    return done.out


def made_ready(desk):
    """What `init` wrote, with the one id that the sandbox does not have put right."""
    path = desk.folder / "lading.yaml"
    path.write_text(path.read_text("utf-8").replace("amcexample", "amcshop001"), "utf-8")
    desk.write(desk.people(PEOPLE))


def marks(check):
    """`ok`, `fix` or `-` by what was looked at."""
    return {found[2]: found[1] for found in re.finditer(r"^(ok|fix|-) +(.+?)  ", check, re.MULTILINE)}


def test_a_newcomer_carries_a_file_into_an_audience(new_desk):
    desk, lading = new_desk, new_desk.lading

    assert "lading connect amazon" in good(lading("init"))
    doctor = lading("check")
    assert (doctor.code, marks(doctor.out)["amazon: token"]) == (3, "fix")
    assert "Run `lading connect amazon`" in doctor.out

    made_ready(desk)
    connected = desk.connect("--accept-terms")
    assert "Connected: amazon" in good(connected)
    assert "/ap/oa?" in connected.err
    doctor = lading("check")
    assert set(marks(good(doctor)).values()) == {"ok"}

    planned = good(lading("plan", "customers"))
    assert "will be created" in planned
    assert desk.sent() == []
    [plan] = set(re.findall(r"lading apply (p-\w{26})", planned))

    applied = lading("apply", plan)
    assert "customers: done" in good(applied)
    assert desk.audience_id in applied.err
    assert "Following Amazon's jobs" in applied.err
    assert [request["records"] for request in desk.sent()] == [PEOPLE]
    [run] = set(re.findall(r"r-\w{26}", applied.out))

    assert good(lading("report", run)) == applied.out
    assert run in good(lading("runs"))
    assert "confirmed" in good(lading("runs", run, "--log"))
    assert "add: confirmed" in good(lading("trace", "customers", "c-1"))
    assert "No member" in good(lading("trace", "customers", "c-77"))
    assert desk.audience_id in good(lading("audiences", "list"))
    assert desk.audience_id in good(lading("audiences", "show", "customers"))

    again = lading("apply", "customers")
    assert "nothing to send" in good(again)
    assert len(desk.sent()) == 1
    assert desk.members() == {f"c-{number}" for number in range(PEOPLE)}


def test_each_command_tells_a_program_the_same(new_desk):
    desk = new_desk

    def lading(*arguments):
        done = desk.lading("--json", *arguments)
        assert done.json["command"] == " ".join(arguments[: 2 if arguments[0] == "audiences" else 1])
        return done

    assert lading("init").data["settings"] == "lading.yaml"
    doctor = lading("check")
    assert doctor.code == 3
    [problem] = doctor.json["problems"]
    assert set(problem) == {"code", "remedy", "where", "message"}
    assert (problem["where"], problem["remedy"]) == ("amazon: token", "mend the access at Amazon")

    made_ready(desk)
    connected = desk.connect("--json", "--accept-terms").data
    assert (connected["profile_id"], connected["terms_accepted"]) == ("1234567890", True)
    assert all(line["ok"] for line in lading("check").data)

    plan = lading("plan", "customers")
    assert plan.err.splitlines() == ["Reading and hashing", "Planning"]
    assert (plan.data["audience_id"], plan.data["explained"]["add"]) == (None, PEOPLE)

    report = lading("apply", plan.data["id"]).data
    assert (report["state"], report["balanced"], report["audience_id"]) == ("done", True, desk.audience_id)
    assert report["books"]["confirmed"] == report["size"]["matched"] == PEOPLE
    assert lading("report", report["run"]).data == report

    assert [line["id"] for line in lading("runs").data] == [report["run"]]
    view = lading("runs", report["run"], "--log").data
    assert [batch["state"] for batch in view["batches"]] == ["confirmed"]
    assert view["log"]
    [step] = lading("trace", "customers", "c-1").data["steps"]
    assert (step["change"], step["outcome"], step["job"]) == ("add", "confirmed", view["batches"][0]["job"])

    [audience] = lading("audiences", "list").data
    assert (audience["audience_id"], audience["members"]) == (desk.audience_id, PEOPLE)
    shown = lading("audiences", "show", audience["audience_id"]).data
    assert (shown["audience"], shown["matched"]) == (audience, PEOPLE)

    again = lading("apply", "customers").data
    assert (again["books"]["unchanged"], again["books"]["changed"]) == (PEOPLE, 0)
    assert len(desk.sent()) == 1


def test_a_backup_brings_all_of_it_back(desk):
    desk.write(desk.people(PEOPLE))
    good(desk.lading("apply", "customers"))
    good(desk.lading("backup", "all.tar.gz"))
    elsewhere = str(desk.folder / "elsewhere")
    good(desk.lading("restore", "all.tar.gz", LADING_HOME=elsewhere))
    again = desk.lading("apply", "customers", "--json", LADING_HOME=elsewhere)
    assert again.data["books"]["unchanged"] == PEOPLE
    assert len(desk.sent()) == 3


def test_what_takes_too_long_is_followed(desk):
    desk.write(desk.people(PEOPLE))
    desk.sandbox.faults(slow_jobs_seconds=3600)
    stopped = desk.lading("apply", "customers", "--max-wait", "5", "--json")
    assert (stopped.code, stopped.json["problems"][0]["code"]) == (5, "still_processing")
    followed = desk.lading("follow", "--json").data
    assert (followed["state"], followed["books"]["confirmed"]) == ("done", PEOPLE)
    assert len(desk.sent()) == 3


def test_refused_records_are_named_and_counted(desk):
    desk.write(desk.people(PEOPLE))
    desk.sandbox.faults(refuse_records=0.2, seed=5)
    report = desk.lading("apply", "customers", "--json", "--max-rejected", "1")
    books = report.json["data"]["books"]
    assert (report.code, books["confirmed"] + books["refused"]) == (6, PEOPLE)
    assert books["refused"] == sum(report.json["data"]["refusals"].values()) > 1
    desk.sandbox.faults()
    assert len(desk.members()) == books["confirmed"]


def test_signing_in_asks_also_when_progress_is_not_wanted(desk):
    connected = desk.connect("--quiet")
    assert "Connected: amazon" in good(connected)
    assert connected.err.startswith("Sign in at Amazon")


def test_amazons_counts_are_compared_and_what_is_missing_is_sent_again(desk):
    desk.write(desk.people(PEOPLE))
    good(desk.lading("apply", "customers"))
    early = desk.lading("verify", "customers", "--json")
    assert (early.code, early.json["problems"][0]["code"]) == (5, "too_early")

    # Somebody makes every member expire at Amazon behind our back.
    desk.sandbox.advance(7200)
    assert desk.lading("verify", "customers").code == 0
    client = desk.sandbox.grant
    token = requests.post(
        f"{desk.sandbox.url}/auth/o2/token", timeout=60, data={"grant_type": "refresh_token", **client}
    ).json()["access_token"]
    answer = requests.put(
        f"{desk.sandbox.url}/amc/audiences/metadata/{desk.audience_id}", timeout=60, json={"metadata": {"ttl": 3600}},
        headers={"Authorization": f"Bearer {token}", "Amazon-Advertising-API-ClientId": client["client_id"]},
    )  # fmt: skip
    assert answer.status_code == 200
    drift = desk.lading("verify", "customers", "--repair", "--json")
    assert (drift.code, drift.json["problems"][0]["code"]) == (6, "drift")
    assert (
        drift.json["data"]["compared"]["missing"],
        drift.json["data"]["repair"]["explained"]["refresh"],
    ) == (
        PEOPLE,
        PEOPLE,
    )

    good(desk.lading("apply", drift.json["data"]["repair"]["id"]))
    assert {one["externalUserId"] for one in desk.sandbox.members(desk.audience_id)} == set(
        desk.people(PEOPLE)
    )
    days = desk.lading("verify", "customers", "--history", "--json").data
    assert [one["agreement"] for one in days] == ["drift"]
    assert desk.lading("verify", "customers", "--history", "--repair").code == 2
