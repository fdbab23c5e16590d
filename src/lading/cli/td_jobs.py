"""What Treasure Data's commands share: their options, and how a job is carried and told."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lading.cli.face import Face
    from lading.cli.sheet import Sheet
    from lading.service.treasure_data.jobs import Carried, Job
    from lading.service.work import Order


class Engine(Enum):
    """Kinds of SQL."""

    PRESTO = "presto"
    TRINO = "trino"


class LogFormat(Enum):
    """How the end of a job is told."""

    LADING = "lading"
    TD = "td"


Database = Annotated[
    str,
    typer.Option("--database", "-d", help="The database: `treasure_data.databases` says which source it is."),
]
Result = Annotated[str, typer.Option("--result", "-r", metavar="JSON", help="Where the answer goes.")]
Type = Annotated[Engine, typer.Option("--type", "-T", help="The kind of SQL. DuckDB answers it.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GUARD", show_default=False, help="Send although this guard trips; may be given again."
    ),
]
Format = Annotated[
    LogFormat, typer.Option("--log-format", help="td: tell the end as the log of a Treasure Data job does.")
]


def carried(face: Face, name: str, order: Order) -> Carried:
    """Carry the sync of a job by the settings as they are now."""
    from lading.service.treasure_data import jobs as treasure

    with face.parts() as parts:
        return treasure.carry(parts, name, order)


def show(face: Face, found: Carried, log_format: LogFormat) -> None:
    """Print how a job ended, in the format that is asked for."""
    from lading.cli import report

    code, problems = report.verdict(found.report)
    if found.waiting is not None:
        code, problems = int(found.waiting.exit_code), found.waiting.problems
    face.show(found.report, lambda sheet: draw(sheet, found, log_format), exit_code=code, problems=problems)
    if found.waiting is not None:
        from lading.cli.ending import say, told

        say(told(found.waiting.problems))


def draw(sheet: Sheet, found: Carried, log_format: LogFormat) -> None:
    """The end of one job."""
    from datetime import UTC, datetime

    from lading.cli import report
    from lading.dialects.treasure_data import log
    from lading.service.treasure_data.jobs import job_end

    if log_format is LogFormat.LADING:
        report.draw(sheet, found.report)
        return
    at = found.report.ended_at or found.report.started_at or datetime.now(UTC)
    sheet.raw("".join(f"{line}\n" for line in log.lines(job_end(found.report), at)))


def job_of(sql: str, database: str, result: str) -> Job:
    """What the options of a command ask for."""
    from lading.dialects.treasure_data.result import from_json
    from lading.service.treasure_data.jobs import Job

    return Job(query=sql, database=database, export=from_json(result))
