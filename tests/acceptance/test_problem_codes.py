"""Every code on the page of problems is met from outside: the real command ends with it, its exit code, and one message.

Where that cannot be arranged, `ELSEWHERE` says why, and which test meets it inside.
"""

import gzip
import json
import re
import signal
import sqlite3
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/reference/problems.md").read_text("utf-8"), re.MULTILINE)

#: Code -> why no scenario here ends with it, and where it is shown.
ELSEWHERE = {
    "schedule_exists": "tests/acceptance/test_treasure_data.py",
    "wrong_workflow": "tests/acceptance/test_treasure_data.py",
    "source_fault": "a package of somebody else's: tests/unit/sources/test_plugins.py",
    "access": "the class of all errors of access; each has a code of its own",
    "settings": "the class of all errors of settings; each has a code of its own",
    "guard": "the class of all guards; each has a code of its own",
    "gave_up": "40 refusals of one request: tests/integration/service/test_walk.py, tests/unit/deliver/test_retry.py",
    "amazon_error": "an answer that no document of Amazon names: tests/unit/amazon/test_diagnosis.py",
    "unauthorized": "a 401 for a fresh token: tests/unit/amazon/test_diagnosis.py",
    "forbidden": "told apart from regions and scopes by its words only: tests/unit/amazon/test_diagnosis.py",
    "throttled": "40 refusals of one request: tests/unit/deliver/test_retry.py",
    "port_taken": "tests/acceptance/test_wrong_input.py",
    "declined": "tests/integration/amazon/test_access.py",
    "wrong_audience": "the settings refuse it before: tests/unit/amazon/test_audience_rules.py",
    "audience_not_created": "tests/unit/amazon/test_diagnosis.py",
    "not_writable": "root may write everywhere: tests/unit/cli/test_init.py",
    "forbidden_path": "tests/acceptance/test_wrong_input.py, where a disk can be mounted",
    "disk_full": "tests/acceptance/test_wrong_input.py, where a disk can be mounted",
    "ledger_readonly": "tests/acceptance/test_wrong_input.py, where a disk can be mounted",
    "unreadable_file": "what pyarrow may say beside all that has a code of its own",
    "disk_error": "a disk that fails: tests/unit/ledger/test_store.py",
    "ledger_locked": "another program for 30 seconds: tests/unit/ledger/test_store.py",
    "ledger_away": "a PostgreSQL that goes away: tests/integration/ledger/test_databases.py",
    "ledger_access": "a PostgreSQL that refuses: tests/integration/ledger/test_databases.py",
    "source_changing": "a writer in the middle of a reading: tests/unit/sources/test_many.py",
    "database_denied": "a PostgreSQL that refuses: tests/integration/sources/test_postgresql.py",
    "no_psycopg": "PostgreSQL's driver is there in tests",
    "out_of_memory": "a source that this machine has no room for",
    "lost_claim": "tests/integration/ledger/test_processes.py",
    "lost_generation": "tests/unit/ledger/test_milestones.py",
    "lost_edition": "tests/unit/ledger/test_datasets.py",
    **dict.fromkeys(
        ("foreign_upload", "uploaded_twice", "upload_failed"),
        "tests/integration/service/datasets/test_lost.py",
    ),
    **dict.fromkeys(
        ("dataset_differs", "unknown_row"),
        "tests/integration/service/datasets/test_walk.py",
    ),
    "incomplete_periods": "tests/acceptance/test_datasets.py",
    "no_instance": "the settings refuse it before: tests/unit/settings/test_datasets.py",
    "segment_incomplete": "tests/unit/membership/test_diff.py",
    "books_unbalanced": "tests/unit/ledger/test_milestones.py",
    "unbalanced": "the verdict for `books_unbalanced`",
    "processing": "the verdict for `still_processing`",
    "several_runs": "tests/integration/service/test_walk.py",
    "too_many_rejected": "the run's own word for `refused`",
    "one_target_failed": "the run's own word for `refused`",
    "cancelled": "the run's own word for its end: tests/integration/service/test_cancel_retry.py",
    "stuck": "the run's own word for `gave_up`",
    "dataset": "tests/unit/service",
    **dict.fromkeys(
        (
            "unknown_dataset",
            "dataset_differs",
            "not_confirmed",
            "no_column",
            "column_exists",
            "fixed_column",
            "wrong_file_name",
            "too_many_buckets",
            "no_upload",
            "upload_running",
            "upload_failed",
            "too_many_instances",
            "wrong_kms_key",
        ),
        "tests/acceptance/test_dataset_steps.py",
    ),
    **dict.fromkeys(
        ("dataset_refused", "unknown_upload", "no_instance", "no_upload_account", "two_keys", "other_key"),
        "tests/integration/service/datasets/test_steps.py",
    ),
    **dict.fromkeys(
        ("no_aws_credentials", "aws_denied", "no_bucket", "bucket_taken", "aws_refused", "aws_unreachable"),
        "tests/integration/destinations/test_bucket.py",
    ),
    "no_members": "tests/integration/service/test_verify.py",
    "not_counted": "an Amazon without counts: tests/unit/report/test_verification.py",
    "match_rate_falls": "four days of counts: tests/integration/service/test_verify.py",
    "drift": "tests/acceptance/test_story.py",
    "too_early": "tests/acceptance/test_story.py",
    **dict.fromkeys(
        ("max_shrink", "schema_changed", "profile_changed", "max_unknown_countries", "ttl_zero"),
        "tests/acceptance/test_guards.py",
    ),
    **dict.fromkeys(("old_plan", "source_changed", "input_with_plan"), "tests/acceptance/test_plans.py"),
    **dict.fromkeys(
        (
            "no_key",
            "wrong_role",
            "wrong_request",
            "unknown_address",
            "body_too_slow",
            "body_too_large",
            "too_many_requests",
            "name_taken",
            "read_only_setting",
            "unknown_setting",
        ),
        "over HTTP: tests/acceptance/test_serve.py",
    ),
    **dict.fromkeys(
        ("wrong_signature", "unknown_destination", "wrong_trigger", "not_taken"),
        "events over HTTP: tests/acceptance/test_segment.py",
    ),
    "no_room": "bodies of 64 MB at once: tests/unit/server/test_body.py",
    "wrong_method": "over HTTP: tests/unit/server/test_app.py",
    **dict.fromkeys(
        ("nothing_to_undo", "generation_gone", "undo_again", "target_changed"),
        "tests/acceptance/test_undo.py",
    ),
}

