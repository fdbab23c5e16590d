"""`lading prepare` and `lading explain`: hashing without sending, and how a value comes to its hash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(prepare)
    app.command()(explain)


def prepare(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A CSV, TSV, JSON Lines or Parquet file.")],
    out: Annotated[Path, typer.Option(help="The Parquet file to write.")],
    country: Annotated[
        str | None, typer.Option(help="The country of rows that name none.", metavar="CC", show_default=False)
    ] = None,
    profile: Annotated[str, typer.Option(help="The rules of normalizing.")] = "amc",
) -> None:
    """Normalize and hash a file without sending anything."""
    raise NotImplementedError


def explain(
    context: typer.Context,
    field: Annotated[
        str, typer.Argument(help="email, phone, first_name, last_name, address, city, state or postal.")
    ],
    value: Annotated[str, typer.Argument(help="The value in clear. It is printed here and kept nowhere.")],
    country: Annotated[str, typer.Option(help="The country it belongs to.", metavar="CC")],
    profile: Annotated[str, typer.Option(help="The rules of normalizing.")] = "amc",
) -> None:
    """Show how a value is normalized, and its hash."""
    raise NotImplementedError
