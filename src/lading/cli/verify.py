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
    from lading.ledger.rows import DatasetVerification, Verification
    from lading.service.datasets.verifying import VerifiedDataset
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

_OF_DATASETS: Final = {
    "agrees": ("Amazon has what it confirmed", "bold green"),
    "drift": ("drift: the dataset is not as it was left", "bold red"),
    "early": ("too early to tell", "bold yellow"),
    "uncounted": ("Amazon says no counts", "bold yellow"),
}

#: Columns of the days that are kept.
_MEMBERS: Final = (
    ("members", "members"),
    ("received", "received"),
    ("matched", "matched"),
    ("in DSP", "dsp"),
)
_ROWS: Final = (
    ("rows", "rows"),
    ("written then", "confirmed"),
    ("written now", "written"),
    ("of others", "others"),
)


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
    """Compare what is held here with Amazon's counts.

    Of an audience its members; of a dataset what Amazon says now of the uploads that it confirmed.

    A row a day is kept. Amazon tells numbers and no names: nobody can say who is missing. The exit code is 0 when the counts agree, 6 when Amazon
    counts fewer or fewer are matched than before (of a dataset: when an upload is gone, or somebody else has uploaded), and 5 when it
    cannot have counted yet.
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

    found: Verified | VerifiedDataset
    repair: PlanView | None = None

    def as_dict(self) -> dict[str, object]:
        """Both by name."""
        return {**self.found.as_dict(), "repair": self.repair}


def _ask(parts: Parts, sync: str, *, repair: bool) -> Answer:
    from lading.service import verifying
    from lading.service.remedies import repairing

    plan = repairing.repair(parts, sync) if repair and parts.sync(sync).to.dataset else None
    found = verifying.verify(parts, sync)
    return Answer(found, plan or (repairing.repair(parts, sync) if repair else None))


def _draw(sheet: Sheet, answer: Answer) -> None:
    from lading.service.verifying import Verified

    found, plan = answer.found, answer.repair
    if isinstance(found, Verified):
        title, style = _TITLES[str(found.compared.agreement)]
        sheet.title(f"{found.sync}: {title}", f"audience {found.audience_id}", style=style)
        _draw_counts(sheet, found)
    else:
        title, style = _OF_DATASETS[str(found.agreement)]
        sheet.title(
            f"{found.sync}: {title}", f"dataset {found.dataset_id} in {found.instance_id}", style=style
        )
        _draw_uploads(sheet, found)
    for problem in found.problems:
        sheet.line()
        sheet.line(problem.message)
    if plan:
        from lading.cli import plan_sheet

        sheet.line()
        plan_sheet.draw(sheet, plan)
        plan_sheet.draw_next(sheet, plan)


def _draw_counts(sheet: Sheet, found: Verified) -> None:
    size, compared = found.size, found.compared
    sheet.counts((
        ("members here", found.members, "confirmed by Amazon and not expired"),
        ("counted by Amazon", size.received, _beyond(compared.beyond)),
        ("matched", size.matched, _rates(compared.match_rate, compared.usual_match_rate)),
        ("in DSP", size.dsp, _rates(compared.dsp_rate, compared.usual_dsp_rate)),
    ))  # fmt: skip


def _draw_uploads(sheet: Sheet, found: VerifiedDataset) -> None:
    sheet.counts((
        ("rows here", found.rows, "sent, and not replaced or erased since"),
        ("uploads they came by", found.uploads, f"{len(found.lost):,} of them are gone" if found.lost else ""),
        ("  written then", found.confirmed, "as Amazon said when it confirmed them"),
        ("  written now", found.written, "as it says now"),
        ("uploads of others", len(found.others), "since our last one" if found.others else ""),
    ))  # fmt: skip


def _beyond(number: int) -> str:
    return f"{number:,} more; it may count what it received and no longer has" if number else ""


def _rates(rate: float | None, usual: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:.1%}" + (f", median of the last days {usual:.1%}" if usual is not None else "")


def _draw_days(sheet: Sheet, days: Sequence[Verification] | Sequence[DatasetVerification]) -> None:
    from lading.ledger.rows import DatasetVerification

    if not days:
        sheet.line("no day is kept yet: `lading verify SYNC` keeps one")
        return
    head = _ROWS if isinstance(days[0], DatasetVerification) else _MEMBERS
    sheet.table(
        ("day", "counts", *(words for words, _ in head)),
        [(one.day, str(one.agreement), *(getattr(one, name) for _, name in head)) for one in days],
        right=tuple(words for words, _ in head),
    )