SCENARIOS = {}


def meets(code, exit_code=2):
    """Names what a scenario ends with."""

    def keep(scenario):
        SCENARIOS[code] = (scenario, exit_code)
        return scenario

    return keep


@pytest.fixture
def desk(desk):
    desk.write(desk.people(25))
    return desk


def apply(desk, *arguments, **variables):
    return desk.lading("apply", "customers", "--json", *arguments, **variables)


def with_settings(desk, *changes, add="", **variables):
    desk.settings(*changes, add=add)
    return desk.lading("plan", "customers", "--json", **variables)


def with_file(desk, content, *changes, name="customers.csv"):
    (desk.folder / name).write_bytes(content)
    desk.settings(*changes)
    return desk.lading("plan", "customers", "--json")


def a_run(desk):
    return apply(desk).data["run"]


def cut_off(desk, point="ledger.sending.after_commit:2"):
    """A run that was killed while it was sending."""
    apply_killed = desk.lading("apply", "customers", LADING_CRASH_AT=point)
    assert apply_killed.code == -signal.SIGKILL
    return desk.lading("runs", "--json").data[0]["id"]


# Arguments and settings.

meets("usage")(lambda desk: desk.lading("aply", "--json"))
meets("bad_yaml")(lambda desk: with_settings(desk, ("region: NA", "region: [NA")))
meets("duplicate_key")(
    lambda desk: with_settings(desk, ("    region: NA\n", "    region: NA\n    region: EU\n"))
)
meets("missing_key")(lambda desk: with_settings(desk, ('    profile_id: "1234567890"\n', "")))
meets("unknown_key")(lambda desk: with_settings(desk, add="    mod: add\n"))
meets("wrong_value")(lambda desk: with_settings(desk, ("region: NA", "region: US")))
meets("not_quoted")(lambda desk: with_settings(desk, ('"1234567890"', "1234567890")))
meets("literal_secret")(lambda desk: with_settings(desk, ("env:AMAZON_CLIENT_SECRET", "hunter2")))
meets("secret_not_set")(lambda desk: apply(desk, AMAZON_CLIENT_SECRET=None))
meets("unknown_reference")(lambda desk: with_settings(desk, ("source: files", "source: file")))
meets("unknown_sync")(lambda desk: desk.lading("apply", "custmers", "--json"))
meets("unknown_connection")(lambda desk: desk.lading("check", "amazn", "--json"))
meets("no_schedule")(lambda desk: desk.lading("pause", "customers", "--json"))
meets("wrong_schedule")(lambda desk: desk.lading("schedule", "next", "61 * * * *", "--json"))


