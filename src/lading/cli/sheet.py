"""How answers look: titles, facts and tables, 100 columns wide at most, coloured on a terminal only."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH: Final = 100

GOOD: Final = "green"
DIM: Final = "dim"


class Sheet:
    """Collects an answer; nothing is printed before it is whole."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        terminal = sys.stdout.isatty() and environ.get("TERM") != "dumb"
        self._file = io.StringIO()
        self._console = Console(
            file=self._file, force_terminal=terminal, no_color=bool(environ.get("NO_COLOR")), width=_width(environ, terminal),
            highlight=False, markup=False, emoji=False, color_system="standard" if terminal else None,
        )  # fmt: skip

    def title(self, text: str, note: str = "", *, style: str = "bold", note_style: str = DIM) -> None:
        """A heading; `note` stands behind it, faint."""
        line = Text(text, style=style)
        if note:
            line.append(f"  {note}", style=note_style)
        self._console.print(line)

    def line(self, text: str = "", style: str = "") -> None:
        """One line, broken at blanks where it is too long."""
        self._console.print(Text(text, style=style))

    def command(self, text: str) -> None:
        """A command to copy: never broken, however long."""
        self._console.print(Text(f"  {text}"), soft_wrap=True)

    def facts(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Names and values in two columns; a value of None leaves its line out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, min_width=12)
        grid.add_column(overflow="fold")
        for name, value in rows:
            if value is not None:
                grid.add_row(Text(f"  {name}", style=DIM), _cell(value))
        self._console.print(grid)

    def counts(self, rows: Iterable[tuple[str, int | None, str]], *, indent: int = 2) -> None:
        """Names, right-aligned numbers and remarks; a number of None leaves its line out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True, min_width=24)
        grid.add_column(justify="right", no_wrap=True, min_width=11)
        grid.add_column(overflow="fold")
        for name, number, remark in rows:
            if number is not None:
                grid.add_row(Text(" " * indent + name), Text(words(number)), Text(remark, style=DIM))
        self._console.print(grid)

    def raw(self, text: str) -> None:
        """Text exactly as it is."""
        self._file.write(text)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
        """A table with a heading; the columns named in `right` are numbers."""
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
        for name in head:
            table.add_column(name, justify="right" if name in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(cell) for cell in row))
        self._console.print(table)

    def text(self) -> str:
        """All of it, without blanks at the ends of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._file.getvalue().splitlines())


def _cell(value: Any) -> Text:
    """A table's cell: any value, or a text with its style as a pair."""
    return Text(value[0], style=value[1]) if isinstance(value, tuple) else Text(words(value))


def words(value: Any) -> str:
    """A value as people read it: 12,345; 2026-01-31 14:05 UTC; 1 h 5 min; yes; - for nothing."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def span(time: timedelta) -> str:
    """A duration in its two largest units: `397 d`, `1 h 5 min`, `8 s`."""
    seconds = round(time.total_seconds())
    days = 86_400 if seconds >= 2 * 86_400 else seconds + 1  # 36 h reads better than 1 d 12 h
    sizes = ((days, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts = []
    for size, unit in sizes:
        count, seconds = divmod(seconds, size)
        parts.append((count, unit))
    first = next((number for number, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count:,} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def share(part: int, whole: int) -> str:
    """`12.3%` of a whole, never rounded up to all of it; empty where there is none."""
    return f"{part * 1000 // whole / 10}%" if whole else ""


def _width(environ: Mapping[str, str], terminal: bool) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return min(WIDTH, int(columns))
    return min(WIDTH, Console().width) if terminal else WIDTH


#: How each kind of value is written; the first that fits counts.
_WRITERS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (type(None), lambda _: "-"),
    (bool, lambda value: "yes" if value else "no"),
    (Enum, lambda value: str(value.value)),
    (int, lambda value: f"{value:,}"),
    (float, lambda value: f"{value:,.1f}"),
    (datetime, lambda value: f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
    (timedelta, span),
)
