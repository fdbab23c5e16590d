"""`lading td sched:*`: the life of a schedule, as Treasure Data's commands have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lading.cli.face import Face
from lading.cli.td_jobs import (
    Accept,
    Database,
    Engine,
    Format,
    LogFormat,
    Result,
    Type,
    carried,
    job_of,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.schedules.schedules import ScheduleLine

#: How many starts of a schedule are shown.
_AHEAD: Final = 10

Cron = Annotated[
    str,
    typer.Argument(
        help="A cron line in Treasure Data's dialect, @daily, @hourly; or empty: no scheduled time."
    ),
]
Schedule = Annotated[str, typer.Argument(metavar="NAME", help="A schedule that `td sched:create` made.")]


def register(td: typer.Typer) -> None:
    """Hangs the commands beside `td query`."""
    for name, command in (
        ("sched:create", create),
        ("sched:list", list_),
        ("sched:show", show_one),
        ("sched:update", update),
        ("sched:enable", enable),
        ("sched:disable", disable),
        ("sched:delete", delete),
        ("sched:run", run),
    ):
        td.command(name)(command)


def create(  # noqa: PLR0917  (likewise)
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the schedule is called.")],
    cron: Cron,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="The query.")],
    database: Database,
    result: Result,
    timezone: Annotated[
        str, typer.Option("--timezone", "-t", metavar="TZ", help="The cron line's time zone.")
    ] = "UTC",
    delay: Annotated[
        int,
        typer.Option("--delay", "-D", metavar="SECONDS", min=0, help="How long after each time to start."),
    ] = 0,
    engine: Type = Engine.PRESTO,
) -> None:
    """Run a query by a schedule, and export its answer each time."""
    from lading.service.treasure_data import jobs as treasure

    del engine
    face: Face = context.obj
    schedule = {"dialect": "treasure", "cron": cron, "timezone": timezone, "delay": delay}
    with face.parts() as parts:
        treasure.keep_schedule(parts, name, job_of(sql, database, result), schedule)
    _tell(face, name)


def list_(context: typer.Context) -> None:
    """List the schedules that were made here."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        lines = treasure_schedules.listed(parts)
    face.show(lines, lambda sheet: _draw(sheet, lines))


def show_one(context: typer.Context, name: Schedule) -> None:
    """Show a schedule with its query and its next ten starts."""
    _tell(context.obj, name)


def update(
    context: typer.Context,
    name: Schedule,
    cron: Annotated[
        str | None, typer.Option("--cron", "-c", help="Another cron line.", show_default=False)
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", "-t", metavar="TZ", help="Another time zone.", show_default=False),
    ] = None,
    delay: Annotated[
        int | None,
        typer.Option("--delay", "-D", metavar="SECONDS", min=0, help="Another delay.", show_default=False),
    ] = None,
) -> None:
    """Change when a schedule starts. It begins anew from now on."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    wish = {"cron": cron, "timezone": timezone, "delay": delay}
    with face.parts() as parts:
        treasure_schedules.change(
            parts, name, {key: value for key, value in wish.items() if value is not None}
        )
    _tell(face, name)


def enable(context: typer.Context, name: Schedule) -> None:
    """Let a schedule go on, whether it was disabled by you or after failures."""
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        schedules.resume(parts, name)
    _tell(face, name)


def disable(context: typer.Context, name: Schedule) -> None:
    """Let a schedule stand still."""
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        schedules.pause(parts, name)
    _tell(face, name)


def delete(context: typer.Context, name: Schedule) -> None:
    """Drop a schedule. Its audience and its runs stay."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        treasure_schedules.delete(parts, name)
    face.show({"name": name}, lambda sheet: sheet.line(f"{name} is dropped; its audience stays"))


def run(
    context: typer.Context, name: Schedule, accept: Accept = None, log_format: Format = LogFormat.LADING
) -> None:
    """Run a schedule's query now."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        order = treasure_schedules.order_of(parts, name, accept or ())
    show(face, carried(face, name, order), log_format)


def _tell(face: Face, name: str) -> None:
    """A schedule as it stands now."""
    from lading.service.treasure_data import schedules as treasure_schedules

    with face.parts() as parts:
        line, said = treasure_schedules.show(parts, name, _AHEAD)
    data: dict[str, Any] = {**line.as_dict(), **said}
    face.show(data, lambda sheet: _draw_one(sheet, line, said))


def _draw_one(sheet: Sheet, line: ScheduleLine, said: dict[str, str]) -> None:
    sheet.title(line.sync, line.state)
    sheet.facts((("schedule", line.schedule), *said.items(), ("reason", line.reason)))
    for moment in line.next:
        sheet.line(f"  {moment:%a %Y-%m-%d %H:%M} UTC")


def _draw(sheet: Sheet, lines: Sequence[ScheduleLine]) -> None:
    if not lines:
        sheet.line("there is no schedule: `lading td sched:create` makes one")
        return
    rows = [
        (one.sync, one.schedule, one.state, f"{one.next[0]:%a %Y-%m-%d %H:%M}" if one.next else None)
        for one in lines
    ]
    sheet.table(("name", "schedule", "state", "next (UTC)"), rows)
