"""`lading report`, and how a report looks wherever one is shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli import expiry, targets, upload_sheet
from lading.cli.face import Face
from lading.cli.reasons import draw_reasons
from lading.errors import Exit, Problem, Remedy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.model.books import Books
    from lading.report.rejections import Example, Reason
    from lading.report.summary import Report
    from lading.service.targets import TargetAnswer

#: Matched members from which DSP uses an audience. Source: Amazon, advertiser audiences guide.
DSP_MINIMUM: Final = 2_000

#: Over what is sent, though Amazon will find less of it than it could.
WARNED: Final = "Sent, but harder to match"


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(report)


def report(
    context: typer.Context,
    run: Annotated[
        str, typer.Argument(metavar="RUN|SYNC", help="A run's id, r-..., or a sync: its last run.")
    ],
    quality: Annotated[
        Path | None,
        typer.Option(
            help="Write the quality of what the run has read: .html, .json or .txt.",
            metavar="PATH",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print the report of a run, or of the last run of a sync.

    Its books, its rejections by reason, the audience and its matches. The exit code is 0 whatever became of the run.
    """
    from lading.service import quality as lists
    from lading.service import runs

    face: Face = context.obj
    with face.parts() as parts:
        found = runs.of(parts, run, lambda one: runs.report(parts, one))
        if quality:
            told = only(found, run)
            lists.write(lists.of_run(parts, told.run), quality, f"{told.sync}: quality of run {told.run}")
    targets.show(face, run, found, draw)


def show(face: Face, found: Report) -> None:
    """Prints a report and ends with its verdict."""
    code, problems = verdict(found)
    face.show(found, lambda sheet: draw(sheet, found), exit_code=code, problems=problems)


def show_each(face: Face, name: str, found: Sequence[TargetAnswer[Report]]) -> None:
    """Prints the reports of a sync's targets and ends with the gravest verdict."""
    targets.show(face, name, found, draw, verdict)


def only(found: Sequence[TargetAnswer[Report]], name: str) -> Report:
    """The one report that a file can be written about."""
    if len(found) > 1 or (told := found[0].answer) is None:
        raise typer.BadParameter(
            f"{name} has several targets: name one of them, {', '.join(one.sync for one in found)}",
            param_hint="--quality",
        )
    return told


def verdict(found: Report) -> tuple[int, tuple[Problem, ...]]:
    """The exit code of a run, with the problem that it stands for."""
    code = Exit.DONE if found.exit_code is None else found.exit_code
    return code, () if code == Exit.DONE else (_problem(found, code),)


def _problem(found: Report, code: int) -> Problem:
    rejected = found.books.rejected if found.books else 0
    refused = found.books.refused if found.books else 0
    says = (
        found.problem
        or f"{rejected:,} rows were rejected and {refused:,} people refused, more than --max-rejected allows"
    )
    remedies = {
        Exit.REFUSED: Remedy.ROW,
        Exit.UNBALANCED: Remedy.BUG,
        Exit.BUG: Remedy.BUG,
        Exit.GUARD: Remedy.LOOK,
    }
    return Problem(Exit(code).name.lower(), remedies.get(Exit(code), Remedy.WAIT), f"run {found.run}", says)


def draw(sheet: Sheet, found: Report) -> None:
    """A run's report: its end, its books, why rows and people are missing, and what Amazon says of the audience."""
    _draw_end(sheet, found)
    if found.books:
        sheet.line()
        upload_sheet.draw_books(sheet, found.books) if found.dataset else _draw_books(sheet, found.books)
    draw_detailed(sheet, "Rejected rows", found.rejections)
    draw_reasons(sheet, "Refused by Amazon", found.refusals)
    draw_detailed(sheet, "Values that were emptied or changed", found.findings)
    draw_detailed(sheet, WARNED, found.warnings)
    if found.dataset:
        upload_sheet.draw_dataset(sheet, found.dataset)
    if found.audience_id or found.members is not None:
        sheet.line()
        _draw_audience(sheet, found)
    expiry.draw(sheet, found.expiry, refreshed=found.changes.get("refresh", 0))


