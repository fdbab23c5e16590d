"""`lading runs`: what ran."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.report.parts import Part
    from lading.service.deliveries import Delivery
    from lading.service.listing import BatchLine, RunLine, RunView

#: How an end looks; what is under way stays plain.
STYLES: Final = {
    "done": "green", "confirmed": "green", "failed": "bold red", "refused": "bold red", "guarded": "yellow",
    "complete": "green", "stuck": "yellow", "held": "yellow", "unknown": "yellow", "pending": "yellow", "cancelled": "dim", "split": "dim",
}  # fmt: skip


#: States of a batch that nothing comes after.
ENDED: Final = ("confirmed", "refused", "split")


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(runs)


def runs(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|SYNC]", help="A run's id, r-..., or a sync: its runs.", show_default=False
        ),
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="Every step of the run.")] = False,
    limit: Annotated[int, typer.Option(help="How many runs to list, the newest first.", min=1)] = 20,
    deliveries: Annotated[
        bool,
        typer.Option(
            "--deliveries",
            help="What became of events and records instead, by reason over time; also of a source of events.",
        ),
    ] = False,
    by: Annotated[Literal["hour", "day"], typer.Option(help="What a line of --deliveries is for.")] = "hour",
    hours: Annotated[int, typer.Option(help="How many hours back --deliveries goes.", min=1)] = 24,
) -> None:
    """List the runs, show one, or deliveries."""
    from lading.service import listing

    face: Face = context.obj
    if log and run is None:
        raise typer.BadParameter(
            "name the run whose log you want: `lading runs RUN --log`", param_hint="--log"
        )
    with face.parts() as parts:
        if deliveries:
            from lading.service import deliveries as told

            found = told.deliveries(parts, run, timedelta(hours=hours), by)
            face.show(found, lambda sheet: _draw_deliveries(sheet, found, by))
            return
        if run is not None and not parts.settings.carried(run):
            view = listing.show(parts, run, log=log)
            face.show(view, lambda sheet: _draw_one(sheet, view))
            return
        lines = listing.list_of(parts, run, limit) if run else listing.list_runs(parts, limit)
    face.show(lines, lambda sheet: _draw_list(sheet, lines))


def _draw_list(sheet: Sheet, lines: Sequence[RunLine]) -> None:
    if not lines:
        sheet.line("nothing has run yet: `lading plan SYNC`, then `lading apply SYNC`")
        return
    sheet.table(
        ("run", "sync", "mode", "state", "begun", "took", "exit"),
        [
            (line.id, line.sync, line.mode, marked(line.state), line.created_at, _took(line), line.exit_code)
            for line in lines
        ],
        right=("exit",),
    )


def _draw_deliveries(sheet: Sheet, found: Sequence[Delivery], by: str) -> None:
    if not found:
        sheet.line("nothing was delivered, and nothing came in: --hours looks further back")
        return
    sheet.table(
        (by, "sync or source", "what", "outcome", "reason", "count"),
        [
            (f"{one.since:%Y-%m-%d %H:%M}" if by == "hour" else f"{one.since:%Y-%m-%d}",
             one.name, one.kind, marked(one.outcome), one.reason, one.count)
            for one in found
        ],
        right=("count",),
    )  # fmt: skip


def _draw_one(sheet: Sheet, view: RunView) -> None:
    line = view.run
    sheet.title(f"Run {line.id}", line.state, note_style=STYLES.get(line.state, "dim"))
    sheet.facts((
        ("sync", f"{line.sync}, mode {line.mode}"),
        ("target", line.target),
        ("begun", line.created_at),
        ("ended", line.ended_at),
        ("exit code", line.exit_code),
        ("problem", (line.problem, "bold red") if line.problem else None),
    ))  # fmt: skip
    if view.parts:
        sheet.line()
        _draw_parts(sheet, view.parts)
    if view.batches:
        sheet.line()
        _draw_batches(sheet, view.batches)
    if view.log:
        sheet.line()
        sheet.table(
            ("at", "what", "by"),
            [(f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.what, entry.who) for entry in view.log],
        )


def _draw_parts(sheet: Sheet, parts: Sequence[Part]) -> None:
    sheet.table(
        ("part", "state", "requests", "records", "jobs"),
        [(one.part, marked(one.state), one.requests, one.records, len(one.jobs)) for one in parts],
        right=("part", "requests", "records", "jobs"),
    )


def _draw_batches(sheet: Sheet, batches: Sequence[BatchLine]) -> None:
    numbers = ("batch", "group", "records", "tries", "confirmed", "refused")
    sheet.table(
        ("batch", "group", "records", "state", "tries", "confirmed", "refused", "job"),
        [
            (
                one.no,
                one.group,
                one.records,
                marked(one.state),
                one.attempts,
                one.confirmed,
                one.refused,
                one.job,
            )
            for one in batches
        ],
        right=numbers,
    )
    for one in batches:
        if one.problem:
            sheet.line(f"batch {one.no}: {one.problem}", "yellow")
        if one.next_at and one.state not in ENDED:
            sheet.line(f"batch {one.no} goes on at {one.next_at:%Y-%m-%d %H:%M:%S} UTC", "dim")


def marked(text: str, state: str = "") -> tuple[str, str]:
    """A state, or what is said of it, in its colour."""
    return text, STYLES.get(state or text, "")


def _took(line: RunLine) -> object:
    return line.ended_at - line.created_at if line.ended_at else None
