"""`lading demo`: the whole way on this machine, against a sandbox."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli.face import Face
from lading.errors import Exit

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.report.summary import Report
    from lading.service.planning import PlanView

#: The sync and the connection of the example shop.
SYNC: Final = "customers"
CONNECTION: Final = "amazon"

#: Where the demonstration keeps its books and its sandbox.
PLACE: Final = Path(".demo")


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(demo)


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Option(help="A folder for the example shop.", metavar="PATH", show_default=False)
    ] = None,
) -> None:
    """See the whole way on this machine; no account needed.

    An invented shop's customers are carried into an audience of a sandbox.
    """
    from lading.cli import report as reports
    from lading.service import demo as shop

    face: Face = context.obj
    place = shop.folder(folder)
    with shop.sandbox(PLACE / "sandbox") as box:
        environ = {**face.environ, **box.environ, "LADING_HOME": str(PLACE / "home")}
        face.progress().say(
            f"A sandbox stands in for Amazon at {box.url}; its clock runs {shop.SPEED} times as fast as yours"
        )
        planned, report = _carry(face, place / "lading.yaml", environ)

    def draw(sheet: Sheet) -> None:
        reports.draw(sheet, report)
        sheet.line()
        _draw_next(sheet, place / "lading.yaml")

    face.show({"plan": planned, "report": report}, draw, exit_code=report.exit_code or Exit.DONE)


def _carry(face: Face, settings: Path, environ: dict[str, str]) -> tuple[PlanView, Report]:
    """Sign in, plan, apply: the same steps as anyone's."""
    from lading.cli import plan as plans
    from lading.service import connect, planning, sync
    from lading.service import demo as shop
    from lading.service.work import Order

    order = connect.ConnectOrder(
        open_url=shop.say_yes, port=0, accept_terms=True, timeout=timedelta(seconds=30)
    )
    with face.parts(settings, environ) as parts:
        connect.connect(parts, CONNECTION, order)
        planned = planning.plan(parts, SYNC)
        face.show_first(lambda sheet: plans.draw(sheet, planned))
        return planned, sync.apply(parts, SYNC, Order())


def _draw_next(sheet: Sheet, settings: Path) -> None:
    program = "lading" if shutil.which("lading") else sys.argv[0]
    sheet.title("Try next")
    sheet.command(f"{program} demo")
    sheet.line("      again: nothing has changed, so nothing is sent", "dim")
    sheet.command(f"LADING_HOME={PLACE / 'home'} {program} --config {settings} runs")
    sheet.line("      what ran; with a run's id and --log, all of it", "dim")
    sheet.command(f"{program} init")
    sheet.line("      your own lading.yaml", "dim")