meets("unknown_schedule")(lambda desk: desk.lading("td", "sched:show", "nightly", "--json"))
meets("wrong_export")(
    lambda desk: desk.lading("td", "query", "select 1", "-d", "files", "-r", "{}", "--json")
)


def exported(desk, database="files", authentication="amazon", **keys):
    result = {
        "type": "amazon_ads", "td_authentication_id": authentication, "amc_instance_id": "amcshop001", "external_audience_id": "e",
        "audience_name": "Shop customers", "country_code": "US", **keys,
    }  # fmt: skip
    return desk.lading("td", "query", "select 1", "-d", database, "-r", json.dumps(result), "--json")


meets("unknown_database")(lambda desk: exported(desk, database="shop"))
meets("unknown_authentication")(lambda desk: exported(desk, authentication="2881"))
meets("other_connection")(lambda desk: exported(desk, amc_instance_id="amcother"))
meets("no_run")(lambda desk: desk.lading("report", "customers", "--json"))


def prepared(desk, sync):
    desk.settings(add=DATASETS.partition("  again:")[0])
    return desk.lading("dataset", "prepare", sync, "--json")


DATASETS = "".join(
    f"""\
  {name}:
    from: {{source: files, path: customers.csv}}
    to: {{dataset: {{connection: amazon, id: orders, bucket: "s3://shop-uploads", columns: {{city: {{type: STRING}}}}}}}}
"""
    for name in ("orders", "again")
)
meets("raw_identifier")(lambda desk: prepared(desk, "orders"))
meets("no_dataset")(lambda desk: prepared(desk, "customers"))


@meets("amazons_column")
def _(desk):
    (desk.folder / "customers.csv").write_text("city,user_id\nBath,7\n", "utf-8")
    return prepared(desk, "orders")


meets("dataset_owned")(lambda desk: with_settings(desk, add=DATASETS))


@meets("several_targets")
def _(desk):
    audience = (
        "      audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}\n"
    )
    second = audience.replace("Shop customers", "Shop customers 2")
    desk.settings((audience, f"      - {audience.lstrip()}      - {second.lstrip()}"))
    return desk.lading("audiences", "adopt", "customers", "1", "--json")


@meets("fixed_at_amazon")
def _(desk):
    apply(desk)
    return with_settings(desk, ("name: Shop customers", "name: Shop customers 2"))


meets("unknown_profile")(lambda desk: with_settings(desk, add="    identity: {profile: amz}\n"))
meets("unknown_variant")(lambda desk: with_settings(desk, add="    identity: {variants: [accent]}\n"))
meets("unknown_field")(lambda desk: desk.lading("explain", "fax", "a@b.example", "--json"))
meets("unknown_country")(
    lambda desk: desk.lading("explain", "phone", "212 5550123", "--country", "XQ", "--json")
)
meets("unknown_guard")(lambda desk: apply(desk, "--accept", "empty_sorce"))
meets("no_options")(lambda desk: with_settings(desk, add="    identity: {profile: segment, gmail: true}\n"))
meets("wrong_address")(lambda desk: apply(desk, LADING_AMAZON_URL="amazon"))
meets("wrong_audience_id")(lambda desk: desk.lading("audiences", "adopt", "customers", "abc", "--json"))
meets("client_refused")(lambda desk: apply(desk, AMAZON_CLIENT_SECRET="wrong"))
meets("exists")(lambda desk: desk.lading("init", "--json"))
meets("wrong_output")(lambda desk: desk.lading("prepare", "customers.csv", "--out", "hashed.csv", "--json"))


