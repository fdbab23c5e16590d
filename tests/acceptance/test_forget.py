"""A forgotten person is found nowhere: in no file of the home, in no backup that was brought back, not at Amazon, and not next time."""

import base64
import hashlib
import json
import shutil
import signal
import sqlite3
from contextlib import closing

import polars as pl
import pytest

#: Somebody whose id is in no other text by chance.
WHO = "member-7b3f9e-qx"
PEOPLE = 12


@pytest.fixture
def people(desk):
    """Customers, one of them under a name of his own; his audience is filled."""
    people = desk.people(PEOPLE)
    people[WHO] = people.pop("c-3")
    desk.write(people)
    assert desk.lading("apply", "customers").code == 0
    return people


def forms(person):
    """All by which he could be known: his id, clear values, and hashes in any writing."""
    clear = [WHO, person["email"], person["phone"].lstrip("+")]
    digests = [hashlib.sha256(text.lower().encode()).digest() for text in clear]
    return [
        *(text.lower().encode() for text in clear),
        *(form for one in digests for form in (one, one.hex().encode(), base64.b64encode(one))),
    ]


def traces(folder, person):
    """Where anything of him stands, databases and Parquet decoded."""
    wanted, found = forms(person), set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_bytes()
        if path.suffix == ".parquet":
            text += pl.read_parquet(path).write_ndjson().encode()
        elif path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                text += "\n".join(database.iterdump()).encode()
        found |= {str(path.relative_to(folder)) for form in wanted if form in text or form in text.lower()}
    return sorted(found)


def at_amazon(desk, person):
    """Whether the sandbox has him, by his id or by the hash of his address."""
    desk.sandbox.advance(7200)
    held = json.dumps(desk.sandbox.members(desk.audience_id))
    return WHO in held or hashlib.sha256(person["email"].lower().encode()).hexdigest() in held


def test_the_scan_finds_him_before(desk, people):
    kinds = {name.rpartition("/")[2].partition("-")[0] for name in traces(desk.home, people[WHO])}
    assert {"records", "changes", "outcomes", "index", "segment"} <= kinds
    assert at_amazon(desk, people[WHO])


def test_he_is_found_nowhere_and_does_not_come_back(desk, people):
    assert desk.lading("plan", "customers").code == 0
    done = desk.lading("forget", WHO, "--json").data[0]
    assert (done["state"], done["people"], done["removals"][0]["removed"]) == ("done", 1, 1)
    assert traces(desk.home, people[WHO]) == []
    assert not at_amazon(desk, people[WHO])

    report = desk.lading("apply", "customers", "--json").data
    assert (report["books"]["rejected"], report["rejections"][0]["code"]) == (1, "suppressed")
    quality = desk.lading("report", report["run"], "--quality", desk.folder / "quality.json")
    assert quality.code == 0, quality.err
    assert "suppressed" in (desk.folder / "quality.json").read_text()

    people["c-99"] = people.pop(WHO)
    desk.write(people)
    assert desk.lading("apply", "customers", "--json").data["books"]["rejected"] == 1
    assert traces(desk.home, people["c-99"]) == []
    assert not at_amazon(desk, people["c-99"])


def test_clear_identifiers_are_taken_and_never_repeated(desk, people):
    person = people[WHO]
    (desk.folder / "gone.csv").write_text(f"email,phone\n{person['email']},{person['phone']}\n")
    foreseen = desk.lading("forget", "--file", "gone.csv", "--dry-run", "--json")
    assert (foreseen.data["people"], foreseen.data["members"]) == (1, {"Shop customers": 1})
    assert at_amazon(desk, person)
    done = desk.lading("forget", "--file", "gone.csv", "--json", "-v")
    assert done.data[0]["people"] == 1
    (desk.folder / "gone.csv").write_text("email\nnot-an-address\n")
    wrong = desk.lading("forget", "--file", "gone.csv")
    assert (wrong.code, "gone.csv, row 1: its email" in wrong.err) == (2, True)
    said = "".join(one.out + one.err for one in (foreseen, done, wrong)).lower()
    assert not any(text in said for text in (person["email"].lower(), person["phone"], WHO, "not-an-address"))
    assert traces(desk.home, person) == []
    assert not at_amazon(desk, person)


