"""How a comparison with Amazon's counts looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lading.cli import expiry, verify
from lading.cli.sheet import Sheet
from lading.ledger.rows import Verification
from lading.model.agreement import Agreement
from lading.model.forecast import Expiring, forecast
from lading.report.summary import AudienceSize
from lading.report.verification import Compared
from lading.service.verifying import Verified

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
FOUND = Verified(
    sync="customers", audience_id="413642381039213536", audience_name="Shop customers", at=NOW, members=9_760,
    size=AudienceSize(received=9_760, matched=6_648), compared=Compared(agreement=Agreement.AGREES, match_rate=0.681),
    counted_at=NOW, dsp_counted_at=None, open_runs=(), history=(),
)  # fmt: skip


def drawn(draw, *args, **options) -> str:
    sheet = Sheet({})
    draw(sheet, *args, **options)
    return sheet.text()


def found(agreement, **facts) -> Verified:
    return replace(FOUND, compared=replace(FOUND.compared, agreement=Agreement(agreement)), **facts)


def test_counts_that_agree() -> None:
    assert drawn(verify._draw, verify.Answer(FOUND)) == (
        "customers: Amazon's counts agree  audience 413642381039213536\n"
        "  members here                  9,760  confirmed by Amazon and not expired\n"
        "  counted by Amazon             9,760\n"
        "  matched                       6,648  68.1%\n"
    )


@pytest.mark.parametrize(
    ("agreement", "facts", "code", "words"),
    [
        ("drift", {"size": AudienceSize(received=9_000)}, 6, "Amazon counts 9,000 of the 9,760 members"),
        ("falling", {}, 6, "lading report RUN --quality"),
        ("early", {}, 5, "until 2026-03-01 03:00 UTC"),
        ("early", {"open_runs": ("r-1",)}, 5, "run r-1 is not settled"),
        ("uncounted", {"size": AudienceSize()}, 5, "no counts of this audience yet"),
    ],
)
def test_what_is_not_as_it_should_be_is_said_with_what_to_do(agreement, facts, code, words) -> None:
    one = found(agreement, **facts)
    assert one.exit_code == code
    assert words in " ".join(drawn(verify._draw, verify.Answer(one)).split())


def test_a_rate_that_fell_names_both() -> None:
    fell = replace(
        FOUND, compared=Compared(agreement=Agreement.FALLING, match_rate=0.4, usual_match_rate=0.7)
    )
    assert "40.0% matched, and 70.0% by the median of the last days" in fell.problems[0].message


def test_days_are_a_line_each() -> None:
    day = Verification(
        target="t",
        day="2026-03-01",
        at=NOW,
        agreement=Agreement.DRIFT,
        members=10,
        received=9,
        matched=7,
        dsp=None,
    )
    assert "2026-03-01  drift" in drawn(verify._draw_days, [day])
    assert "no day is kept yet" in drawn(verify._draw_days, [])


def test_a_forecast_names_those_whom_the_source_does_not() -> None:
    ahead = forecast([Expiring(8, 1_204, 12)], now=NOW, ttl=timedelta(days=30))
    assert drawn(expiry.draw, ahead, refreshed=41) == (
        "\n"
        "Expiry  members stay 30 d after they were last sent\n"
        "  sent again                       41  so that they do not expire\n"
        "  expire in 7 days                  0\n"
        "  expire in 30 days             1,204  unless they are sent again, 12 of them are not in the source\n"
        "  expire in 90 days             1,204  unless they are sent again, 12 of them are not in the source\n"
    )


def test_where_nobody_expires_soon_nothing_is_told() -> None:
    assert drawn(expiry.draw, forecast([], now=NOW, ttl=timedelta(days=397)), refreshed=0) == ""
    assert drawn(expiry.draw, None, refreshed=0) == ""
