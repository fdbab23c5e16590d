"""`lading dataset`: the datasets of AMC that syncs fill, step by step."""

from __future__ import annotations

import typer

from lading.cli import dataset_columns, dataset_files, dataset_init, dataset_steps, dataset_uploads
from lading.cli.face import Face

dataset = typer.Typer(help="Datasets of AMC: the steps of an upload, each alone.", no_args_is_help=True)
for room in (dataset_init, dataset_files, dataset_steps, dataset_columns, dataset_uploads):
    room.register(dataset)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.add_typer(dataset, name="dataset")


@dataset.callback()
def group(context: typer.Context) -> None:
    """Datasets of AMC: the steps of an upload, each alone."""
    face: Face = context.obj
    face.command = f"dataset {context.invoked_subcommand}"
