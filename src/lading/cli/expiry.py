"""How the forecast of a plan or a report looks: who expires by when, unless he is sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lading.cli.sheet import Sheet
    from lading.model.forecast import Forecast, Period


def draw(sheet: Sheet, found: Forecast | None, *, refreshed: int) -> None:
    """Nothing where there is nothing to tell: nobody was sent again, and nobody expires within the longest period."""
    if found is None or not (refreshed or found.within[-1].members):
        return
    from lading.cli.sheet import span

    sheet.line()
    sheet.title(
        "Expiry", f"members stay {span(timedelta(seconds=found.ttl_seconds))} after they were last sent"
    )
    rows = [_line(period) for period in found.within]
    sheet.counts((("sent again", refreshed or None, "so that they do not expire"), *rows))


def _line(period: Period) -> tuple[str, int, str]:
    return f"expire in {period.days} days", period.members, ", ".join(_words(period))


def _words(period: Period) -> Iterator[str]:
    if period.members:
        yield "unless they are sent again"
        if period.absent is not None:
            yield f"{period.absent:,} of them are not in the source"
