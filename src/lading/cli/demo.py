"""`lading demo`: the whole way on this machine, against a sandbox."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli.face import Face
from lading.errors import Exit

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.report.summary import Report
    from lading.service.connect import ConnectOrder
    from lading.service.planning import PlanView

#: The sync and the connection of the example shop.
SYNC: Final = "customers"
CONNECTION: Final = "amazon"

#: A customer of the example shop whom Amazon takes.
SOMEBODY: Final = "C-000001"

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
    variants: Annotated[
        bool,
        typer.Option(
            "--variants",
            help="Carry them once for each kind of identity.variants, and say what it added in matches. Takes minutes.",
        ),
    ] = False,
) -> None:
    """See the whole way on this machine; no account needed.

    An invented shop's customers are carried into an audience of a sandbox.
    """
    if variants:
        _compare_variants(context.obj, folder)
        return
    from lading.cli import report as reports
    from lading.service.demo import shop

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
        if report.books and not report.books.changed:
            sheet.title("Nothing had changed since the last time, so nothing was sent.")
            sheet.line()
        _draw_next(sheet, place / "lading.yaml")

    face.show({"plan": planned, "report": report}, draw, exit_code=report.exit_code or Exit.DONE)


def _compare_variants(face: Face, folder: Path | None) -> None:
    """The shop in one audience without variants, and in one for each kind, in a sandbox that is gone afterwards."""
    from lading.service import connect, sync
    from lading.service.demo import shop
    from lading.service.demo import variants as demo_variants
    from lading.service.work import Order

    with TemporaryDirectory() as place, shop.sandbox(Path(place) / "sandbox") as box:
        settings = demo_variants.settings_of_kinds(shop.folder(folder), Path(place))
        environ = {**face.environ, **box.environ, "LADING_HOME": str(Path(place) / "home")}
        with face.parts(settings, environ) as parts:
            connect.connect(parts, CONNECTION, _consent())
            rows = list(demo_variants.compare(lambda name: sync.apply(parts, name, Order())))

    face.show(
        {"variants": [row.as_dict() for row in rows]},
        lambda sheet: sheet.table(
            ("variants", "members", "people matched", "added"),
            ((row.kind, row.received, row.matched, f"+{row.added:,}") for row in rows),
            right=("members", "people matched", "added"),
        ),
    )


def _consent() -> ConnectOrder:
    from lading.service import connect
    from lading.service.demo import shop

    return connect.ConnectOrder(
        open_url=shop.say_yes, port=0, accept_terms=True, timeout=timedelta(seconds=30)
    )


def _carry(face: Face, settings: Path, environ: dict[str, str]) -> tuple[PlanView, Report]:
    """Sign in, plan, apply: the same steps as anyone's."""
    from lading.cli import plan_sheet
    from lading.service import connect, planning, sync
    from lading.service.work import Order

    with face.parts(settings, environ) as parts:
        connected = connect.connect(parts, CONNECTION, _consent())
        face.progress().say("Signed in through Login with Amazon; the terms of AMC are accepted")
        made = "created" if connected.created else "known already"
        face.progress().say(f"Connection {connected.connection_id} is {made}")
        planned = planning.plan(parts, SYNC)
        face.show_first(lambda sheet: plan_sheet.draw(sheet, planned))
        return planned, sync.apply(parts, SYNC, Order())


def _draw_next(sheet: Sheet, settings: Path) -> None:
    """Three commands that work now, without the sandbox."""
    program = "lading" if shutil.which("lading") else sys.argv[0]
    shop = f"LADING_HOME={PLACE / 'home'} {program} --config {settings}"
    sheet.title("Try next")
    for command, what in (
        (f"{shop} trace {SYNC} {SOMEBODY}", "the story of one customer"),
        (f"{shop} runs", "what ran; with a run's id and --log, all of it"),
        (f'{program} explain phone "(415) 555-0160" --country US', "how one value is normalized and hashed"),
    ):
        sheet.command(command)
        sheet.line(f"      {what}", "dim")
    sheet.line()
    sheet.line(
        "`lading demo` again sends nothing, since nothing has changed. `lading init` writes settings of your own.",
        "dim",
    )
