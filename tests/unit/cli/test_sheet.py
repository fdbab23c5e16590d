"""How answers look."""

from datetime import UTC, datetime, timedelta

import pytest

from lading.cli.sheet import Sheet, share, span, words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567"), (True, "yes"), (None, "-"), (12.34, "12.3"), ("as it is", "as it is"),
        (datetime(2026, 1, 31, 14, 5, 59, tzinfo=UTC), "2026-01-31 14:05 UTC"), (timedelta(seconds=65), "1 min 5 s"),
    ],
)  # fmt: skip
def test_values_are_written_for_people(value, text) -> None:
    assert words(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (3600, "1 h"),
        (3605, "1 h"),
        (3900, "1 h 5 min"),
        (34_300_800, "397 d"),
        (90_000, "25 h"),
        (129_600, "36 h"),
        (176_400, "2 d 1 h"),
    ],
)
def test_a_span_has_its_two_largest_units(seconds, text) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_a_share_of_nothing_is_not_a_number() -> None:
    assert (share(1, 8), share(0, 0)) == ("12.5%", "")


def test_a_sheet_is_plain_and_at_most_100_columns_wide_where_no_terminal_is() -> None:
    sheet = Sheet({})
    sheet.title("Title", "note")
    sheet.facts([("name", "x" * 150), ("left out", None), ("count", 1234)])
    sheet.table(("a", "n"), [("x", 1), (("bad", "bold red"), 1234)], right=("n",))
    sheet.line("word " * 40)
    text = sheet.text()
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert "left out" not in text
    assert "1,234" in text


def test_square_brackets_and_colons_are_shown_as_they_are() -> None:
    sheet = Sheet({})
    sheet.line("[bold]not markup[/bold] :smile:")
    assert sheet.text() == "[bold]not markup[/bold] :smile:\n"
