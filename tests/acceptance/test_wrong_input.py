"""What goes wrong before, beside and around a run is told in one clear message: what, where, and what to do."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

AMC_SANDBOX = str(Path(sys.executable).with_name("amc-sandbox"))


@pytest.fixture
def desk(desk):
    desk.write(desk.people(25))
    return desk


def told(done, code, *words):
    """One message, the same for people and programs; it holds these words."""
    assert done.code == code, done.err
    problems = done.json["problems"]
    assert done.json["data"] is None
    for problem in problems:
        assert set(problem) == {"code", "remedy", "where", "message"}
        assert all(isinstance(value, str) for value in problem.values())
    [message] = done.err.split("error: ")[1:]
    assert all(problem["message"] in message for problem in problems)
    for word in words:
        assert word in message, f"{word!r} is not in {message!r}"
    return problems[0]


def refused(desk, code, *words, command=("apply", "customers"), **variables):
    """Told, and nothing half-done: no request with records, no draft of a file; mended, all of it arrives."""
    problem = told(desk.lading(*command, "--json", **variables), code, *words)
    assert not [request for request in desk.sent() if request["status"] == 202]
    assert not list(desk.folder.rglob("*.tmp"))
    return problem


def mended(desk):
    """Once it is put right, the same command carries everybody."""
    done = desk.lading("apply", "customers", "--json")
    assert done.data["books"]["confirmed"] == 25


# The file.


def test_a_missing_file(desk):
    path = desk.folder / "customers.csv"
    path.rename(desk.folder / "custmers.csv")
    refused(desk, 2, str(path.name), "custmers.csv")
    (desk.folder / "custmers.csv").rename(path)
    mended(desk)


def test_an_input_that_is_missing(desk):
    refused(desk, 2, "other.csv", command=("plan", "customers", "--input", "other.csv"))


def test_a_file_in_another_encoding_than_declared(desk):
    path = desk.folder / "customers.csv"
    good = path.read_bytes()
    path.write_bytes(good + "c-99,zoë@shop.example,,Zoë,,,,,,US\n".encode("latin-1"))
    desk.settings(("customers.csv}", "customers.csv, encoding: utf-8}"))
    refused(desk, 2, "customers.csv", "utf-8", "encoding")
    path.write_bytes(good)
    mended(desk)


def test_a_file_that_is_no_text(desk):
    (desk.folder / "customers.csv").write_bytes(bytes(range(256)) * 40)
    refused(desk, 2, "customers.csv")


def test_an_empty_file(desk):
    (desk.folder / "customers.csv").write_bytes(b"")
    refused(desk, 2, "customers.csv", "empty")


def test_a_column_that_is_missing(desk):
    desk.settings(add="    map: {external_id: customer_id, email: mail_address}\n")
    refused(desk, 2, "mail_address", "email")
    desk.settings()
    mended(desk)


# The settings.


WRONG_SETTINGS = {
    "bad YAML": ("    region: NA\n", "    region: [NA\n", ("lading.yaml:5:",)),
    "a tab": ("    region: NA\n", "\tregion: NA\n", ("lading.yaml:4:",)),
    "an unknown key": ("    mode: add", "    mod: add", ("lading.yaml:19:5", "did you mean 'mode'")),
    "an id without quotes": ('profile_id: "1234567890"', "profile_id: 1234567890", ("lading.yaml:8:17", "quotes")),
    "a large id without quotes": (
        '"581124983652187041"', "581124983652187041", ("lading.yaml:10:24", "quotes", "581124983652187041")
    ),
    "a region that is none": ("region: NA", "region: US", ("lading.yaml:4:13", "'NA', 'EU'")),
    "a source that is none": ("source: files,", "source: file,", ("lading.yaml:16:20", "files")),
    "a name that is too short": ("name: Shop customers", "name: Shop", ("lading.yaml:18:", "10")),
    "a secret in clear": (
        "env:AMAZON_CLIENT_SECRET", "amzn1.oa2-cs.v1.0123456789", ("lading.yaml:6:20", "env:", "file:")
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_SETTINGS)
def test_wrong_settings(desk, wrong):
    old, new, words = WRONG_SETTINGS[wrong]
    desk.settings((old, new), add="    mode: add\n")
    problem = refused(desk, 2, *words)
    assert problem["where"].startswith("lading.yaml:")
    assert "0123456789" not in problem["message"].replace("1234567890", "")
    assert not desk.home.exists()


def test_all_that_is_wrong_is_said_at_once(desk):
    desk.settings(("region: NA", "region: US"), ("    to:\n", "    tow:\n"))
    done = desk.lading("plan", "customers", "--json")
    told(done, 2, "lading.yaml:4:", "lading.yaml:17:")
    assert len(done.json["problems"]) >= 2


def test_no_settings_at_all(desk):
    (desk.folder / "lading.yaml").unlink()
    refused(desk, 2, "lading.yaml", "lading init")


def test_an_unknown_sync(desk):
    refused(desk, 2, "did you mean 'customers'", command=("apply", "custmers"))


def test_an_unknown_command(desk):
    refused(desk, 2, "aply", command=("aply", "customers"))


def test_a_secret_that_is_not_set(desk):
    refused(desk, 2, "AMAZON_CLIENT_SECRET", AMAZON_CLIENT_SECRET=None)
    mended(desk)


# The access at Amazon.


def test_a_profile_of_another_region(desk):
    desk.settings(('"1234567890"', '"2234567890"'))
    doctor = desk.lading("check", "--json")
    [problem] = [one for one in doctor.json["problems"] if one["where"] == "amazon: profile"]
    assert doctor.code == 3
    assert "belongs to region EU, not NA" in problem["message"]
    refused(desk, 3, "connection amazon")


def test_another_region_than_the_profiles(desk):
    desk.settings(("region: NA", "region: EU"))
    doctor = desk.lading("check", "--json")
    [problem] = [one for one in doctor.json["problems"] if one["where"] == "amazon: profile"]
    assert "set connections.amazon.region: NA" in problem["message"]
    assert refused(desk, 3)["remedy"] == "mend the access at Amazon"
    desk.settings()
    mended(desk)


def test_an_access_token_that_expired_is_renewed_in_silence(desk):
    desk.sandbox.faults(token_expiry_seconds=1)
    mended(desk)
    assert len(desk.sent("/auth/o2/token")) > 1


def test_a_revoked_grant(desk):
    desk.sandbox.new_grant(action="revoke")
    assert refused(desk, 3, "lading connect amazon")["code"] == "token_revoked"
    assert len(desk.sent("/auth/o2/token")) == 1
    assert desk.connect().code == 0
    mended(desk)


def test_a_missing_scope(desk):
    desk.sandbox.policy(scopes=["advertising::campaign_management"])
    assert refused(desk, 3, "advertising::audiences", "lading connect amazon")["code"] == "scope_missing"
    desk.sandbox.policy(scopes=["advertising::campaign_management", "advertising::audiences"])
    mended(desk)


def test_terms_that_are_not_accepted(desk):
    desk.sandbox.policy(terms_accepted=False)
    refused(desk, 3, "https://advertising.amazon.com/", "--accept-terms")
    assert desk.connect("--accept-terms").code == 0
    mended(desk)


def test_a_client_that_amazon_does_not_know(desk):
    refused(desk, 2, "client_id", AMAZON_CLIENT_SECRET="amzn1.oa2-cs.v1.wrong")


def test_a_sign_in_that_was_declined_or_never_came(desk):
    told(
        desk.lading("connect", "amazon", "--port", "0", "--timeout", "1", "--json"),
        3,
        "lading connect amazon",
    )


# The machine.


@contextmanager
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


def test_a_port_in_use(desk):
    with taken_port() as port:
        told(desk.lading("connect", "amazon", "--port", port, "--json"), 2, "--port", port)


def test_a_port_in_use_by_another_sandbox():
    with taken_port() as port:
        done = subprocess.run(
            [AMC_SANDBOX, "serve", "--port", port], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"amc-sandbox: port {port} is in use: choose another with --port, or --port 0 for a free one\n"
    )


def test_no_network(desk):
    with taken_port() as port:
        pass
    problem = refused(desk, 7, "network", LADING_AMAZON_URL=f"http://127.0.0.1:{port}")
    assert problem["code"] == "no_answer"
    mended(desk)


@pytest.mark.parametrize("address", ["amazon", "http://[bad", "ftp://127.0.0.1"])
def test_an_address_that_is_none(desk, address):
    refused(desk, 2, "LADING_AMAZON_URL", "http://HOST", LADING_AMAZON_URL=address)


def test_an_audience_id_that_is_none(desk):
    refused(desk, 2, "'abc'", "digits", command=("audiences", "adopt", "customers", "abc"))


def test_a_guard_that_is_none(desk):
    refused(desk, 2, "did you mean 'empty_source'", command=("apply", "customers", "--accept", "empty_sorce"))


def test_a_plan_needs_no_network(desk):
    done = desk.lading("plan", "customers", "--json", LADING_AMAZON_URL="http://127.0.0.1:9")
    assert done.data["explained"]["add"] == 25


@contextmanager
def small_disk(folder, size):
    """A disk of its own; only root can make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_while_reading(desk):
    [person, *_] = desk.people(1).values()
    desk.write({f"c-{number}": {**person, "email": f"p{number}@shop.example"} for number in range(30_000)})
    with small_disk(desk.folder / "disk", "1m") as disk:
        problem = refused(desk, 7, "disk is full", LADING_HOME=str(disk / "home"))
        assert problem["code"] == "disk_full"
        assert not list((disk / "home").rglob("*.parquet"))


