"""`lading follow`: go on with a run until Amazon has finished."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(follow)


def follow(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(help="A run's id, r-...; else the newest that is not done.", show_default=False),
    ] = None,
    max_wait: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            help="Wait at most so long; exit code 5 if that was too short.",
            min=0,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Go on with a run until Amazon has finished.

    Then its report is printed.
    """
    raise NotImplementedError
