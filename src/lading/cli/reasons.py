"""How reasons with their counts look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lading.cli.sheet import Sheet


def draw_reasons(sheet: Sheet, title: str, reasons: Mapping[str, int]) -> None:
    """How many for each reason, the most frequent first; nothing where there are none."""
    if reasons:
        sheet.line()
        sheet.title(title)
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        sheet.counts((code, count, "") for code, count in ordered)