@meets("no_settings")
def _(desk):
    (desk.folder / "lading.yaml").unlink()
    return apply(desk)


@meets("connection_empty")
def _(desk):
    bare = 'bare: {client_id: env:AMAZON_CLIENT_ID, client_secret: env:AMAZON_CLIENT_SECRET, profile_id: "1234567890"}'
    desk.settings(("sources:\n", f"  {bare}\nsources:\n"))
    return desk.lading("connect", "bare", "--port", "0", "--json")


# Sources.

meets("not_a_file")(lambda desk: with_settings(desk, ("path: customers.csv", "path: .")))
meets("reserved_column")(lambda desk: with_file(desk, b"row,email\n1,a@b.example\n"))
meets("different_columns")(
    lambda desk: with_file(desk, b"id\n1\n", ("path: customers.csv", "path: '*.csv'"), name="other.csv")
)
meets("no_header")(lambda desk: with_file(desk, b"ann@a.example,Ann\nbea@b.example,Bea\n"))
meets("empty_file")(lambda desk: with_file(desk, b""))
meets("damaged_file")(
    lambda desk: with_file(
        desk, gzip.compress(b"email\n" * 999)[:-9], ("customers.csv", "c.csv.gz"), name="c.csv.gz"
    )
)
meets("nul_byte")(lambda desk: with_file(desk, "customer_id,email\n1,a@b.example\n".encode("utf-16-le")))
meets("wrong_encoding")(
    lambda desk: with_file(
        desk,
        "customer_id,email\n1,zoë@b.example\n".encode("cp1252"),
        ("customers.csv}", "customers.csv, encoding: utf-8}"),
    )
)
meets("unknown_encoding")(
    lambda desk: with_settings(desk, ("customers.csv}", "customers.csv, encoding: utf-9}"))
)
meets("bad_delimiter")(lambda desk: with_settings(desk, ("customers.csv}", 'customers.csv, delimiter: "é"}')))
meets("wrong_delimiter")(lambda desk: with_file(desk, b"customer_id,email\n" + b"1,a,,\n" * 100_001))
meets("open_quote")(lambda desk: with_file(desk, b'customer_id,email\n1,"a@b.example\n2,c@d.example\n'))
meets("duplicate_column")(
    lambda desk: with_file(desk, b"customer_id,email,email\n1,a@b.example,c@d.example\n")
)
meets("unknown_column")(lambda desk: with_settings(desk, add="    map: {email: mail}\n"))
meets("wrong_query")(
    lambda desk: with_settings(desk, ("path: customers.csv", "query: select emial from 'customers.csv'"))
)
meets("no_external_id_column")(lambda desk: with_file(desk, b"email\na@b.example\n"))
meets("no_identifier_column")(lambda desk: with_file(desk, b"customer_id,shoe_size\n1,44\n"))


@meets("missing_file")
def _(desk):
    (desk.folder / "customers.csv").unlink()
    return apply(desk)


SOURCES = "sources:\n  files: {type: files, root: .}\n"


@meets("unknown_source")
def _(desk):
    return desk.lading("source", "test", "flies", "--json")


@meets("nothing_to_read")
def _(desk):
    desk.settings((SOURCES, f"{SOURCES}  more: {{type: files, root: .}}\n"))
    return desk.lading("source", "test", "more", "--json")


@meets("database_unreachable", exit_code=7)
def _(desk):
    desk.settings((SOURCES, f"{SOURCES}  shop: {{type: postgresql, url: env:SHOP}}\n"))
    address = "postgresql://jo:s3cret@127.0.0.1:1/shop"
    return desk.lading("source", "test", "shop", "--query", "select 1 as a", "--json", SHOP=address)


@meets("nothing_read")
def _(desk):
    run = cut_off(desk, "ledger.created.after_commit")
    return desk.lading("report", run, "--quality", "quality.html", "--json")


# Plans, runs and audiences.

