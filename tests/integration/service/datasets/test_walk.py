"""A dataset is filled, from its source to its books, as `late:` says; each time by one upload."""

from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest

from lading.errors import GuardTripped, SettingsError
from lading.service.datasets.at_amazon import at_amazon
from lading.service.trace import story


def day(desk, number):
    return f"{desk.today + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def filled(desk):
    """Three days with ten purchases each, the last of them today."""
    rows = [row for number in (-2, -1, 0) for row in desk.orders(100 + 10 * number, 10, number, hour=0)]
    desk.write(rows)
    desk.first = desk.apply()
    return desk, rows


def test_purchases_come_out_row_for_row_with_the_people_whom_amazon_knows(filled):
    desk, rows = filled
    report = desk.first
    assert (report.state, report.exit_code, report.balanced) == ("done", 0, True)
    assert (report.books.read, report.books.changed, report.books.confirmed, report.books.pending) == (
        30,
        30,
        30,
        0,
    )
    found = desk.rows()
    assert [row["order_id"] for row in found] == [row["order_id"] for row in rows]
    assert all(row["user_id"] for row in found)
    assert "email" not in {key for row in found for key, value in row.items() if value}
    assert desk.periods() == {day(desk, -2): 10, day(desk, -1): 10, day(desk, 0): 10}
    [upload] = report.dataset.uploads
    assert (upload.state, upload.rows, upload.cleaned) == ("confirmed", 30, False)
    assert desk.keys(upload.address.removeprefix("s3://shop-uploads/")) != []
    assert len(desk.sent()) == 1
    assert desk.dataset().watermark == desk.today + timedelta(seconds=109)


def test_amazon_is_asked_about_an_upload_after_a_minute_and_then_now_and_again(desk):
    desk.write(desk.orders(1, 2, -1))
    report = desk.apply()
    [created], looks = desk.sent(), desk.sent(f"/{report.dataset.uploads[0].upload_id}", "GET")
    moments = [datetime.fromisoformat(one["at"]) for one in (created, *looks)]
    assert all(later - earlier >= timedelta(minutes=1) for earlier, later in pairwise(moments))


def test_the_same_with_the_ledger_in_postgresql(desk, postgresql):
    desk.environ["LEDGER_URL"] = postgresql()
    path = desk.folder / "lading.yaml"
    path.write_text(path.read_text() + "ledger: env:LEDGER_URL\n")
    rows = desk.orders(1, 4, -1)
    desk.write(rows)
    first = desk.apply()
    desk.write([*rows, desk.order(50, -1), desk.order(60, 0, hour=0)])
    second = desk.apply()
    assert [(one.state, one.balanced, one.books.confirmed) for one in (first, second)] == [
        ("done", True, 4),
        ("done", True, 6),
    ]
    assert desk.ids() == ["o-1", "o-2", "o-3", "o-4", "o-50", "o-60"]
    assert desk.periods() == {day(desk, -1): 5, day(desk, 0): 1}
    assert desk.dataset().watermark == desk.today + timedelta(seconds=60)


def test_nothing_is_sent_for_what_has_not_changed(filled):
    desk, _ = filled
    report = desk.apply()
    assert (report.state, report.exit_code) == ("done", 0)
    assert (report.books.unchanged, report.books.changed) == (30, 0)
    assert [(one.code, one.count) for one in report.dataset.left_out] == [("unchanged", 30)]
    assert len(desk.sent()) == 1


def test_the_next_days_file_adds_just_that_day(filled):
    desk, rows = filled
    desk.sandbox.advance(86400)
    given = desk.write(desk.orders(500, 7, 1, hour=0), "next_day.csv")
    report = desk.apply(input=given)
    assert (report.books.changed, report.books.unchanged, report.dataset.first_period) == (7, 0, day(desk, 1))
    assert len(desk.rows()) == len(rows) + 7
    assert desk.periods()[day(desk, 1)] == 7


def test_a_late_row_replaces_its_day_and_no_other(filled):
    desk, rows = filled
    desk.write([*rows, desk.order(700, -1)])
    view = desk.plan()
    assert (view.explained.sent, view.explained.periods) == (11, (day(desk, -1),))
    assert dict(view.explained.left_out) == {"unchanged": 20}
    report = desk.apply(view.id)
    assert (report.books.changed, report.books.unchanged, report.dataset.periods) == (11, 20, 1)
    assert desk.ids() == [row["order_id"] for row in [*rows, desk.order(700, -1)]]


