"""The example shop, end to end by the commands: every row of its file is accounted for, and Amazon counts the same."""

from collections import Counter

import polars as pl

#: What the sandbox's people and their consent allow at best; counted from the file by another program (tests/unit/examples).
CUSTOMERS_FOUND, USERS_FOUND = 6_318, 6_307


def files(carried, stem):
    """The file of that kind, of the plan that was applied or of its run."""
    plan, run = carried.said["plan customers --json"].json["data"]["id"], carried.report["run"]
    folders = (carried.desk.home / "plans" / plan, carried.desk.home / "runs" / run)
    [path] = [path for folder in folders for path in folder.rglob(f"{stem}-*.parquet")]
    return pl.read_parquet(path)


def test_every_row_became_a_record_or_a_part_of_one_or_a_rejection(carried):
    books = carried.report["books"]
    rejected = files(carried, "rejections")["row"].to_list()
    assert len(rejected) == len(set(rejected)) == books["rejected"]
    kept = [row["customer_id"] for number, row in enumerate(carried.rows, 1) if number not in set(rejected)]
    assert sorted(files(carried, "records")["external_id"]) == sorted(set(kept))
    assert (books["read"], books["recorded"]) == (len(carried.rows), len(set(kept)))
    assert books["merged"] + books["duplicate"] == sum(Counter(kept).values()) - len(set(kept))


def test_rows_that_are_repeated_as_they_are_are_duplicates(carried):
    """At least those; rows that differ in their spelling only are, too."""
    rejected = set(files(carried, "rejections")["row"])
    kept = [tuple(row.items()) for number, row in enumerate(carried.rows, 1) if number not in rejected]
    repeated = sum(times - 1 for times in Counter(kept).values())
    assert carried.report["books"]["duplicate"] >= repeated > 250


def test_the_waybill_has_a_line_for_every_change(carried):
    waybill, changes = files(carried, "waybill"), files(carried, "changes")
    books = carried.report["books"]
    assert waybill.height == changes.height == books["changed"] == books["confirmed"]
    assert waybill["ref"].n_unique() == waybill.height
    assert dict(waybill["outcome"].value_counts().iter_rows()) == {"confirmed": books["confirmed"]}


def test_amazon_has_those_people_and_no_other(carried):
    members = {member["externalUserId"] for member in carried.members}
    assert members == set(files(carried, "records")["external_id"])
    assert carried.report["members"] == len(members)


def test_the_report_counts_as_amazon_does(carried):
    size = carried.report["size"]
    matched = [member for member in carried.members if member["matched"]]
    assert carried.counts["received"] == size["received"] == len(carried.members)
    assert carried.counts["matched"] == size["matched"]
    assert len(matched) == CUSTOMERS_FOUND
    assert len({member["userId"] for member in matched}) == USERS_FOUND


def test_a_later_run_accounts_for_the_refused_as_well(carried):
    [done] = [done for name, done in carried.said.items() if "changed.csv" in name]
    assert done.code == 6
    lines = carried.said["runs --json"].data
    ends = {(line["exit_code"], line["state"]) for line in lines}
    assert ends == {(0, "done"), (6, "done"), (4, "guarded"), (2, "failed")}


def test_refused_people_are_counted_by_their_reason_once(carried):
    """Also where Amazon refused two of their requests: to forget what was sent before, and to take what is new."""
    runs = {line["exit_code"]: line["id"] for line in carried.said["runs --json"].data}
    report = carried.said[f"report {runs[6]} --json"].data
    assert sum(report["refusals"].values()) == report["books"]["refused"] > 0
