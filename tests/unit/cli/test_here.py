"""Commands that need no Amazon: run whole, with real files."""

import json

import polars as pl
import pytest


@pytest.fixture
def settings(say):
    assert say("init").code == 0


def test_prepare_hashes_a_file_and_counts_its_rows(say, tmp_path) -> None:
    (tmp_path / "c.csv").write_text("customer_id,Email,Country\n1,Jane.Doe@Example.com,US\n2,,US\n")
    said = say("prepare", "c.csv", "--out", "o.parquet")
    assert said.code == 0
    assert "no_identifier" in said.out
    assert pl.read_parquet(tmp_path / "o.parquet")["email"].str.len_chars().to_list() == [64]
    assert "jane" not in (said.out + said.err).lower()
    assert json.loads(say("prepare", "c.csv", "--out", "o.parquet", "--json").out)["data"]["rejected"] == 1


def test_explain_shows_every_step_and_the_hash(say) -> None:
    said = say("explain", "email", " Jane.Doe@Example.com")
    assert said.code == 0
    assert "jane.doe@example.com" in said.out
    assert "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d" in said.out
    assert json.loads(say("explain", "email", "x@y.zz", "--json").out)["data"]["normalized"] == "x@y.zz"


def test_explain_says_why_nothing_is_sent(say) -> None:
    said = say("explain", "email", "jane")
    assert said.code == 0
    assert "nothing is sent" in said.out
    assert "email_invalid" in said.out


@pytest.mark.parametrize(
    "argv", [("emial", "x"), ("phone", "1", "--country", "Atlantis"), ("city", "x", "--profile", "amz")]
)
def test_explain_of_what_there_is_not_is_exit_code_2(say, argv) -> None:
    assert say("explain", *argv).code == 2


def test_prepare_of_a_missing_file_is_exit_code_2(say) -> None:
    said = say("prepare", "c.csv", "--out", "o.parquet")
    assert (said.code, said.out) == (2, "")
    assert "c.csv" in said.err


def test_a_new_home_has_no_runs_and_no_audiences(say, settings) -> None:
    assert "nothing has run yet" in say("runs").out
    assert "no audience yet" in say("audiences", "list").out
    assert json.loads(say("audiences", "list", "--json").out)["command"] == "audiences list"
    assert "lading runs" in say("follow").err


def test_a_home_goes_into_a_backup_and_comes_back(say, settings, tmp_path) -> None:
    assert say("runs").code == 0
    assert "Backed up" in say("backup", "b.tar.gz").out
    assert say("restore", "b.tar.gz").code == 2
    said = say("restore", "b.tar.gz", LADING_HOME=str(tmp_path / "other"))
    assert said.code == 0
    assert (tmp_path / "other" / "ledger.db").is_file()


def test_check_without_secrets_says_what_to_set_and_looks_no_further(say, settings) -> None:
    said = say("check")
    assert said.code == 2
    assert "AMAZON_CLIENT_ID" in said.out
    assert "not looked at yet" in said.out
    assert "to mend" in said.out
    body = json.loads(say("check", "--json").out)
    assert body["problems"][0]["remedy"] == "fix your settings"


def test_plan_works_without_the_secrets_of_amazon(say, settings, tmp_path) -> None:
    (tmp_path / "customers.csv").write_text("customer_id,email\n1,jane@example.com\n")
    said = say("plan", "customers")
    assert said.code == 0
    assert "add                               1" in said.out
    body = json.loads(say("plan", "customers", "--json").out)
    assert body["data"]["explained"]["add"] == 1
    assert body["data"]["id"].startswith("p-")


def test_a_sync_that_is_not_there_names_the_nearest(say, settings) -> None:
    said = say("plan", "custmers")
    assert said.code == 2
    assert "customers" in said.err


def test_an_unknown_run_is_exit_code_2(say, settings) -> None:
    assert say("report", "r-1").code == 2


def test_explain_takes_settings_of_identity_and_shows_the_other_profiles(say) -> None:
    said = say("explain", "email", "jo.doe+news@gmail.com", "--identity", "gmail=true", "--json")
    data = json.loads(said.out)["data"]
    assert data["normalized"] == "jodoe@gmail.com"
    assert {one["profile"]: one["normalized"] for one in data["others"]}["amc"] == "jo.doenews@gmail.com"


@pytest.mark.parametrize(
    ("field", "value", "options", "text"),
    [
        ("email", "a+b@x.yz", ["--email-plus", "keep"], "a+b@x.yz"),
        ("email", "a+b@gmail.com", ["--gmail"], "a@gmail.com"),
        ("zip", "2139", ["--pad-zip", "--country", "US"], "02139"),
        ("last_name", "null", ["--placeholder", "!null"], "null"),
        ("last_name", "Tba", ["--placeholder", "tba", "--placeholder", "x"], None),
    ],
)
def test_settings_of_identity_are_options_by_their_own_names(say, field, value, options, text) -> None:
    said = say("explain", field, value, *options, "--json")
    assert json.loads(said.out)["data"]["normalized"] == text
