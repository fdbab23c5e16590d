"""`lading td`: Treasure Data's commands, as they are written there."""

from __future__ import annotations

from typing import Annotated

import typer

from lading.cli import td_schedules
from lading.cli.face import Face
from lading.cli.td_jobs import (
    Accept,
    Database,
    Engine,
    Format,
    LogFormat,
    Result,
    Type,
    carried,
    job_of,
    show,
)

td = typer.Typer(no_args_is_help=True, help="Treasure Data's commands, as they are written there.")


def register(app: typer.Typer) -> None:
    """Hangs the commands into the tree."""
    td_schedules.register(td)
    app.add_typer(td, name="td")


@td.callback()
def group(context: typer.Context) -> None:
    """Treasure Data's commands, as they are written there."""
    face: Face = context.obj
    face.command = f"td {context.invoked_subcommand}"


@td.command()
def query(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="The query.")],
    database: Database,
    result: Result,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait for the query. It is always waited for here.")
    ] = False,
    engine: Type = Engine.PRESTO,
    accept: Accept = None,
    log_format: Format = LogFormat.LADING,
) -> None:
    """Run a query once, and export its answer to Amazon Ads."""
    from lading.service.treasure_data import jobs as treasure

    del wait, engine
    face: Face = context.obj
    job = job_of(sql, database, result)
    with face.parts() as parts:
        name = treasure.keep_query(parts, job)
    show(face, carried(face, name, treasure.order_of(job.export, accept or ())), log_format)
