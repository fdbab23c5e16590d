"""`lading check`: the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli.face import Face
from lading.errors import Exit, Problem, Remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.checks.line import CheckLine

#: How a line is marked, by its verdict.
_MARKS: Final = {True: ("ok", "green"), False: ("fix", "bold red"), None: ("-", "dim")}

#: Lines that are about this machine; all others are about Amazon.
_HERE: Final = ("settings", "home", "client", "address")


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(check)


def check(
    context: typer.Context,
    connection: Annotated[
        str | None,
        typer.Argument(
            metavar="[CONNECTION|SYNC]",
            help="Look at this connection only, or at those of a sync.",
            show_default=False,
        ),
    ] = None,
    notify: Annotated[
        bool,
        typer.Option(
            "--notify", help="Send a notice to each address under `notify:`, to see whether it arrives."
        ),
    ] = False,
) -> None:
    """Look whether all is in place, and say what to mend.

    Settings, home, addresses, token, scopes, profile, AMC instance, DSP advertiser, terms and connection, one line each.
    """
    from lading.service.checks.check import check as look

    face: Face = context.obj
    with face.parts() as parts:
        lines = look(parts, connection, notify=notify)
    face.show(lines, lambda sheet: _draw(sheet, lines), exit_code=_verdict(lines), problems=_problems(lines))


def _draw(sheet: Sheet, lines: Sequence[CheckLine]) -> None:
    rows: list[tuple[object, ...]] = []
    for line in lines:
        mark, style = _MARKS[line.ok]
        rows.append(((mark, style), line.name, (line.message, "dim" if line.ok is None else "")))
        if line.remedy and not line.ok:
            rows.append(("", "", (f"-> {line.remedy}", "yellow")))
    sheet.table(("", "what", "found"), rows)
    wrong = sum(line.ok is False for line in lines)
    sheet.line()
    sheet.line(f"{wrong} to mend" if wrong else "all is well", "bold red" if wrong else "green")


def _verdict(lines: Sequence[CheckLine]) -> Exit:
    wrong = [line for line in lines if line.ok is False]
    if any(_is_here(line) for line in wrong):
        return Exit.SETTINGS
    return Exit.ACCESS if wrong else Exit.DONE


def _problems(lines: Sequence[CheckLine]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            "check",
            Remedy.SETTINGS if _is_here(line) else Remedy.ACCESS,
            line.name,
            f"{line.message}: {line.remedy}" if line.remedy else line.message,
        )
        for line in lines
        if line.ok is False
    )


def _is_here(line: CheckLine) -> bool:
    return line.name.rpartition(": ")[2] in _HERE
