"""`lading trace`: the story of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(trace)


def trace(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="A sync of lading.yaml.")],
    external_id: Annotated[str, typer.Argument(help="Your id of the person, as in the source.")],
) -> None:
    """Tell what became of one person.

    Every run, change, batch, job and outcome.
    """
    raise NotImplementedError
