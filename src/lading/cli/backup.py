"""`lading backup` and `lading restore`: the home folder in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="The file to write.")],
) -> None:
    """Write the home folder into one file."""
    raise NotImplementedError


def restore(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A file that `lading backup` wrote.")],
) -> None:
    """Bring a backup back into an empty home folder."""
    raise NotImplementedError