meets("unknown_plan")(lambda desk: desk.lading("apply", "p-01J00000000000000000000000", "--json"))
meets("unknown_run")(lambda desk: desk.lading("report", "r-01J00000000000000000000000", "--json"))
meets("run_over")(lambda desk: desk.lading("cancel", a_run(desk), "--json"))
meets("nothing_to_verify")(lambda desk: desk.lading("verify", "customers", "--json"))
meets("nothing_to_follow")(lambda desk: desk.lading("follow", "--json"))
meets("unknown_audience")(lambda desk: desk.lading("audiences", "show", "customers", "--json"))


@meets("stale_plan")
def _(desk):
    plan = desk.lading("plan", "customers", "--json").data["id"]
    a_run(desk)
    return desk.lading("apply", plan, "--json")


@meets("not_the_last_run")
def _(desk):
    first = a_run(desk)
    a_run(desk)
    return desk.lading("retry", first, "--json")


@meets("mode_changed")
def _(desk):
    run = a_run(desk)
    desk.settings(add="    mode: mirror\n")
    return desk.lading("retry", run, "--json")


@meets("nothing_planned")
def _(desk):
    run = cut_off(desk, "ledger.created.after_commit")
    assert desk.lading("cancel", run).code == 0
    return desk.lading("retry", run, "--json")


SECOND = """\
  others:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Shop customers, external_id: customers, target: AMC_AND_DSP, country: US}
    mode: mirror
"""


@meets("audience_owned")
def _(desk):
    a_run(desk)
    desk.settings(add=SECOND)
    return desk.lading("apply", "others", "--json")


@meets("same_name")
def _(desk):
    a_run(desk)
    desk.settings(add=SECOND.replace("external_id: customers, ", ""))
    return desk.lading("plan", "others", "--json")


@meets("audience_taken")
def _(desk):
    a_run(desk)
    other = desk.folder / "other"
    desk.settings(("target:", "external_id: others, target:"))
    made = desk.lading("apply", "customers", "--json", LADING_HOME=str(other)).data["audience_id"]
    desk.settings()
    return desk.lading("audiences", "adopt", "customers", made, "--json")


@meets("unfinished_run", 9)
def _(desk):
    plan = desk.lading("plan", "customers", "--json").data["id"]
    cut_off(desk)
    return desk.lading("apply", plan, "--json")


@meets("target_busy", 9)
def _(desk):
    desk.sandbox.faults(
        timeout_after={"at": [1], "route": "POST */amc/audiences/records", "hold_seconds": 600}
    )
    with desk.start("apply", "customers") as process:
        while not desk.sent():
            assert process.poll() is None
        done = apply(desk)
    desk.sandbox.faults()
    return done


# Erasures.

meets("unknown_forget")(lambda desk: desk.lading("follow", "f-01J00000000000000000000000", "--json"))
meets("bad_erasure_key")(lambda desk: desk.lading("forget", "c-1", "--json", LADING_ERASURE_KEY="short"))
meets("no_receipt")(lambda desk: desk.lading("verify-receipt", "lading.yaml", "--json"))


def a_receipt(desk):
    return Path(desk.lading("forget", "c-1", "--json").data[0]["receipt"])


@meets("names_nobody")
def _(desk):
    (desk.folder / "gone.csv").write_text("external_id,email\n , \n")
    return desk.lading("forget", "--file", "gone.csv", "--json")


@meets("unknown_identity")
def _(desk):
    return desk.lading("forget", "--identity", "MAIDS=38400000-8cf0-11bd-b23e-10b96e40000d", "--json")


@meets("erasure_key_gone")
def _(desk):
    a_receipt(desk)
    (desk.home / "erasure-key").unlink()
    return apply(desk)


@meets("wrong_erasure_key")
def _(desk):
    a_receipt(desk)
    return apply(desk, LADING_ERASURE_KEY="ab" * 32)


@meets("receipts_unknown")
def _(desk):
    assert desk.lading("backup", "before.tar.gz").code == 0
    a_receipt(desk)
    fresh = {"LADING_HOME": str(desk.folder / "fresh")}
    assert desk.lading("restore", "before.tar.gz", "--receipts", desk.home / "receipts", **fresh).code == 0
    return apply(desk, **fresh)


