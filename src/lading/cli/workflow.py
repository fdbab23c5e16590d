"""`lading workflow`: Treasure Data's workflow files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lading.cli.face import Face
from lading.cli.td_jobs import Accept, Format, LogFormat, carried, draw, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.dialects.treasure_data.workflow import Task
    from lading.service.treasure_data.jobs import Carried, Job

workflow = typer.Typer(no_args_is_help=True, help="Treasure Data's workflow files.")


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.add_typer(workflow, name="workflow")


@workflow.callback()
def group(context: typer.Context) -> None:
    """Treasure Data's workflow files."""
    face: Face = context.obj
    face.command = f"workflow {context.invoked_subcommand}"


@workflow.command()
def run(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.dig", help="The workflow; files that it names lie beside it.")
    ],
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=VALUE", show_default=False, help="A variable; may be given again."
        ),
    ] = None,
    accept: Accept = None,
    log_format: Format = LogFormat.LADING,
) -> None:
    """Carry out the td> tasks of a workflow, one after the other, as far as the first that fails."""
    from lading.cli import report
    from lading.service.treasure_data import jobs as treasure

    face: Face = context.obj
    tasks = _read(file, parameter or [])
    jobs = [_job(task) for task in tasks]
    found: list[Carried] = []
    for job in jobs:
        with face.parts() as parts:
            name = treasure.keep_query(parts, job)
        one = carried(face, name, treasure.order_of(job.export, accept or ()))
        if len(jobs) == 1:
            show(face, one, log_format)
            return
        found.append(one)
        code, problems = report.verdict(one.report)
        if code:
            break
    face.show(
        [one.report for one in found],
        lambda sheet: _draw(sheet, found, log_format),
        exit_code=code,
        problems=problems,
    )


def _draw(sheet: Sheet, found: Sequence[Carried], log_format: LogFormat) -> None:
    for one in found:
        draw(sheet, one, log_format)


def _read(file: Path, given: list[str]) -> tuple[Task, ...]:
    from lading.dialects.treasure_data.workflow import tasks

    known: dict[str, Any] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise typer.BadParameter("write NAME=VALUE", param_hint="--param")
        inner = known
        *groups, last = name.split(".")
        for group_name in groups:
            inner = inner.setdefault(group_name, {})
        inner[last] = value
    return tasks(_text(file), file.name, lambda name: _text(file.parent / name), known)


def _text(path: Path) -> str:
    from lading.errors import SettingsError

    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError("there is no such file", where=str(path), code="missing_file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot be read ({type(error).__name__})", where=str(path), code="unreadable_file"
        ) from None


def _job(task: Task) -> Job:
    from lading.dialects.treasure_data.result import from_mapping
    from lading.errors import SettingsError
    from lading.service.treasure_data.jobs import Job

    if task.result_settings is None or task.database is None:
        lacks = "result_settings" if task.result_settings is None else "database"
        raise SettingsError(
            f"needs `{lacks}:`: a task exports its answer to Amazon Ads",
            where=task.place(),
            code="wrong_workflow",
        )
    where = task.place("result_settings")
    export = from_mapping(task.result_settings, where, lambda key: task.place("result_settings", key))
    return Job(
        query=task.query, database=task.database, export=export, result_connection=task.result_connection, where=where
    )  # fmt: skip
