"""`lading event`: trying events on a destination, and what became of those that came in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.ledger.events import EventCount
    from lading.service.events.trying import Tried
    from lading.settings import Settings


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    group = typer.Typer(help="Events of a destination, such as Segment's.", no_args_is_help=True)
    group.callback()(_named)
    group.command("test")(try_events)
    group.command("list")(list_events)
    app.add_typer(group, name="event")


def _named(context: typer.Context) -> None:
    """Events of a destination, such as Segment's."""
    face: Face = context.obj
    face.command = f"event {context.invoked_subcommand}"


def try_events(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file with one event, or a list of them, as JSON.")],
    destination: Annotated[
        str | None,
        typer.Option(
            "--to", help="The source of type segment; needed where there are several.", show_default=False
        ),
    ] = None,
) -> None:
    """Show what an event would become, step by step. Nothing is taken in, and no value is shown."""
    from lading.service.events.trying import tried

    face: Face = context.obj
    with face.parts() as parts:
        found = tried(parts, destination or _only(parts.settings), _read(file))
    face.show(found, lambda sheet: _draw(sheet, found))


def list_events(
    context: typer.Context,
    hours: Annotated[int, typer.Option(help="How many hours back.", min=1)] = 24,
) -> None:
    """List what became of events that came in, by hour and reason."""
    face: Face = context.obj
    with face.parts() as parts:
        found = parts.ledger.events.counts(None, parts.clock.now() - timedelta(hours=hours))
    face.show(found, lambda sheet: _draw_counts(sheet, found))


def _only(settings: Settings) -> str:
    from lading.errors import SettingsError
    from lading.settings.segment import SegmentSource

    names = [name for name, source in settings.sources.items() if isinstance(source, SegmentSource)]
    if len(names) == 1:
        return names[0]
    hint = (
        f"name one with --to: {', '.join(names)}" if names else "the settings have no source of type segment"
    )
    raise SettingsError(hint, where="--to", code="unknown_destination")


def _read(file: Path) -> list[Any]:
    import json

    from lading.errors import SettingsError

    try:
        given = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError("there is no such file", where=str(file), code="missing_file") from None
    except ValueError as error:
        at = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SettingsError("is no JSON here", where=f"{file}{at}", code="wrong_events") from None
    batch = given.get("batch", [given]) if isinstance(given, dict) else given
    return batch if isinstance(batch, list) else [batch]


def _draw(sheet: Sheet, found: Sequence[Tried]) -> None:
    for number, one in enumerate(found, 1):
        sheet.title(f"Event {number}", one.code, note_style="green" if one.code == "accepted" else "yellow")
        if one.message:
            sheet.line(one.message)
        sheet.facts([(step.what, step.found) for step in one.steps])


def _draw_counts(sheet: Sheet, found: Sequence[EventCount]) -> None:
    if not found:
        sheet.line("no events came in")
        return
    sheet.table(
        ("hour", "destination", "outcome", "events"),
        [(one.hour, one.destination, one.outcome, one.count) for one in found],
        right=("events",),
    )
