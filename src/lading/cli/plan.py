"""`lading plan` and `lading apply`: what would be sent, and sending it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lading.settings import Limit

Input = Annotated[
    Path | None,
    typer.Option(
        "--input", metavar="PATH", help="Read this file instead of the sync's own.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(plan)
    app.command()(apply)


def plan(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="A sync of lading.yaml.")],
    source: Input = None,
) -> None:
    """Show what `apply` would send, and send nothing."""
    raise NotImplementedError


def apply(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="SYNC|PLAN", help="A sync of lading.yaml, or a saved plan p-...")
    ],
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Follow the jobs to their end, or only send.")
    ] = True,
    max_wait: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            help="Wait at most so long; exit code 5 if that was too short.",
            min=0,
            show_default=False,
        ),
    ] = None,
    source: Input = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GUARD", help="Send although this guard trips; may be given again.", show_default=False
        ),
    ] = None,
    max_rejected: Annotated[
        str | None,
        typer.Option(
            metavar="N|P%",
            help="Exit code 6 if more are rejected or refused, such as 100 or 2%.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Send what changed, and prove that it arrived.

    What was sent is followed until Amazon has finished; then the report is printed.
    """
    raise NotImplementedError


def limit(text: str | None) -> Limit | None:
    """`--max-rejected` as a value."""
    if text is None:
        return None
    from lading.settings import Limit

    try:
        return Limit.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--max-rejected") from None


def minutes(number: float | None) -> timedelta | None:
    """`--max-wait` as a value."""
    return None if number is None else timedelta(minutes=number)