def _draw_end(sheet: Sheet, found: Report) -> None:
    good = found.state == "done" and found.exit_code in (None, Exit.DONE)
    nothing = good and found.books is not None and found.books.changed + found.books.removed == 0
    what = "dataset" if found.dataset else "audience"
    state = f"nothing to send: the {what} is up to date" if nothing else found.state
    sheet.title(
        f"{found.sync}: {state}",
        f"run {found.run}, {found.mode if found.dataset else f'mode {found.mode}'}",
        style="bold green" if good else "bold red",
    )
    took = timedelta(seconds=found.seconds) if found.seconds is not None else None
    sheet.facts((
        ("took", took if not nothing else None),
        ("batches", _batches(found) if found.batches.total and not found.dataset else None),
        ("sent to", f"{found.endpoint}, which stands in for Amazon" if found.endpoint else None),
        ("problem", (found.problem, "bold red") if found.problem else None),
    ))  # fmt: skip


def _batches(found: Report) -> str:
    counts = found.batches
    rest = [
        f"{number:,} {name}"
        for name, number in (("refused", counts.refused), ("pending", counts.pending))
        if number
    ]
    parts = f", in {len(found.parts):,} parts" if len(found.parts) > 1 else ""
    return ", ".join([f"{counts.confirmed:,} of {counts.total:,} confirmed", *rest]) + parts


def _draw_books(sheet: Sheet, books: Books) -> None:
    from lading.cli.sheet import share

    wrong = books.imbalance()
    sheet.title("Books", "" if wrong else "they balance")
    sheet.counts((
        ("rows read", books.read, ""),
        ("  people", books.recorded, ""),
        ("  merged", books.merged or None, "a further identifier set of a person"),
        ("  duplicate", books.duplicate or None, "nothing new in them"),
        ("  rejected", books.rejected, share(books.rejected, books.read)),
        ("people", books.recorded, ""),
        ("  unchanged", books.unchanged, "as Amazon has them already" if books.unchanged else ""),
        ("  changed", books.changed, ""),
        ("members removed", books.removed or None, ""),
        ("sent", books.changed + books.removed, ""),
        ("  confirmed by Amazon", books.confirmed, share(books.confirmed, books.changed + books.removed)),
        ("  refused by Amazon", books.refused, ""),
        ("  pending", books.pending or None, "Amazon has not said the last word"),
        ("  erased since", books.erased or None, ""),
    ))  # fmt: skip
    for sentence in wrong:
        sheet.line(f"  the books do not balance: {sentence}", "bold red")


def _draw_audience(sheet: Sheet, found: Report) -> None:
    from lading.cli.sheet import share

    size = found.size
    sheet.title("Audience", found.audience_name or "")
    sheet.facts(
        (
            (
                "audience id",
                f"{found.audience_id}   keep it: Amazon cannot list audiences" if found.audience_id else None,
            ),
        )
    )
    sheet.counts((
        ("members", found.members, "confirmed by Amazon and not expired"),
        ("received by Amazon", size.received, "in the audience's life"),
        ("matched", size.matched, share(size.matched or 0, size.received or 0)),
        ("in DSP", size.dsp, "DSP uses an audience of 2,000 or more" if (size.dsp or 0) < DSP_MINIMUM else ""),
    ))  # fmt: skip


def draw_detailed(sheet: Sheet, title: str, reasons: Sequence[Reason]) -> None:
    """Reasons with their words and, masked, the first rows that they met."""
    if not reasons:
        return
    sheet.line()
    sheet.title(title)
    sheet.counts((reason.code, reason.count, _words(reason)) for reason in reasons)


def _words(reason: Reason) -> str:
    rows = ", ".join(_example(example) for example in reason.examples)
    return f"{reason.message}\n{rows}" if rows else reason.message


def _example(example: Example) -> str:
    return f"row {example.row:,} {example.masked}" if example.masked else f"row {example.row:,}"
