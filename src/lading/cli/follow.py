"""`lading follow`: go on with a run until Amazon has finished."""

from __future__ import annotations

from typing import Annotated

import typer

from lading.cli import forget, report
from lading.cli.face import Face
from lading.cli.plan import MaxWait, minutes


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(follow)


def follow(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            help="A run's id, r-..., or an erasure's, f-...; else the run that is unfinished.",
            show_default=False,
        ),
    ] = None,
    max_wait: MaxWait = None,
) -> None:
    """Go on with a run until Amazon has finished.

    Then its report is printed.
    """
    from lading.service import forgetting, runs
    from lading.service.work import Order

    face: Face = context.obj
    if run and run.startswith("f-"):
        with face.parts() as parts:
            erased = forgetting.resume(parts, run, Order(max_wait=minutes(max_wait)))
        forget.show(face, erased)
        return
    with face.parts() as parts:
        found = runs.follow(parts, run, minutes(max_wait))
    report.show(face, found)
