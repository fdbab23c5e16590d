"""`lading runs` and `lading report`: what ran, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(runs)
    app.command()(report)


def runs(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="A run's id, r-...", show_default=False)] = None,
    log: Annotated[bool, typer.Option("--log", help="Every step of the run.")] = False,
    limit: Annotated[int, typer.Option(help="How many runs to list, the newest first.", min=1)] = 20,
) -> None:
    """List the runs, or show one with its batches."""
    raise NotImplementedError


def report(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's id, r-...")],
) -> None:
    """Print the report of a run.

    Its books, its rejections by reason, the audience and its matches.
    """
    raise NotImplementedError
