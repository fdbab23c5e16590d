"""Consent through a whole sync: who is turned away, who is taken out, and the books that follow."""

import csv

import polars as pl
import pytest

from lading.service import quality, runs
from lading.service.erasure.asking import People
from lading.service.erasure.forgetting import forget
from lading.service.remedies.retrying import retry
from lading.service.remedies.undoing import undo
from lading.service.sync import Order, plan

COLUMNS = ("customer_id", "email", "country", "amzn_user_data")


def write(shop, rows):
    with (shop.folder / "customers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def setting(shop, text):
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text() + f"    {text}\n")


def row(name, consent="", country="DE"):
    return (name, f"{name}@mail.example", country, consent)


def codes(report):
    return {reason.code: reason.count for reason in report.rejections}


MIXED = [row("yes", "GRANTED"), row("no", "DENIED"), row("silent"), row("unknown", "UNKNOWN"), row("us", "", "US"),
         row("us-no", "DENIED", "US"), row("odd", "ja")]  # fmt: skip


def test_people_of_the_uk_and_the_eea_without_consent_are_turned_away_by_default(shop):
    setting(shop, "guards: {max_rejected: 100%}")
    write(shop, MIXED)
    report = shop.apply()
    assert codes(report) == {"consent_denied": 2, "consent_missing": 2, "consent_unreadable": 1}
    assert (report.books.read, report.books.rejected, report.books.confirmed, report.balanced) == (
        7,
        5,
        2,
        True,
    )
    assert shop.members() == {"yes", "us"}


def test_the_switch(shop):
    setting(shop, "consent: {required: never}")
    write(shop, MIXED)
    report = shop.apply()
    assert codes(report) == {"consent_denied": 2}
    assert shop.members() == {"yes", "silent", "unknown", "us", "odd"}


def test_amazon_agrees_where_it_insists(shop):
    setting(shop, "guards: {max_rejected: 100%}")
    shop.sandbox.policy(consent="mandatory")
    write(shop, [*MIXED, ("gb", "gb@mail.example", "UK", "granted")])
    report = shop.apply()
    assert (report.refusals, report.books.refused) == ({}, 0)
    assert shop.members() == {"yes", "us", "gb"}


@pytest.mark.parametrize("mode", ["add", "upsert", "mirror"])
def test_a_member_who_denies_later_is_taken_out_and_the_books_balance(shop, mode):
    setting(shop, f"mode: {mode}")
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    people = [row(f"p{number}", "GRANTED") for number in range(6)]
    write(shop, people)
    shop.apply()
    people[2] = row("p2", "DENIED")
    write(shop, people)
    with shop.parts() as parts:
        explained = plan(parts, "customers").explained
    assert (explained.remove, explained.members_after, explained.rejections) == (1, 5, {"consent_denied": 1})
    report = shop.apply()
    assert (report.books.removed, report.books.unchanged, report.books.rejected) == (1, 5, 1)
    assert (report.state, report.balanced, report.members) == ("done", True, 5)
    assert shop.members() == {"p0", "p1", "p3", "p4", "p5"}
    again = shop.apply()
    assert (again.books.removed, again.books.changed) == (0, 0)


def test_one_row_that_denies_wins_over_all_others_of_its_person(shop):
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    people = [row("a", "GRANTED"), row("b", "GRANTED")]
    write(shop, people)
    shop.apply()
    other = ("a", "a@work.example", "DE", "GRANTED")
    write(shop, [other, *people, row("a", "DENIED"), other, ("a", "", "", "DENIED")])
    report = shop.apply()
    assert codes(report) == {"consent_denied_elsewhere": 3, "consent_denied": 2}
    examples = next(one for one in report.rejections if one.code == "consent_denied_elsewhere").examples
    assert [one.row for one in examples] == [1, 2, 5]
    assert (report.books.read, report.books.recorded, report.books.removed, report.balanced) == (
        6,
        1,
        1,
        True,
    )
    assert shop.members() == {"b"}
    with shop.parts() as parts:
        found = quality.of_run(parts, report.run)
    assert (found.rows, found.accepted, sum(found.rejected.values())) == (6, 1, 5)


def test_who_agrees_again_comes_back(shop):
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    for consent in ("GRANTED", "DENIED", "GRANTED"):
        write(shop, [row("a", consent), row("b", "GRANTED")])
        shop.apply()
        assert shop.members() == ({"b"} if consent == "DENIED" else {"a", "b"})


def test_whoever_is_taken_out_need_not_agree(shop):
    write(shop, [row("a", "GRANTED"), row("b", "GRANTED"), row("c", "GRANTED")])
    shop.apply()
    setting(shop, "mode: remove")
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    write(shop, [row("a"), row("b", "DENIED")])
    report = shop.apply()
    assert (report.books.rejected, report.books.changed, report.balanced) == (0, 2, True)
    assert shop.members() == {"c"}


def test_a_retry_remembers_who_denied(shop):
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    write(shop, [row("a", "GRANTED"), row("b", "GRANTED")])
    shop.apply()
    write(shop, [row("a", "DENIED"), row("b", "GRANTED"), row("c", "GRANTED")])
    shop.sandbox.faults(refuse_records=1.0, seed=1)
    first = shop.apply()
    assert first.books.refused == 2
    shop.sandbox.faults()
    write(shop, [])
    with shop.parts() as parts:
        second = retry(parts, first.run, Order())
        assert runs.report(parts, second.run).balanced
    assert shop.members() == {"b", "c"}


def test_undo_does_not_bring_back_who_denied(shop):
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    write(shop, [row("a", "GRANTED"), row("b", "GRANTED"), row("c", "GRANTED")])
    shop.apply()
    write(shop, [row("a", "DENIED"), row("b", "GRANTED"), row("d", "GRANTED")])
    report = shop.apply()
    write(shop, [row("b", "DENIED"), row("d", "GRANTED")])
    shop.apply()
    with shop.parts() as parts:
        planned = undo(parts, report.run)
    shop.apply(planned.id)
    assert shop.members() == {"c"}


def test_whoever_is_erased_leaves_the_file_of_denials_and_is_not_written_there_again(shop):
    setting(shop, "guards: {max_removals: 100%, max_rejected: 100%}")
    write(shop, [row("a", "GRANTED"), row("b", "GRANTED")])
    shop.apply()
    write(shop, [row("a", "DENIED"), row("b", "GRANTED")])
    shop.apply()
    folder = shop.folder / ".lading" / "runs"

    def named():
        return {
            name for path in folder.rglob("denied-*.parquet") for name in pl.read_parquet(path)["external_id"]
        }

    assert named() == {"a"}
    with shop.parts() as parts:
        forget(parts, People(external_ids=("a",), emails=()), Order())
    assert named() == set()
    report = shop.apply()
    assert codes(report) == {"suppressed": 1}
    assert named() == set()
