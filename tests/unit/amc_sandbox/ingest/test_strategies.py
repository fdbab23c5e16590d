"""What each strategy does with partitions: the examples of Amazon's guide, and the edges."""

import pytest

from amc_sandbox.ingest.specs import Column

from .conftest import TIME, dataset

MONTHS = dataset("n", TIME, period="P1M")
FLAT = dataset("n")


def months(first, *numbers):
    """One row in each month; the first column says which upload it came with."""
    return "n,at\n" + "".join(f"{first},2024-{number:02}-15T12:00:00Z\n" for number in numbers)


def shown(desk, dataset=MONTHS):
    """Which uploads a month has rows of."""
    found = {}
    for row in desk.rows(dataset):
        found.setdefault(row["at"].month, "")
        found[row["at"].month] += row["n"]
    counted = {int(name[5:7]): rows for name, rows in desk.partitions(dataset).items()}
    assert counted == {month: len(uploads) for month, uploads in found.items()}
    return found


def test_additive_adds_to_march(desk):
    """The table holds January, February and March; the upload has March, April and May."""
    desk.upload(MONTHS, months("a", 1, 2, 3))
    outcome = desk.upload(MONTHS, months("b", 3, 4, 5), strategy="ADDITIVE")

    assert outcome.metrics == {"OutputRowCount": 3.0}
    assert shown(desk) == {1: "a", 2: "a", 3: "ab", 4: "b", 5: "b"}


def test_full_replace_leaves_the_upload_alone(desk):
    desk.upload(MONTHS, months("a", 1, 2, 3))
    assert desk.upload(MONTHS, months("b", 3, 4, 5), strategy="FULL_REPLACE").metrics == {
        "OutputRowCount": 3.0
    }
    assert shown(desk) == {3: "b", 4: "b", 5: "b"}


def test_overlap_replace_replaces_april(desk):
    """The table holds February, March and April; the upload has April and May."""
    desk.upload(MONTHS, months("a", 2, 3, 4, 4))
    outcome = desk.upload(MONTHS, months("b", 4, 5), strategy="OVERLAP_REPLACE")

    assert outcome.metrics == {"OutputRowCount": 2.0}
    assert shown(desk) == {2: "a", 3: "a", 4: "b", 5: "b"}


def test_overlap_keep_keeps_april(desk):
    desk.upload(MONTHS, months("a", 2, 3, 4))
    outcome = desk.upload(MONTHS, months("b", 4, 5), strategy="OVERLAP_KEEP")

    assert outcome.metrics == {"OutputRowCount": 1.0}
    assert shown(desk) == {2: "a", 3: "a", 4: "a", 5: "b"}


def test_strategies_after_each_other(desk):
    """A partition that was replaced is free; files without a row that counts are gone."""
    desk.upload(MONTHS, months("a", 1, 2))
    desk.upload(MONTHS, months("b", 2, 3))
    desk.upload(MONTHS, months("c", 2), strategy="OVERLAP_REPLACE")
    desk.upload(MONTHS, months("d", 3), strategy="OVERLAP_KEEP")
    desk.upload(MONTHS, months("e", 1, 2), strategy="OVERLAP_REPLACE")
    assert shown(desk) == {1: "e", 2: "e", 3: "b"}
    assert len(list((desk.folder / "rows").rglob("*.parquet"))) == 2
    assert desk.upload(MONTHS, "n,at\n", strategy="FULL_REPLACE").metrics == {"OutputRowCount": 0.0}
    assert shown(desk) == {}
    assert list((desk.folder / "rows").rglob("*.parquet")) == []


def test_a_dimension_is_one_partition(desk):
    desk.upload(FLAT, "n\na\n")
    desk.upload(FLAT, "n\nb\n", strategy="ADDITIVE")
    assert desk.partitions(FLAT) == {"all": 2}
    desk.upload(FLAT, "n\nc\n", strategy="FULL_REPLACE")
    assert desk.rows(FLAT) == [{"n": "c"}]


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        ("PT1H", ["2024-02-29T22:00:00Z", "2024-02-29T23:00:00Z", "2024-03-01T00:00:00Z"]),
        ("P1D", ["2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"]),
        ("P1M", ["2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"]),
    ],
)
def test_a_partition_begins_where_its_period_does(desk, period, starts):
    events = dataset(TIME, period=period)
    moments = ("2024-02-29T22:00:00Z", "2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z")
    desk.upload(events, "at\n" + "\n".join(moments) + "\n")
    assert list(desk.partitions(events)) == starts


def test_a_date_can_be_the_event_time(desk):
    days = dataset(Column("day", "DATE", main_event_time=True), period="P1D")
    desk.upload(days, "day\n2024-02-29\n")
    assert desk.partitions(days) == {"2024-02-29T00:00:00Z": 1}
