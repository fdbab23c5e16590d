"""`lading dataset column add|rename|describe|delete`: the columns of a dataset at Amazon."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from lading.cli.dataset_steps import Connection, Name, Yes, draw, typed_back
from lading.cli.face import Face

columns = typer.Typer(help="The columns of a dataset at Amazon.", no_args_is_help=True)

Column = Annotated[str, typer.Argument(help="The column's name.")]


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree of `lading dataset`."""
    app.add_typer(columns, name="column")


@columns.callback()
def group(context: typer.Context) -> None:
    """The columns of a dataset at Amazon."""
    face: Face = context.obj
    face.command = f"dataset column {context.invoked_subcommand}"


@columns.command()
def add(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    name: Name,
    column: Column,
    kind: Annotated[
        Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"] | None,
        typer.Option("--type", help="The type of its values.", show_default=False),
    ] = None,
    metric: Annotated[bool, typer.Option("--metric", help="To add up, not to group by.")] = False,
    identifier: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="It identifies people: EMAIL, PHONE, MAID ...", show_default=False),
    ] = None,
    country_code: Annotated[bool, typer.Option("--country-code", help="It is the row's country.")] = False,
    consent: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="TCF, GPP, AMZN_USER_DATA or AMZN_AD_STORAGE.", show_default=False),
    ] = None,
    text: Annotated[str, typer.Option("--description", help="What it holds.", show_default=False)] = "",
    connection: Connection = None,
) -> None:
    """Add a column, as the sync's settings describe it, or as the options do.

    It is empty in the rows that are there. A time of events, and the first identifier, need a new dataset.
    """
    from lading.service.datasets import columns as service
    from lading.service.datasets.places import place_of

    said = {
        "type": kind, "kind": "METRIC" if metric else None, "identifier": identifier, "country": country_code or None,
        "consent": consent, "description": text or None,
    }  # fmt: skip
    face: Face = context.obj
    with face.parts() as parts:
        found = service.add(
            place_of(parts, name, connection),
            column,
            {key: value for key, value in said.items() if value is not None},
        )
    face.show(found, lambda sheet: draw(sheet, found))


@columns.command()
def rename(
    context: typer.Context,
    name: Name,
    column: Column,
    new: Annotated[str, typer.Argument(help="Its new name.")],
    connection: Connection = None,
) -> None:
    """Rename a column; its values stay. Write the new name in the settings too."""
    from lading.service.datasets import columns as service
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        found = service.rename(place_of(parts, name, connection), column, new)
    face.show(found, lambda sheet: draw(sheet, found))


@columns.command()
def describe(
    context: typer.Context,
    name: Name,
    column: Column,
    text: Annotated[str, typer.Argument(help="What it holds, at most 255 characters.")],
    connection: Connection = None,
) -> None:
    """Describe a column anew."""
    from lading.service.datasets import columns as service
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        found = service.describe(place_of(parts, name, connection), column, text)
    face.show(found, lambda sheet: draw(sheet, found))


@columns.command()
def delete(
    context: typer.Context, name: Name, column: Column, yes: Yes = None, connection: Connection = None
) -> None:
    """Delete a column with all of its values, for ever. Asks for its name."""
    from lading.service.datasets import deleting_datasets
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        place = place_of(parts, name, connection)
        typed_back(
            face, column, f"{column} of {place.where} goes away with all of its values, for ever.", yes
        )
        found = deleting_datasets.delete_column(parts, place, column)
    face.show(found, lambda sheet: draw(sheet, found))