@meets("receipt_tampered")
def _(desk):
    path = a_receipt(desk)
    path.write_text(path.read_text().replace('"asked"', '"begged"', 1))
    return desk.lading("verify-receipt", path, "--json")


@meets("foreign_receipt")
def _(desk):
    path = a_receipt(desk)
    return desk.lading("verify-receipt", path, "--key", "A" * 43 + "=", "--json")


@meets("no_receipt_key")
def _(desk):
    path = a_receipt(desk)
    return desk.lading("verify-receipt", path, "--json", LADING_HOME=str(desk.folder / "elsewhere"))


@meets("bad_receipt_key")
def _(desk):
    path = a_receipt(desk)
    (desk.home / "receipt-key").write_text("no key")
    return desk.lading("verify-receipt", path, "--json")


@meets("removal_refused", 7)
def _(desk):
    a_run(desk)
    desk.sandbox.faults(refuse_records={"at": [1]})
    return desk.lading("forget", "c-1", "--json")


@meets("swept")
def _(desk):
    run = a_run(desk)
    desk.sandbox.advance(3 * 86_400)
    desk.settings(add="retention: {runs: 1d}\n")
    a_run(desk)
    return desk.lading("report", run, "--quality", "quality.html", "--json")


# Access at Amazon.

meets("not_connected", 3)(
    lambda desk: desk.settings(("    refresh_token: env:AMAZON_REFRESH_TOKEN?\n", "")) or apply(desk)
)
meets("sign_in_timeout", 3)(
    lambda desk: desk.lading("connect", "amazon", "--port", "0", "--timeout", "1", "--json")
)
meets("audience_unknown", 3)(lambda desk: desk.lading("audiences", "adopt", "customers", "999", "--json"))


@meets("token_revoked", 3)
def _(desk):
    desk.sandbox.new_grant(action="revoke")
    return apply(desk)


@meets("scope_missing", 3)
def _(desk):
    desk.sandbox.policy(scopes=["advertising::campaign_management"])
    return apply(desk)


@meets("terms_not_accepted", 3)
def _(desk):
    desk.sandbox.policy(terms_accepted=False)
    return apply(desk)


@meets("check", 3)
def _(desk):
    desk.settings(('"1234567890"', '"1234567899"'))
    return desk.lading("check", "--json")


@meets("not_found", 3)
def _(desk):
    a_run(desk)
    desk.sandbox.reset()
    desk.sandbox.clock(mode="manual")
    desk.sandbox.policy(terms_accepted=True)
    desk.environ["AMAZON_REFRESH_TOKEN"] = desk.sandbox.grant["refresh_token"]
    return desk.lading("audiences", "show", "customers", "--json")


@meets("audience_exists", 3)
def _(desk):
    cut_off(desk, "create_audience.after_answer")
    return apply(desk)


@meets("all_refused", 3)
def _(desk):
    a_run(desk)
    desk.sandbox.reset()
    desk.sandbox.clock(mode="manual")
    desk.sandbox.policy(terms_accepted=True)
    desk.environ["AMAZON_REFRESH_TOKEN"] = desk.sandbox.grant["refresh_token"]
    desk.write({f"x{key}": person for key, person in desk.people(25).items()})
    return apply(desk)


# Guards.


@meets("empty_source", 4)
def _(desk):
    desk.write({})
    desk.settings(add="    mode: mirror\n")
    return apply(desk)


@meets("min_records", 4)
def _(desk):
    desk.settings(add="    guards: {min_records: 2000}\n")
    return apply(desk)


@meets("max_rejected", 4)
def _(desk):
    desk.write({key.replace("-1", " 1"): person for key, person in desk.people(25).items()})
    desk.settings(add="    guards: {max_rejected: 5%}\n")
    return apply(desk)


@meets("max_removals", 4)
def _(desk):
    desk.settings(add="    mode: mirror\n")
    a_run(desk)
    desk.write(desk.people(5))
    return apply(desk)


# Wait and try again; verdicts.

meets("no_answer", 7)(lambda desk: apply(desk, LADING_AMAZON_URL="http://127.0.0.1:9"))
meets("no_clock", 7)(lambda desk: apply(desk, LADING_CLOCK="http://127.0.0.1:9"))


