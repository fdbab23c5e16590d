"""`lading follow`: go on with a run until Amazon has finished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import forget, report
from lading.cli.face import Face
from lading.cli.plan import MaxWait, minutes

if TYPE_CHECKING:
    from lading.report.summary import Report


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(follow)


def follow(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|SYNC]",
            help="A run's id, r-..., an erasure's, f-..., or a sync: its last run; else the one that is unfinished.",
            show_default=False,
        ),
    ] = None,
    max_wait: MaxWait = None,
) -> None:
    """Go on with a run until Amazon has finished.

    Then its report is printed.
    """
    from lading.service import runs
    from lading.service.erasure import forgetting
    from lading.service.targets import TargetAnswer
    from lading.service.work import Order

    face: Face = context.obj
    if run and run.startswith("f-"):
        with face.parts() as parts:
            erased = forgetting.resume(parts, run, Order(max_wait=minutes(max_wait)))
        forget.show(face, erased)
        return
    with face.parts() as parts:
        if run is None:
            found: Sequence[TargetAnswer[Report]] = (
                TargetAnswer("", runs.follow(parts, None, minutes(max_wait))),
            )
        else:
            found = runs.of(parts, run, lambda one: runs.follow(parts, one, minutes(max_wait)))
    report.show_each(face, run or "", found)