def test_a_list_of_ids_one_a_line(desk, people):
    (desk.folder / "gone.txt").write_text(f"{WHO}\nc-5\n")
    assert desk.lading("forget", "--file", "gone.txt", "--json").data[0]["people"] == 2
    assert desk.members() == set(people) - {WHO, "c-5"}


def test_the_receipt_is_checked(desk, people):
    done = desk.lading("forget", WHO, "--json").data[0]
    receipt = desk.folder / "receipt.json"
    shutil.copy(done["receipt"], receipt)
    checked = desk.lading("verify-receipt", receipt, "--json").data
    assert (checked["people"], checked["removals"], checked["signer"]) == (1, 1, "home")
    elsewhere = {"LADING_HOME": str(desk.folder / "elsewhere")}
    assert desk.lading("verify-receipt", receipt, **elsewhere).code == 2
    assert desk.lading("verify-receipt", receipt, "--key", checked["public_key"], **elsewhere).code == 0
    receipt.write_text(receipt.read_text().replace('"removed": 1', '"removed": 2'))
    tampered = desk.lading("verify-receipt", receipt, "--json")
    assert (tampered.code, tampered.json["problems"][0]["code"]) == (2, "receipt_tampered")


def test_a_backup_from_before_is_brought_back_without_him(desk, people):
    assert desk.lading("backup", "before.tar.gz").code == 0
    assert desk.lading("forget", WHO).code == 0
    old = desk.folder / "old-home"
    shutil.move(desk.home, old)
    assert desk.lading("restore", "before.tar.gz", "--receipts", old / "receipts").code == 0
    assert traces(desk.home, people[WHO])
    refused = desk.lading("plan", "customers", "--json")
    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "receipts_unknown")
    again = desk.lading("forget", "--from-receipts", desk.home / "receipts", "--json").data[0]
    assert (again["state"], again["removals"][0]["removed"]) == ("done", 1)
    assert traces(desk.home, people[WHO]) == []
    assert desk.lading("apply", "customers", "--json").data["books"]["rejected"] == 1
    assert not at_amazon(desk, people[WHO])


#: Where the process is killed.
DEATHS = (
    "ledger.suppressed.after_commit", "ledger.planned.after_commit", "deliver.after_answer", "outcomes.after_rename",
    "ledger.removed.after_commit", "records.after_rename:2", "ledger.erased.after_commit:2", "forget.after_unlink:3",
    "ledger.rewritten.after_commit", "receipt.after_folder_fsync",
)  # fmt: skip


@pytest.mark.parametrize("point", DEATHS)
def test_killed_in_the_middle_and_started_again(desk, people, point):
    assert desk.lading("forget", WHO, LADING_CRASH_AT=point).code == -signal.SIGKILL
    done = desk.lading("forget", "--json").data
    assert [one["state"] for one in done] == ["done"]
    assert traces(desk.home, people[WHO]) == []
    assert not at_amazon(desk, people[WHO])
    assert desk.lading("apply", "customers", "--json").data["books"]["rejected"] == 1


def test_ids_of_others_are_taken_and_what_is_none_is_refused(desk, people):
    ahead = desk.lading(
        "forget", "--identity", "MAID=38400000-8cf0-11bd-b23e-10b96e40000d", "--dry-run", "--json"
    )
    assert ahead.data["asked"] == {"maid": 1}
    (desk.folder / "gone.csv").write_text("liveramp,email\nXY1005,\n")
    assert desk.lading("forget", "--file", "gone.csv", "--json").data[0]["asked"] == {"liveramp": 1}
    wrong = desk.lading("forget", "--identity", "38400000")
    assert (wrong.code, "KIND=ID" in wrong.err, "38400000 " in wrong.err) == (2, True, False)


def test_nobody_named_and_nothing_unfinished(desk, people):
    done = desk.lading("forget")
    assert (done.code, "No erasure is unfinished" in done.out) == (0, True)