@meets("still_processing", 5)
def _(desk):
    desk.sandbox.faults(slow_jobs_seconds=86_000)
    return apply(desk, "--max-wait", "1")


@meets("server_error", 7)
def _(desk):
    a_run(desk)
    desk.sandbox.faults(server_error=1)
    return desk.lading("audiences", "show", "customers", "--json")


@meets("refused", 6)
def _(desk):
    desk.sandbox.faults(refuse_records={"at": [3]})
    return apply(desk, "--max-rejected", "0")


@meets("interrupted", 130)
def _(desk):
    desk.sandbox.faults(
        timeout_after={"at": [1], "route": "POST */amc/audiences/records", "hold_seconds": 600}
    )
    with desk.start("apply", "customers", "--json") as process:
        while not desk.sent():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        return desk.ended(process)


# The home.


@meets("no_ledger")
def _(desk):
    desk.home.mkdir()
    (desk.home / "ledger.db").write_text("nothing of ours\n" * 100, "utf-8")
    return apply(desk)


@meets("ledger_damaged")
def _(desk):
    a_run(desk)
    ledger = desk.home / "ledger.db"
    content = bytearray(ledger.read_bytes())
    content[200:] = b"\xff" * (len(content) - 200)
    ledger.write_bytes(content)
    return apply(desk)


@meets("newer_ledger")
def _(desk):
    a_run(desk)
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        ledger.execute("update alembic_version set version_num = '9999'")
    ledger.close()
    return apply(desk)


@meets("foreign_home")
def _(desk):
    a_run(desk)
    (desk.home / "ID").unlink()
    return apply(desk)


@meets("bad_key")
def _(desk):
    assert desk.connect().code == 0
    return apply(desk, LADING_KEY="too short")


@meets("key_gone")
def _(desk):
    assert desk.connect().code == 0
    (desk.home / "key").unlink()
    return apply(desk)


@meets("wrong_key")
def _(desk):
    assert desk.connect().code == 0
    (desk.home / "key").unlink()
    return apply(desk, LADING_KEY="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")


meets("no_backup")(
    lambda desk: desk.lading("restore", "none.tar.gz", "--json", LADING_HOME=str(desk.folder / "fresh"))
)


@meets("home_not_empty")
def _(desk):
    assert desk.lading("backup", "all.tar.gz").code == 0
    return desk.lading("restore", "all.tar.gz", "--json")


@meets("file_damaged", 8)
def _(desk):
    cut_off(desk)
    [changes] = desk.home.rglob("changes-*.parquet")
    changes.write_bytes(changes.read_bytes()[:-1] + b"\0")
    return apply(desk)


@meets("wrong_events")
def _(desk):
    (desk.folder / "event.json").write_text("{")
    desk.settings(("syncs:\n", "  engage: {type: segment}\nsyncs:\n"))
    return desk.lading("event", "test", "event.json", "--json")


meets("unknown_role")(lambda desk: desk.lading("keys", "create", "--role", "king", "--json"))
meets("unknown_key_id")(lambda desk: desk.lading("keys", "revoke", "k-1", "--json"))


@meets("no_certificate")
def _(desk):
    desk.settings(add="server: {tls: {certificate: none.pem, key: none.key}}\n")
    return desk.lading("serve", "--port", "0", "--json")


@meets("bug", 1)
def _(desk):
    return desk.lading("runs", "--json", LADING_CRASH_AT="no.such.moment")


@pytest.mark.parametrize("code", sorted(SCENARIOS))
def test_the_command_ends_with_it(desk, code):
    scenario, exit_code = SCENARIOS[code]
    done = scenario(desk)
    assert done.code == exit_code, done.err
    assert code in [problem["code"] for problem in done.json["problems"]], done.json["problems"]
    assert done.err.count("error: ") <= 1
    assert all(problem["message"] and problem["remedy"] for problem in done.json["problems"])


def test_every_code_is_met_here_or_it_is_said_why_not():
    assert set(SCENARIOS) | set(ELSEWHERE) == set(PAGE)
    assert set(SCENARIOS) & set(ELSEWHERE) == set()
