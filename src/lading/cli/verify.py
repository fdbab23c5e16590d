"""`lading verify`: whether Amazon's counts are what they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli import targets
from lading.cli.face import Face
from lading.cli.plan import SYNC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.ledger.rows import Verification
    from lading.service.parts import Parts
    from lading.service.planning import PlanView
    from lading.service.verifying import Verified

_TITLES: Final = {
    "agrees": ("Amazon's counts agree", "bold green"),
    "drift": ("drift: Amazon counts fewer members than are held here", "bold red"),
    "falling": ("fewer people are matched than before", "bold red"),
    "early": ("too early to tell", "bold yellow"),
    "uncounted": ("Amazon has not counted yet", "bold yellow"),
}


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(verify)


def verify(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help=SYNC)],
    history: Annotated[
        bool, typer.Option("--history", help="Show the days that are kept, and ask Amazon nothing.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Plan to send every member again, whatever the counts say.")
    ] = False,
) -> None:
    """Compare the members held here with Amazon's counts.

    A row a day is kept. Amazon tells numbers and no names: nobody can say who is missing. The exit code is 0 when the counts agree, 6 when Amazon
    counts fewer or fewer are matched than before, and 5 when it cannot have counted yet.
    """
    from lading.service import verifying
    from lading.service.targets import each

    face: Face = context.obj
    if history and repair:
        raise typer.BadParameter("--history only looks: leave one of the two out", param_hint="--repair")
    with face.parts() as parts:
        if history:
            days = each(parts, sync, lambda one: verifying.history(parts, one))
            targets.show(face, sync, days, _draw_days)
        else:
            found = each(parts, sync, lambda one: _ask(parts, one, repair=repair))
            targets.show(face, sync, found, _draw, lambda one: (one.found.exit_code, one.found.problems))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and the plan that mends it, if one was asked for."""

    found: Verified
    repair: PlanView | None = None

    def as_dict(self) -> dict[str, object]:
        """Both by name."""
        return {**self.found.as_dict(), "repair": self.repair}


def _ask(parts: Parts, sync: str, *, repair: bool) -> Answer:
    from lading.service import verifying
    from lading.service.remedies import repairing

    return Answer(verifying.verify(parts, sync), repairing.repair(parts, sync) if repair else None)


def _draw(sheet: Sheet, answer: Answer) -> None:
    found, plan = answer.found, answer.repair
    title, style = _TITLES[str(found.compared.agreement)]
    sheet.title(f"{found.sync}: {title}", f"audience {found.audience_id}", style=style)
    _draw_counts(sheet, found)
    for problem in found.problems:
        sheet.line()
        sheet.line(problem.message)
    if plan:
        from lading.cli import plan as plans

        sheet.line()
        plans.draw(sheet, plan)
        plans.draw_next(sheet, plan)


def _draw_counts(sheet: Sheet, found: Verified) -> None:
    size, compared = found.size, found.compared
    sheet.counts((
        ("members here", found.members, "confirmed by Amazon and not expired"),
        ("counted by Amazon", size.received, _beyond(compared.beyond)),
        ("matched", size.matched, _rates(compared.match_rate, compared.usual_match_rate)),
        ("in DSP", size.dsp, _rates(compared.dsp_rate, compared.usual_dsp_rate)),
    ))  # fmt: skip


def _beyond(number: int) -> str:
    return f"{number:,} more; it may count what it received and no longer has" if number else ""


def _rates(rate: float | None, usual: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:.1%}" + (f", median of the last days {usual:.1%}" if usual is not None else "")


def _draw_days(sheet: Sheet, days: Sequence[Verification]) -> None:
    if not days:
        sheet.line("no day is kept yet: `lading verify SYNC` keeps one")
        return
    sheet.table(
        ("day", "counts", "members", "received", "matched", "in DSP"),
        [(one.day, str(one.agreement), one.members, one.received, one.matched, one.dsp) for one in days],
        right=("members", "received", "matched", "in DSP"),
    )
