"""`lading backup` and `lading restore`: the home folder in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.service.backup import Backup


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="The file to write, such as lading-2026-01-31.tar.gz.")],
) -> None:
    """Write the home folder into one file.

    Ledger, memberships, runs and plans, without the key: whoever has both can act for your connections.
    """
    from lading.service.backup import backup as write

    face: Face = context.obj
    with face.parts() as parts:
        written = write(parts, path)
    face.show(written, lambda sheet: _draw(sheet, f"Backed up {written.home} into {written.path}", written))


def restore(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A file that `lading backup` wrote.")],
    receipts: Annotated[
        list[Path] | None,
        typer.Option(
            help="Receipts of erasures since then: a file or a folder; may be given again.",
            metavar="PATH",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring a backup back into an empty home folder.

    The key has to be put back beside it, as home/key or LADING_KEY; without it, `lading connect` signs in anew. People who were
    erased since then are in it: give their receipts, and erase them again with `lading forget --from-receipts`.
    """
    from lading.service.backup import restore as bring_back
    from lading.service.home import Home
    from lading.settings import load, locate

    face: Face = context.obj
    settings = load(locate(face.config, face.environ), face.environ)
    brought = bring_back(Home(settings.home_folder), path, receipts or ())
    face.show(brought, lambda sheet: _draw(sheet, f"Restored {brought.path} into {brought.home}", brought))


def _draw(sheet: Sheet, title: str, done: Backup) -> None:
    sheet.title(title)
    sheet.counts((("files", done.files, ""), ("bytes", done.bytes, "")))