def test_a_disk_that_fills_while_sending(desk):
    """What was sent before is written down; with room again nothing of it is lost or sent twice."""
    with small_disk(desk.folder / "disk", "4m") as disk:
        desk.environ["LADING_HOME"] = str(disk / "home")
        desk.lading("apply", "customers", LADING_CRASH_AT="ledger.sent.after_commit:2")
        ballast = disk / "ballast"
        _fill(ballast)
        told(desk.lading("apply", "customers", "--json"), 7, "disk is full")
        ballast.unlink()
        mended(desk)
        assert [request["records"] for request in desk.sent()] == [10, 10, 5]


def _fill(path):
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def test_a_home_that_may_not_be_written(desk):
    """Root may write everywhere, but not on a disk that is mounted to be read."""
    with small_disk(desk.folder / "disk", "4m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        refused(desk, 2, str(disk), "LADING_HOME", LADING_HOME=str(disk / "home"))


def test_a_home_that_may_not_be_written_any_more(desk):
    with small_disk(desk.folder / "disk", "4m") as disk:
        assert desk.lading("plan", "customers", LADING_HOME=str(disk / "home")).code == 0
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        refused(desk, 2, str(disk), LADING_HOME=str(disk / "home"))


def test_a_file_that_may_not_be_written(desk):
    with small_disk(desk.folder / "disk", "4m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        refused(desk, 2, str(disk), command=("backup", str(disk / "all.tar.gz")))
        refused(desk, 2, str(disk), command=("prepare", "customers.csv", "--out", str(disk / "out.parquet")))


def test_a_home_that_is_a_file(desk):
    (desk.folder / "home").write_text("", "utf-8")
    refused(desk, 2, str(desk.home), "LADING_HOME")


def test_a_home_that_belongs_to_another_ledger(desk):
    mended(desk)
    other = desk.folder / "other"
    assert desk.lading("runs", LADING_HOME=str(other)).code == 0
    (other / "ledger.db").write_bytes((desk.home / "ledger.db").read_bytes())
    told(desk.lading("apply", "customers", "--json", LADING_HOME=str(other)), 2, "belongs to home")


def test_a_ledger_that_is_none(desk):
    desk.home.mkdir()
    (desk.home / "ledger.db").write_text("nothing of ours\n" * 100, "utf-8")
    refused(desk, 2, "ledger.db", "not a ledger")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_reader_that_goes_away(desk):
    """`lading runs | head -0`: no error, no noise."""
    mended(desk)
    with desk.start("runs") as process:
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(60), err) == (0, "")
