"""`lading dataset init`: a sync for a dataset, to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face
from lading.errors import SettingsError

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.service.datasets.proposing import Proposal


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree of `lading dataset`."""
    app.command()(init)


def init(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A file with rows: CSV, JSON lines or Parquet.", show_default=False
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Begin with purchases, signups, store_visits, products, crm_segments, mapping or blank.",
            show_default=False,
        ),
    ] = None,
    sync: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What to call the sync. Else as the file.", show_default=False),
    ] = None,
    connection: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The connection. Else the first with an AMC instance.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there instead of printing it.", show_default=False),
    ] = None,
) -> None:
    """Print a sync for a dataset, to look over and put under `syncs:` of lading.yaml.

    Types, the time of the event, identifiers, country and consent are told by names and values of the file's first 20,000 rows.
    """
    from lading.service.datasets.proposing import Wish, propose
    from lading.settings import load, locate

    face: Face = context.obj
    path = locate(face.config, face.environ)
    settings = load(path, face.environ) if path.exists() or face.config else None
    made = propose(Wish(path=file, template=template, sync=sync, connection=connection), settings)
    if out is not None:
        _write(out, made.text)
    face.show(made, lambda sheet: _draw(sheet, made, out))


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise SettingsError("is there already: name another file", where=str(path), code="exists")
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(
            f"cannot be written: {error.strerror}", where=str(path), code="not_writable"
        ) from None


def _draw(sheet: Sheet, made: Proposal, out: Path | None) -> None:
    if out is None:
        sheet.raw(made.text)
        return
    sheet.line(f"wrote sync {made.sync} to {out}: look it over, and put it under `syncs:` of lading.yaml")
    for remark in made.remarks:
        sheet.line(f"  {remark}", "yellow")
