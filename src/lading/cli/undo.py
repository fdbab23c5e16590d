"""`lading undo`: a plan that takes a run back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import plan_sheet
from lading.cli.face import Face
from lading.cli.plan import SampleSize

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(undo)


def undo(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's id, r-...")],
    sample: SampleSize = 0,
) -> None:
    """Plan the way back to before a run, and send nothing.

    Whom it removed comes back, whom it added goes, whom it changed gets the identifiers of before; later runs are taken back with
    it. `lading apply PLAN` carries the plan out.
    """
    from lading.service.remedies import undoing

    face: Face = context.obj
    with face.parts() as parts:
        view = undoing.undo(parts, run, sample=sample)

    def show(sheet: Sheet) -> None:
        plan_sheet.draw(sheet, view)
        plan_sheet.draw_next(sheet, view)

    face.show(view, show)
