"""`lading plan` and `lading apply`: what would be sent, and sending it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli import expiry, report, targets, upload_sheet
from lading.cli.face import Face
from lading.cli.reasons import draw_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.plan.explain import Explained
    from lading.plan.tripping import Trip
    from lading.report.summary import Report
    from lading.service.audiences.metadata import Update
    from lading.service.datasets.planning import UploadPlanView
    from lading.service.planning import PlanView
    from lading.service.sampling import Sample
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
            draw(sheet, view)
            draw_next(sheet, view)
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


def draw(sheet: Sheet, view: PlanView) -> None:
    """A plan: what was read, what would change, how it would be sent, and when it shows."""
    plan = view.explained
    sheet.title(f"Plan for {view.sync}", f"{view.id}, {'an undo' if view.undoes else f'mode {plan.mode}'}")
    known = f"audience {view.audience_id}" if view.audience_id else "will be created"
    sheet.facts((
        ("audience", f"{view.audience_name} ({known}), target {view.target}"),
        ("sent to", f"{view.endpoint}, which stands in for Amazon" if view.endpoint else None),
        ("takes back", ", ".join(view.undoes) or None),
        ("schedule", str(view.schedule) if view.schedule else None),
    ))  # fmt: skip
    sheet.line()
    if view.undoes:
        sheet.counts((("members then", plan.recorded, "whose time is not over"),))
    else:
        _draw_source(sheet, plan)
    sheet.line()
    _draw_changes(sheet, plan)
    draw_reasons(sheet, "Rejected rows", plan.rejections)
    draw_reasons(sheet, "Values that were emptied or changed", plan.findings)
    _draw_warnings(sheet, plan)
    if view.updates:
        _draw_updates(sheet, view.updates)
    sheet.line()
    _draw_sending(sheet, plan, view.updates)
    _draw_sample(sheet, view.sample)
    expiry.draw(sheet, plan.expiry, refreshed=plan.refresh)
    _draw_guards(sheet, view.tripped)


def _draw_warnings(sheet: Sheet, plan: Explained) -> None:
    from lading.plan.explain import warning

    if plan.warnings:
        sheet.line()
        sheet.title(report.WARNED, style="bold yellow")
        sheet.counts(
            (code, count, warning(code, plan.assumed_country)) for code, count in plan.warnings.items()
        )


def _draw_source(sheet: Sheet, plan: Explained) -> None:
    from lading.cli.sheet import share

    sheet.title("Source")
    sheet.counts((
        ("rows read", plan.read, ""),
        ("  people", plan.recorded, ""),
        ("  merged", plan.merged or None, "a further identifier set of a person"),
        ("  duplicate", plan.duplicate or None, "nothing new in them"),
        ("  rejected", plan.rejected, share(plan.rejected, plan.read)),
        ("country unknown", plan.unknown_countries or None, "people: none, or one that Amazon does not match in"),
    ))  # fmt: skip
    for change in plan.columns_changed:
        sheet.line(f"  since the last run: {change}", "yellow")


def _draw_changes(sheet: Sheet, plan: Explained) -> None:
    sheet.title("Changes")
    sheet.counts((
        ("add", plan.add, ""),
        ("update", plan.update, ""),
        ("refresh", plan.refresh or None, "would expire soon"),
        ("remove", plan.remove, ""),
        ("unchanged", plan.unchanged, "nothing is sent for them" if plan.unchanged else ""),
        ("members now", plan.members, ""),
        ("members after", plan.members_after, "if Amazon refuses nobody"),
    ))  # fmt: skip
    if plan.why_again:
        sheet.line(f"  {plan.why_again}", "yellow")
    if plan.dsp_lacks:
        sheet.line(
            f"  DSP uses an audience of {report.DSP_MINIMUM:,} who match: {plan.dsp_lacks:,} are lacking",
            "yellow",
        )


def _draw_updates(sheet: Sheet, found: Sequence[Update]) -> None:
    sheet.line()
    sheet.title("Changes of the audience itself")
    sheet.facts(
        (one.field, f"{_shown(one.field, one.now)} -> {_shown(one.field, one.then)}") for one in found
    )
    if any(one.field == "ttl" for one in found):
        sheet.line(
            "  Amazon counts a member's time from when he was sent: the new one holds for all of them", "dim"
        )


def _shown(field: str, value: object) -> str:
    from lading.cli.sheet import span

    if isinstance(value, int) and field == "ttl":
        return span(timedelta(seconds=value))
    if isinstance(value, list):
        return ", ".join(f"{fee['cpmCents']:g} cents {fee['currency']}" for fee in value)
    return f'"{value}"' if value else "none"


def _draw_sending(sheet: Sheet, plan: Explained, found: Sequence[Update]) -> None:
    from lading.cli.sheet import span

    if plan.nothing_to_send:
        rest = "nobody has changed" if found else "the audience is up to date"
        sheet.title(f"Nothing to send: {rest}", style="bold green")
        return
    sheet.title("Sending")
    means = plan.drop + plan.share
    sheet.counts((
        ("records", plan.records, f"{means:,} of them only make way for others" if means else ""),
        ("parts", plan.parts, "of at most 100,000 identifiers"),
        ("requests", plan.requests, f"about {span(timedelta(seconds=plan.seconds))} at the allowed pace"),
    ))  # fmt: skip
    for wait in plan.waits:
        sheet.line(f"  within {span(timedelta(seconds=wait.within_seconds)):<10}{wait.what}", "dim")


def _draw_guards(sheet: Sheet, tripped: Sequence[Trip]) -> None:
    if tripped:
        sheet.line()
        sheet.title("Guards that would stop it", style="bold red")
        sheet.facts((trip.name, trip.text) for trip in tripped)


def _draw_sample(sheet: Sheet, sample: Sequence[Sample]) -> None:
    if sample:
        sheet.line()
        sheet.title("Sample", "as it would be sent")
    for one in sample:
        sheet.command(f"{one.change:<9}{one.record}")


def draw_next(sheet: Sheet, view: PlanView) -> None:
    """How the plan is carried out; nothing where there is nothing to do."""
    if view.explained.nothing_to_send and not view.updates:
        return
    sheet.line()
    accept = "".join(f" --accept {trip.name}" for trip in view.tripped)
    sheet.line("Nothing was sent. To send exactly this:")
    sheet.command(f"lading apply {view.id}{accept}")


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
