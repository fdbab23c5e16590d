"""How the plan of an audience looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lading.cli import expiry, report
from lading.cli.reasons import draw_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.plan.explain import Explained
    from lading.plan.tripping import Trip
    from lading.service.audiences.metadata import Update
    from lading.service.planning import PlanView
    from lading.service.sampling import Sample


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
