"""How plans and reports of uploads look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lading.cli.reasons import draw_reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.model.books import Books
    from lading.plan.upload import UploadExplained
    from lading.report.upload import DatasetFacts, UploadFacts
    from lading.service.datasets.planning import UploadPlanView

#: Periods that are named one by one.
_SHOWN: Final = 3


def draw_plan(sheet: Sheet, view: UploadPlanView) -> None:
    """A plan: what was read, which rows and periods it touches, what Amazon does with them, and what stands in the way."""
    plan = view.explained
    sheet.title(f"Plan for {view.sync}", f"{view.id}, {_manner(plan.late, plan.strategy)}")
    sheet.facts((
        ("dataset", f"{view.dataset_id} in instance {view.instance_id}"),
        ("bucket", view.bucket),
        ("sent to", f"{view.endpoint}, which stands in for Amazon" if view.endpoint else None),
        *(("before", change) for change in view.changes),
        ("schedule", str(view.schedule) if view.schedule else None),
    ))  # fmt: skip
    sheet.line()
    _draw_rows(sheet, plan)
    draw_reasons(sheet, "Rejected rows", plan.rejections)
    draw_reasons(sheet, "Values that were emptied or changed", plan.findings)
    sheet.line()
    _draw_upload(sheet, plan)
    _draw_sample(sheet, view.sample)
    if view.tripped:
        sheet.line()
        sheet.title("Guards that would stop it", style="bold red")
        sheet.facts((trip.name, trip.text) for trip in view.tripped)


def draw_next(sheet: Sheet, view: UploadPlanView) -> None:
    """How the plan is carried out; nothing where there is nothing to do."""
    if view.explained.nothing_to_send and not view.tripped:
        return
    sheet.line()
    accept = "".join(f" --accept {trip.name}" for trip in view.tripped)
    sheet.line("Nothing was sent. To send exactly this:")
    sheet.command(f"lading apply {view.id}{accept}")


def draw_books(sheet: Sheet, books: Books) -> None:
    """The books of a run that fills a dataset: every row is accounted for."""
    from lading.cli.sheet import share

    wrong = books.imbalance()
    sheet.title("Books", "" if wrong else "they balance")
    sheet.counts((
        ("rows read", books.read, ""),
        ("  fit to send", books.recorded, ""),
        ("  rejected", books.rejected, share(books.rejected, books.read)),
        ("fit to send", books.recorded, ""),
        ("  left out", books.unchanged, ""),
        ("  sent", books.changed, ""),
        ("sent", books.changed, ""),
        ("  confirmed by Amazon", books.confirmed, share(books.confirmed, books.changed)),
        ("  refused by Amazon", books.refused, "not in the dataset" if books.refused else ""),
        ("  pending", books.pending or None, "Amazon has not said the last word"),
        ("  erased since", books.erased or None, ""),
    ))  # fmt: skip
    for sentence in wrong:
        sheet.line(f"  the books do not balance: {sentence}", "bold red")


def draw_dataset(sheet: Sheet, facts: DatasetFacts) -> None:
    """Why rows were left out, and what became of the upload."""
    if facts.left_out:
        sheet.line()
        sheet.title("Left out")
        sheet.counts((one.code, one.count, one.message) for one in facts.left_out)
    sheet.line()
    sheet.title("Dataset", facts.dataset_id)
    sheet.facts((
        ("strategy", _strategy(facts.strategy)),
        ("periods", _span(facts.periods, facts.first_period, facts.last_period)),
        ("files", f"{facts.files:,} with {facts.bytes:,} bytes" if facts.files else None),
        ("filled up to", facts.watermark),
    ))  # fmt: skip
    for upload in facts.uploads:
        _draw_one(sheet, upload)


def _draw_one(sheet: Sheet, upload: UploadFacts) -> None:
    where = f"{upload.address} (deleted)" if upload.cleaned else upload.address
    sheet.facts((
        ("upload", f"{upload.upload_id or '(not sent)'}: {upload.state}"),
        ("its files", where),
        ("Amazon says", (upload.message, "yellow") if upload.message else None),
    ))  # fmt: skip


def _draw_rows(sheet: Sheet, plan: UploadExplained) -> None:
    from lading.cli.sheet import share

    sheet.title("Rows")
    sheet.counts((
        ("rows read", plan.read, ""),
        ("  fit to send", plan.recorded, ""),
        ("  rejected", plan.rejected, share(plan.rejected, plan.read)),
        ("left out", sum(plan.left_out.values()), ""),
        *((f"  {reason}", plan.left_out[reason], words) for reason, words in plan.why_left_out.items()),
        ("sent", plan.sent, ""),
        ("without a country", plan.without_country or None, "Amazon hardly matches them; name a column, or `country:` of the dataset"),
    ))  # fmt: skip
    for change in plan.columns_changed:
        sheet.line(f"  since the last run: {change}", "yellow")


def _draw_upload(sheet: Sheet, plan: UploadExplained) -> None:
    if plan.nothing_to_send:
        sheet.title("Nothing to send: the dataset is up to date", style="bold green")
        return
    sheet.title("Upload")
    first, last = (min(plan.periods), max(plan.periods)) if plan.periods else (None, None)
    sheet.facts((
        ("strategy", _strategy(plan.strategy)),
        ("periods", _span(len(plan.periods), first, last)),
        ("files", f"{plan.files:,} with {plan.bytes:,} bytes, as one upload"),
        ("requests", f"about {plan.requests}; Amazon takes minutes to read an upload"),
    ))  # fmt: skip
    for start, rows, before in plan.shrunk[:_SHOWN]:
        sheet.line(f"  {start} would have {rows:,} rows instead of {before:,}", "yellow")


def _draw_sample(sheet: Sheet, sample: Sequence[dict[str, str | None]]) -> None:
    if sample:
        sheet.line()
        sheet.title("Sample", "as it would be sent")
    for row in sample:
        sheet.command(", ".join(f"{name}={value}" for name, value in row.items() if value is not None))


def _manner(late: str | None, strategy: str | None) -> str:
    return f"late: {late}" if late else str(strategy)


def _strategy(strategy: str | None) -> str | None:
    from lading.plan.upload import STRATEGIES

    return f"{strategy}: {STRATEGIES[strategy]}" if strategy else None


def _span(count: int, first: str | None, last: str | None) -> str | None:
    if not count or first is None:
        return None
    return f"{count:,}, {first} to {last}" if count > 1 else first
