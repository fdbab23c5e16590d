"""`lading dataset prepare`: the files of an upload, written and not sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lading.cli.sheet import Sheet
    from lading.report.rejections import Example, Reason
    from lading.service.datasets.preparing import PreparedDataset

_MEGABYTE: Final = 1_000_000


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree of `lading dataset`."""
    app.command()(prepare)


def prepare(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync, or SYNC/TARGET.")],
    out: Annotated[
        Path | None,
        typer.Option(help="The folder for the files. Else upload/SYNC.", metavar="DIR", show_default=False),
    ] = None,
    given: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help="A file to read instead of the sync's own source.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    max_megabytes: Annotated[int, typer.Option(help="The largest file, in MB as compressed.", min=1)] = 500,
) -> None:
    """Write the files that a sync would upload to its dataset, and send nothing.

    Rows are checked, and identifiers hashed. Rejected rows, masked, go with their reasons into a file beside the folder.
    """
    from lading.service.datasets.preparing import prepare_dataset

    face: Face = context.obj
    with face.parts() as parts:
        prepared = prepare_dataset(parts, sync, out, given, max_megabytes * _MEGABYTE)
    face.show(prepared, lambda sheet: _draw(sheet, prepared))


def _draw(sheet: Sheet, made: PreparedDataset) -> None:
    sheet.title(f"Files for dataset {made.dataset} in {made.out}", "nothing was sent")
    sheet.counts((
        ("rows read", made.read, ""),
        ("rows written", made.recorded, ""),
        ("rows rejected", made.rejected, f"see {made.rejections_file}" if made.rejected else ""),
        ("partitions", len(made.partitions) or None, _span(made)),
        ("files", len(made.files), f"{made.format}, {made.compression}, {_size(made)}"),
    ))  # fmt: skip
    for line in _warnings(made):
        sheet.line()
        sheet.line(line, "yellow")
    _draw_reasons(sheet, "Rejected", made.rejections)
    _draw_reasons(sheet, "Changed or emptied on the way", made.findings)


def _span(made: PreparedDataset) -> str:
    return (
        f"{made.earliest:%Y-%m-%d %H:%M} to {made.latest:%Y-%m-%d %H:%M} UTC"
        if made.earliest and made.latest
        else ""
    )


def _size(made: PreparedDataset) -> str:
    whole = sum(file.bytes for file in made.files)
    return f"{whole / _MEGABYTE:,.1f} MB" if whole >= _MEGABYTE else f"{whole:,} bytes"


def _warnings(made: PreparedDataset) -> Iterator[str]:
    if made.without_country:
        yield (
            f"{made.without_country:,} rows have no country. Amazon takes it for UNKNOWN and matches few of them: add a column "
            "with country: true, or country: to the dataset."
        )
    for column, reason in made.allowed.items():
        yield f"{column} holds identifiers in clear, and is allowed to{f': {reason}' if reason else ''}."
    if made.unnamed:
        yield f"Not in the files, since no column of the dataset is filled from them: {', '.join(made.unnamed)}."


def _draw_reasons(sheet: Sheet, title: str, found: Sequence[Reason]) -> None:
    if found:
        sheet.line()
        sheet.title(title)
        sheet.counts((one.code, one.count, _words(one)) for one in found)


def _words(reason: Reason) -> str:
    """What is wrong, and where it was met first."""
    return "\n".join([reason.message, *(_where(example) for example in reason.examples)])


def _where(example: Example) -> str:
    words = (f"row {example.row:,}", example.column, example.masked)
    return ", ".join(word for word in words if word)
