"""`lading td`: Treasure Data's commands, as they are written there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.schedules.schedules import ScheduleLine
    from lading.service.treasure_data.jobs import Carried, Job
    from lading.service.work import Order

td = typer.Typer(no_args_is_help=True, help="Treasure Data's commands, as they are written there.")

#: How many starts of a schedule are shown.
_AHEAD: Final = 10


class Engine(Enum):
    """Kinds of SQL."""

    PRESTO = "presto"
    TRINO = "trino"


class LogFormat(Enum):
    """How the end of a job is told."""

    LADING = "lading"
    TD = "td"


Database = Annotated[
    str,
    typer.Option("--database", "-d", help="The database: `treasure_data.databases` says which source it is."),
]
Result = Annotated[str, typer.Option("--result", "-r", metavar="JSON", help="Where the answer goes.")]
Type = Annotated[Engine, typer.Option("--type", "-T", help="The kind of SQL. DuckDB answers it.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GUARD", show_default=False, help="Send although this guard trips; may be given again."
    ),
]
Format = Annotated[
    LogFormat, typer.Option("--log-format", help="td: tell the end as the log of a Treasure Data job does.")
]
Cron = Annotated[
    str,
    typer.Argument(
        help="A cron line in Treasure Data's dialect, @daily, @hourly; or empty: no scheduled time."
    ),
]
Schedule = Annotated[str, typer.Argument(metavar="NAME", help="A schedule that `td sched:create` made.")]


def register(app: typer.Typer) -> None:
    """Hangs the commands into the tree."""
    app.add_typer(td, name="td")


@td.callback()
def group(context: typer.Context) -> None:
    """Treasure Data's commands, as they are written there."""
    face: Face = context.obj
    face.command = f"td {context.invoked_subcommand}"


@td.command()
def query(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="The query.")],
    database: Database,
    result: Result,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait for the query. It is always waited for here.")
    ] = False,
    engine: Type = Engine.PRESTO,
    accept: Accept = None,
    log_format: Format = LogFormat.LADING,
) -> None:
    """Run a query once, and export its answer to Amazon Ads."""
    from lading.service.treasure_data import jobs as treasure

    del wait, engine
    face: Face = context.obj
    job = _job(sql, database, result)
    with face.parts() as parts:
        name = treasure.keep_query(parts, job)
    show(face, carried(face, name, treasure.order_of(job.export, accept or ())), log_format)


@td.command("sched:create")
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
        treasure.keep_schedule(parts, name, _job(sql, database, result), schedule)
    _tell(face, name)


@td.command("sched:list")
def list_(context: typer.Context) -> None:
    """List the schedules that were made here."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        lines = treasure_schedules.listed(parts)
    face.show(lines, lambda sheet: _draw(sheet, lines))


@td.command("sched:show")
def show_one(context: typer.Context, name: Schedule) -> None:
    """Show a schedule with its query and its next ten starts."""
    _tell(context.obj, name)


@td.command("sched:update")
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


@td.command("sched:enable")
def enable(context: typer.Context, name: Schedule) -> None:
    """Let a schedule go on, whether it was disabled by you or after failures."""
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        schedules.resume(parts, name)
    _tell(face, name)


@td.command("sched:disable")
def disable(context: typer.Context, name: Schedule) -> None:
    """Let a schedule stand still."""
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        schedules.pause(parts, name)
    _tell(face, name)


@td.command("sched:delete")
def delete(context: typer.Context, name: Schedule) -> None:
    """Drop a schedule. Its audience and its runs stay."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        treasure_schedules.delete(parts, name)
    face.show({"name": name}, lambda sheet: sheet.line(f"{name} is dropped; its audience stays"))


@td.command("sched:run")
def run(
    context: typer.Context, name: Schedule, accept: Accept = None, log_format: Format = LogFormat.LADING
) -> None:
    """Run a schedule's query now."""
    from lading.service.treasure_data import schedules as treasure_schedules

    face: Face = context.obj
    with face.parts() as parts:
        order = treasure_schedules.order_of(parts, name, accept or ())
    show(face, carried(face, name, order), log_format)


def carried(face: Face, name: str, order: Order) -> Carried:
    """Carry the sync of a job by the settings as they are now."""
    from lading.service.treasure_data import jobs as treasure

    with face.parts() as parts:
        return treasure.carry(parts, name, order)


def show(face: Face, found: Carried, log_format: LogFormat) -> None:
    """Print how a job ended, in the format that is asked for."""
    from lading.cli import report

    code, problems = report.verdict(found.report)
    if found.waiting is not None:
        code, problems = int(found.waiting.exit_code), found.waiting.problems
    face.show(found.report, lambda sheet: draw(sheet, found, log_format), exit_code=code, problems=problems)
    if found.waiting is not None:
        from lading.cli.ending import say, told

        say(told(found.waiting.problems))


def draw(sheet: Sheet, found: Carried, log_format: LogFormat) -> None:
    """The end of one job."""
    from datetime import UTC, datetime

    from lading.cli import report
    from lading.dialects.treasure_data import log
    from lading.service.treasure_data.jobs import job_end

    if log_format is LogFormat.LADING:
        report.draw(sheet, found.report)
        return
    at = found.report.ended_at or found.report.started_at or datetime.now(UTC)
    sheet.raw("".join(f"{line}\n" for line in log.lines(job_end(found.report), at)))


def _job(sql: str, database: str, result: str) -> Job:
    from lading.dialects.treasure_data.result import from_json
    from lading.service.treasure_data.jobs import Job

    return Job(query=sql, database=database, export=from_json(result))


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
