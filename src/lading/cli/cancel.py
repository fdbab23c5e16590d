"""`lading cancel` and `lading retry`: ending a run early, and carrying what is left of one."""

from __future__ import annotations

from typing import Annotated

import typer

from lading.cli import report
from lading.cli.face import Face
from lading.cli.plan import MaxWait, minutes


def register(app: typer.Typer) -> None:
    """Hangs the commands into the tree."""
    app.command()(cancel)
    app.command()(retry)


def cancel(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's id, r-...")],
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Follow what is on its way to its end first.")
    ] = True,
    max_wait: MaxWait = None,
) -> None:
    """Send nothing more, and keep what Amazon confirmed.

    Whoever was not confirmed is looked at afresh by the next run of the sync.
    """
    from lading.service.remedies import cancelling
    from lading.service.work import Order

    face: Face = context.obj
    with face.parts() as parts:
        found = cancelling.cancel(parts, run, Order(wait=wait, max_wait=minutes(max_wait)))
    report.show(face, found)


def retry(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's id, r-...")],
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A guard that may trip, by its name; may be given again.", show_default=False),
    ] = None,
    max_wait: MaxWait = None,
) -> None:
    """Send only what Amazon has not confirmed of a run.

    Its people are taken as they were read then, so only the last run of an audience can be retried.
    """
    from lading.service.remedies import retrying
    from lading.service.work import Order

    face: Face = context.obj
    order = Order(accept=frozenset(accept or ()), max_wait=minutes(max_wait))
    with face.parts() as parts:
        found = retrying.retry(parts, run, order)
    report.show(face, found)
