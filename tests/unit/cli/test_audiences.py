"""How audiences and a new connection look."""

import io
from datetime import UTC, datetime

import pytest

from lading.cli import audiences, connect
from lading.cli.face import Face
from lading.cli.sheet import Sheet
from lading.service.audiences.audiences import AudienceLine, AudienceView
from lading.service.connect import Connected

LINE = AudienceLine(
    target="amazon/shop-customers", audience_id="413642381039213536", external_audience_id="shop-customers",
    name="Shop customers", sync="customers", mode="add", connection="amazon", country="US", ttl_seconds=34_300_800,
    state="ready", generation=3, members=9_210,
    as_of=datetime(2026, 1, 5, 8, 4, tzinfo=UTC), age_seconds=7_800,
)  # fmt: skip


def drawn(draw, *args) -> str:
    sheet = Sheet({})
    draw(sheet, *args)
    return sheet.text()


def test_audiences_are_a_line_each_with_their_whole_ids() -> None:
    assert drawn(audiences._draw_list, [LINE]) == (
        "sync       audience id         name            mode  members  generation  as of (UTC)\n"
        "customers  413642381039213536  Shop customers  add     9,210           3  2026-01-05 08:04\n"
    )


def test_one_audience_is_shown_as_here_and_as_amazon_counts() -> None:
    text = drawn(
        audiences._draw_view, AudienceView(audience=LINE, received=9_210, matched=7_021, dsp_size=6_500)
    )
    assert "Shop customers  audience 413642381039213536 in Amazon's API" in text
    assert "  members stay  397 d" in text
    assert "  members here  9,210 in generation 3" in text
    assert "  as of         2026-01-05 08:04 UTC" in text
    assert "  matched     7,021  76.2%" in text
    assert "  in DSP      6,500" in text


def test_an_audience_that_amazon_has_not_counted_says_so() -> None:
    text = drawn(
        audiences._draw_view, AudienceView(audience=LINE, received=None, matched=None, dsp_size=None)
    )
    assert "not counted yet" in text


def test_a_connection_says_what_it_stands_on_and_what_is_missing() -> None:
    connected = Connected("amazon", "1234567890", "abc-123", terms_accepted=False, created=True)
    text = drawn(connect.draw, connected)
    assert "abc-123 (made now)" in text
    assert "lading connect amazon --accept-terms" in text
    dsp = drawn(connect.draw, Connected("amazon", "1", None, terms_accepted=True, created=False))
    assert "none: audiences go to DSP alone" in dsp


@pytest.mark.parametrize(
    ("terminal", "browser", "opened"), [(True, True, 1), (True, False, 0), (False, True, 0)]
)
def test_the_page_is_opened_where_a_person_sits_and_its_address_is_always_printed(
    monkeypatch, terminal, browser, opened
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    stream, seen = Stream(), []
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("webbrowser.open", seen.append)
    connect.open_page(
        Face(argv=(), environ={"TERM": "dumb"}), "https://example.com/ap/oa?x=1", browser=browser
    )
    assert len(seen) == opened
    assert "https://example.com/ap/oa?x=1" in stream.getvalue()
