"""`lading schedule`, `lading pause` and `lading resume`: when syncs run by themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.schedules.schedules import ScheduleLine

schedule = typer.Typer(no_args_is_help=True, help="When syncs run by themselves.")


class Rules(Enum):
    """Whose rules a cron line follows."""

    STANDARD = "standard"
    TREASURE = "treasure"


def register(app: typer.Typer) -> None:
    """Hangs the commands into the tree."""
    app.add_typer(schedule, name="schedule")
    app.command()(pause)
    app.command()(resume)


@schedule.callback()
def group(context: typer.Context) -> None:
    """When syncs run by themselves."""
    face: Face = context.obj
    face.command = f"schedule {context.invoked_subcommand}"


@schedule.command("next")
def next_(
    context: typer.Context,
    cron: Annotated[str, typer.Argument(help="A cron line in quotes, @daily, @hourly or none.")],
    dialect: Annotated[
        Rules, typer.Option(help="Whose rules it follows: those of cron, or Treasure Data's.")
    ] = Rules.STANDARD,
    timezone: Annotated[
        str, typer.Option(metavar="TZ", help="Its time zone, such as Europe/Berlin.")
    ] = "UTC",
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            metavar="ISO",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"],
            show_default=False,
            help="After which moment, in that time zone if it names none; else from now on.",
        ),
    ] = None,
    count: Annotated[int, typer.Option("-n", metavar="N", min=1, max=1000, help="How many.")] = 10,
) -> None:
    """Show when a cron line fires, before you write it into the settings."""
    from lading import wiring
    from lading.cron import Dialect
    from lading.service.schedules import schedules

    face: Face = context.obj
    with wiring.clock_of(face.environ) as clock:
        begin = clock.now() if start is None else _aware(start, timezone)
    found = schedules.next_of(
        cron, dialect=Dialect(dialect.value), timezone=timezone, start=begin, count=count
    )
    data = {
        "cron": cron,
        "dialect": dialect.value,
        "timezone": timezone,
        "next": [_both(one, timezone) for one in found],
    }
    face.show(data, lambda sheet: _draw_next(sheet, found, timezone))


@schedule.command("list")
def list_(
    context: typer.Context,
    count: Annotated[
        int, typer.Option("-n", metavar="N", min=1, max=100, help="How many starts of each.")
    ] = 3,
) -> None:
    """List the schedules: how each stands, and when it starts next."""
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        lines = schedules.listed(parts, count)
    face.show(lines, lambda sheet: _draw_list(sheet, lines))


def pause(
    context: typer.Context, sync: Annotated[str, typer.Argument(help="A sync with a schedule.")]
) -> None:
    """Let the schedule of a sync stand still.

    A run that is in work goes on, and `lading apply` works as ever. What passes meanwhile is not made up for.
    """
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        line = schedules.pause(parts, sync)
    face.show(line, lambda sheet: sheet.line(f"{sync} is paused. `lading resume {sync}` lets it go on"))


def resume(
    context: typer.Context, sync: Annotated[str, typer.Argument(help="A sync with a schedule.")]
) -> None:
    """Let the schedule of a sync go on.

    It may have been paused, or switched off after failures.
    """
    from lading.service.schedules import schedules

    face: Face = context.obj
    with face.parts() as parts:
        line = schedules.resume(parts, sync)
    face.show(line, lambda sheet: _draw_list(sheet, [line]))


def _aware(moment: datetime, timezone: str) -> datetime:
    if moment.tzinfo is not None:
        return moment
    from zoneinfo import ZoneInfo

    try:
        return moment.replace(tzinfo=ZoneInfo(timezone))
    except (KeyError, OSError, ValueError):  # the line's own check says it better
        return moment.replace(tzinfo=UTC)


def _both(moment: datetime, timezone: str) -> dict[str, str]:
    """In UTC, and as the wall shows it there."""
    from zoneinfo import ZoneInfo

    return {
        "utc": moment.isoformat().replace("+00:00", "Z"),
        "local": moment.astimezone(ZoneInfo(timezone)).isoformat(),
    }


def _draw_next(sheet: Sheet, found: Sequence[datetime], timezone: str) -> None:
    from zoneinfo import ZoneInfo

    if not found:
        sheet.line("never: this is no time at all")
        return
    zone = ZoneInfo(timezone)
    sheet.table(
        (timezone, "UTC"),
        [(f"{one.astimezone(zone):%a %Y-%m-%d %H:%M}", f"{one:%Y-%m-%d %H:%M}") for one in found],
    )


def _draw_list(sheet: Sheet, lines: Sequence[ScheduleLine]) -> None:
    if not lines:
        sheet.line("no sync has a schedule: write one under `schedule:`")
        return
    sheet.table(
        ("sync", "schedule", "state", "next (UTC)", "last (UTC)", "exit"),
        [
            (
                one.sync, one.schedule, one.state, "\n".join(f"{moment:%a %Y-%m-%d %H:%M}" for moment in one.next) or None,
                one.last and f"{one.last:%Y-%m-%d %H:%M}", one.last_exit_code,
            )
            for one in lines
        ],
    )  # fmt: skip
    for one in lines:
        if one.reason:
            sheet.line(f"{one.sync} was switched off: {one.reason}", "yellow")