def test_rows_that_are_older_than_the_lookback_are_left_out_and_counted(filled):
    desk, rows = filled
    late = desk.order(800, -20)
    desk.write([*rows, late, desk.order(801, -7)])
    report = desk.apply()
    assert {one.code: one.count for one in report.dataset.left_out} == {"late": 1, "unchanged": 30}
    assert report.books.changed == 1
    assert late["order_id"] not in desk.ids()


def test_a_period_that_would_lose_rows_is_a_guards_business(filled):
    desk, rows = filled
    desk.write([row for row in rows if row["order_id"] != "o-92"])
    with pytest.raises(GuardTripped, match="1 periods would be replaced by fewer rows") as tripped:
        desk.apply()
    assert [problem.code for problem in tripped.value.problems] == ["incomplete_periods"]
    assert len(desk.rows()) == 30
    report = desk.apply(accept=frozenset({"incomplete_periods"}))
    assert (report.books.changed, len(desk.rows())) == (9, 29)


def test_a_file_with_the_late_rows_alone_is_refused_too(filled):
    desk, _ = filled
    given = desk.write([desk.order(700, -1)], "late.csv")
    with pytest.raises(GuardTripped, match="--input with the late rows alone"):
        desk.apply(input=given)
    assert len(desk.rows()) == 30


def test_one_mistaken_date_in_the_future_makes_no_other_late(desk):
    rows = [*desk.orders(1, 3, 0, hour=0), desk.order(9, 400)]
    desk.write(rows)
    desk.apply()
    desk.sandbox.advance(86400)
    desk.write([*rows, *desk.orders(20, 2, 1, hour=0)])
    report = desk.apply()
    assert (report.books.changed, report.dataset.left_out[0].code) == (2, "unchanged")


def test_ignore_leaves_out_periods_that_were_sent(desk):
    desk.settings("late: ignore")
    rows = desk.orders(1, 4, -1)
    desk.write(rows)
    desk.apply()
    desk.write([*rows, desk.order(50, -1), *desk.orders(60, 2, 0, hour=0), desk.order(70, -30)])
    report = desk.apply()
    assert {one.code: one.count for one in report.dataset.left_out} == {"sent_before": 5}
    assert desk.ids() == ["o-1", "o-2", "o-3", "o-4", "o-60", "o-61", "o-70"]
    assert {upload.state for upload in report.dataset.uploads} == {"confirmed"}


def test_append_sends_each_row_key_once(desk):
    desk.settings("late: append\n        row_key: [order_id]")
    rows = desk.orders(1, 4, -1)
    desk.write(rows)
    first = desk.apply()
    assert (first.books.changed, first.dataset.strategy) == (4, "ADDITIVE")
    desk.write([*rows, desk.order(50, -1), desk.order(51, -90), desk.order(50, -1)])
    report = desk.apply()
    assert {one.code: one.count for one in report.dataset.left_out} == {"repeated": 1, "seen": 4}
    assert desk.ids() == ["o-1", "o-2", "o-3", "o-4", "o-50", "o-51"]
    assert desk.periods()[day(desk, -1)] == 5
    assert desk.apply().books.changed == 0
    with desk.parts() as parts:
        [folder] = (parts.home.path / "datasets").glob("*/*")
    kept = pl.concat([pl.read_parquet(path) for path in folder.iterdir()])
    assert (kept.height, {len(key) for key in kept["key"]}) == (6, {16})
    assert b"o-50" not in b"".join(path.read_bytes() for path in folder.iterdir())


TABLE = {
    "id: shop_purchases": "id: shop_products",
    "bought_at: {type: TIMESTAMP, event_time: true}": "bought_at: {type: TIMESTAMP}",
}


