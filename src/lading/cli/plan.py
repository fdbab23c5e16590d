"""`lading plan` and `lading apply`: what would be sent, and sending it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli import plan_sheet, report, targets, upload_sheet
from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.report.summary import Report
    from lading.service.datasets.planning import UploadPlanView
    from lading.service.planning import PlanView
    from lading.settings import Limit

#: What may be named where a sync is asked for.
SYNC: Final = "A sync of lading.yaml, or one of its targets: SYNC/TARGET."

Input = Annotated[
    Path | None,
    typer.Option(
        "--input", metavar="PATH", help="Read this file instead of the sync's own.", show_default=False
    ),
]
SampleSize = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        max=100,
        show_default=False,
        help="Show N of the records, hashed, as they would be sent.",
    ),
]
MaxWait = Annotated[
    float | None,
    typer.Option(
        metavar="MINUTES",
        min=0,
        show_default=False,
        help="Wait at most so long, for each target; exit code 5 if that was too short.",
    ),
]


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(plan)
    app.command()(apply)


def plan(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help=SYNC)],
    source: Input = None,
    sample: SampleSize = 0,
) -> None:
    """Show what `apply` would send, and send nothing."""
    from lading.service import sync as service
    from lading.service.targets import each

    face: Face = context.obj
    with face.parts() as parts:
        views = each(parts, sync, lambda one: service.plan(parts, one, source, sample=sample))

    def show(sheet: Sheet, view: PlanView | UploadPlanView) -> None:
        from lading.service.planning import PlanView

        if isinstance(view, PlanView):
            plan_sheet.draw(sheet, view)
            plan_sheet.draw_next(sheet, view)
        else:
            upload_sheet.draw_plan(sheet, view)
            upload_sheet.draw_next(sheet, view)

    targets.show(face, sync, views, show)


def apply(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="SYNC|PLAN", help="A sync, one of its targets (SYNC/TARGET), or a saved plan p-..."
        ),
    ],
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Follow the jobs to their end, or only send.")
    ] = True,
    max_wait: MaxWait = None,
    source: Input = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GUARD", show_default=False, help="Send although this guard trips; may be given again."
        ),
    ] = None,
    max_rejected: Annotated[
        str | None,
        typer.Option(
            metavar="N|P%",
            show_default=False,
            help="Exit code 6 if more are rejected or refused, such as 100 or 2%.",
        ),
    ] = None,
) -> None:
    """Send what changed, and prove that it arrived.

    What was sent is followed until Amazon has finished; then the report is printed.
    """
    from lading.service import sync as service
    from lading.service.targets import TargetAnswer, each
    from lading.service.work import Order

    face: Face = context.obj
    order = Order(
        wait=wait, max_wait=minutes(max_wait), input=source, accept=frozenset(accept or ()),
        max_rejected=limit(max_rejected),
    )  # fmt: skip
    with face.parts() as parts:
        if what.startswith("p-"):
            found: Sequence[TargetAnswer[Report]] = [TargetAnswer(what, service.apply(parts, what, order))]
        else:
            found = each(parts, what, lambda one: service.apply(parts, one, order))
    report.show_each(face, what, found)


def limit(text: str | None) -> Limit | None:
    """`--max-rejected` as a value."""
    if text is None:
        return None
    from lading.settings import Limit

    try:
        return Limit.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--max-rejected") from None


def minutes(number: float | None) -> timedelta | None:
    """`--max-wait` as a value."""
    return None if number is None else timedelta(minutes=number)
