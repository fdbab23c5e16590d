"""`lading audiences`: the audiences that this ledger knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet

audiences = typer.Typer(
    help="The audiences that are known here. Amazon can neither list nor search them.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.add_typer(audiences, name="audiences")


@audiences.callback()
def group(context: typer.Context) -> None:
    """The audiences that are known here. Amazon can neither list nor search them."""
    face: Face = context.obj
    face.command = f"audiences {context.invoked_subcommand}"


@audiences.command("list")
def list_(context: typer.Context) -> None:
    """List the audiences with their ids, owners and sizes."""
    from lading.service import audiences as service

    face: Face = context.obj
    with face.parts() as parts:
        found = service.list_(parts)
    face.show(found, lambda sheet: _draw_list(sheet, found))


@audiences.command()
def show(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync that fills the audience.")],
) -> None:
    """Show one audience, as it stands here and as Amazon sees it."""
    from lading.service import audiences as service

    face: Face = context.obj
    with face.parts() as parts:
        found = service.show(parts, sync)
    face.show(found, lambda sheet: _draw_one(sheet, found))


@audiences.command()
def adopt(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync that is to fill the audience.")],
    audience_id: Annotated[str, typer.Argument(help="Amazon's id of the audience.")],
) -> None:
    """Go on with an audience that exists at Amazon but not here."""
    from lading.service import audiences as service

    face: Face = context.obj
    with face.parts() as parts:
        found = service.adopt(parts, sync, audience_id)
    face.show(found, lambda sheet: _draw_one(sheet, found))


def _draw_list(sheet: Sheet, found: Any) -> None:
    raise NotImplementedError


def _draw_one(sheet: Sheet, found: Any) -> None:
    raise NotImplementedError