def test_a_table_is_replaced_as_a_whole(desk):
    desk.settings("", **TABLE)
    desk.write(desk.orders(1, 4, -1))
    report = desk.apply()
    assert (report.dataset.strategy, report.dataset.periods, report.books.confirmed) == ("FULL_REPLACE", 0, 4)
    assert desk.apply().books.unchanged == 4
    desk.write(desk.orders(2, 4, -1))
    assert desk.apply().books.confirmed == 4
    assert desk.ids(dataset="shop_products") == ["o-2", "o-3", "o-4", "o-5"]


def test_a_plan_that_is_stale_is_not_applied(filled):
    desk, rows = filled
    desk.write([*rows, desk.order(700, -1)])
    view = desk.plan()
    desk.write([*rows, desk.order(700, -1), desk.order(701, -1)])
    with pytest.raises(SettingsError, match="changed since"):
        desk.apply(view.id)
    desk.apply()
    with pytest.raises(SettingsError, match="before the dataset's last upload"):
        desk.apply(view.id)
    fresh = desk.plan()
    desk.settings("late: replace\n        lookback: 3d")
    with pytest.raises(SettingsError, match="dataset's settings were changed"):
        desk.apply(fresh.id)


def test_a_column_that_came_to_the_settings_is_added_before_the_upload(filled):
    desk, rows = filled
    desk.settings(
        "late: replace", **{"email: {identifier": "shop: {type: STRING}\n          email: {identifier"}
    )
    desk.write([{**row, "shop": "Leipzig"} for row in rows], columns=(*desk.columns, "shop"))
    view = desk.plan()
    assert view.changes == ("column shop is added (STRING); it is empty in the rows that are there",)
    report = desk.apply(accept=frozenset({"schema_changed"}))
    assert (report.state, report.books.changed) == ("done", 30)
    assert {row["shop"] for row in desk.rows()} == {"Leipzig"}


def test_a_difference_that_amazon_never_takes_stops_everything_with_the_way_out(filled):
    desk, _ = filled
    desk.settings("late: replace", **{"amount: {type: DECIMAL, kind: METRIC}": "amount: {type: STRING}"})
    for ask in (desk.plan, desk.apply):
        with pytest.raises(SettingsError, match="cannot become STRING") as refused:
            ask()
    assert refused.value.problem_code == "dataset_differs"
    assert len(desk.sent()) == 1
    desk.settings()
    assert desk.apply().state == "done"


def test_our_files_in_s3_go_when_amazon_has_read_them_if_that_is_wished(desk):
    desk.settings("late: replace\n        clean_up: true")
    desk.write(desk.orders(1, 4, -1))
    report = desk.apply()
    assert report.dataset.uploads[0].cleaned
    assert desk.keys() == []
    assert len(desk.rows()) == 4


def test_files_of_an_upload_that_is_done_do_not_stay_on_disk(filled):
    desk, _ = filled
    run = desk.latest()
    assert {part for part in run.files if part.startswith("upload")} == set()
    assert not (desk.folder / ".lading" / "runs" / run.id / "upload").exists()


def test_a_dataset_that_somebody_deleted_is_filled_anew(filled):
    desk, rows = filled
    with desk.parts() as parts:
        at = at_amazon(parts, parts.dataset("purchases"))
        at.client.datasets.delete(at.instance, "shop_purchases")
    report = desk.apply()
    assert (report.books.changed, len(desk.rows())) == (30, len(rows))


def test_a_row_tells_what_became_of_it(desk):
    rows = [*desk.orders(1, 2, -1), {**desk.order(3, -1), "amount": "much"}, desk.order(4, -20)]
    desk.write(rows)
    desk.apply()
    desk.write([*rows, desk.order(5, -1)])
    desk.apply()
    with desk.parts() as parts:
        first, third, fourth, fifth = (story(parts, "purchases", number) for number in "1345")
        with pytest.raises(SettingsError, match="read no row 6"):
            story(parts, "purchases", "6")
        with pytest.raises(SettingsError, match="is no row number"):
            story(parts, "purchases", "c-1")
    assert (first.outcome, fifth.outcome, first.period) == ("confirmed", "confirmed", day(desk, -1))
    assert first.upload_id == fifth.upload_id
    assert (third.outcome, third.reason.split(":")[0]) == ("rejected", "amount")
    assert (fourth.outcome, fourth.reason) == ("left_out", "of a period that is as it was sent")
