"""`lading audiences`: the audiences that this ledger knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import targets
from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.audiences.audiences import AudienceLine, AudienceView

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
    from lading.service.audiences.audiences import list_audiences

    face: Face = context.obj
    with face.parts() as parts:
        found = list_audiences(parts)
    face.show(found, lambda sheet: _draw_list(sheet, found))


@audiences.command()
def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(help="The sync that fills it or SYNC/TARGET, its name, or one of Amazon's two ids."),
    ],
) -> None:
    """Show one audience, or those of a sync, as they stand here and as Amazon sees them."""
    from lading.service.audiences import audiences as service
    from lading.service.targets import TargetAnswer, each

    face: Face = context.obj
    with face.parts() as parts:
        if parts.settings.carried(name):
            found = each(parts, name, lambda one: service.of_sync(parts, one))
        else:
            found = (TargetAnswer(name, service.show(parts, name)),)
    targets.show(face, name, found, _draw_view)


@audiences.command()
def adopt(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync that is to fill the audience, or SYNC/TARGET.")],
    audience_id: Annotated[str, typer.Argument(help="The API's id of the audience, not the one in DSP.")],
) -> None:
    """Go on with an audience that exists at Amazon but not here."""
    from lading.service.audiences import audiences as service

    face: Face = context.obj
    with face.parts() as parts:
        found = service.adopt(parts, sync, audience_id)
    face.show(found, lambda sheet: _draw_one(sheet, found))


def _draw_list(sheet: Sheet, found: Sequence[AudienceLine]) -> None:
    if not found:
        sheet.line("no audience yet: `lading apply SYNC` creates one")
        return
    in_dsp = ("id in DSP",) if any(one.dsp_audience_id for one in found) else ()
    sheet.table(
        ("sync", "audience id", *in_dsp, "name", "mode", "members", "generation", "as of (UTC)"),
        [
            (
                one.sync,
                one.audience_id,
                *((one.dsp_audience_id,) if in_dsp else ()),
                one.name,
                one.mode,
                one.members,
                one.generation,
                one.as_of and f"{one.as_of:%Y-%m-%d %H:%M}",
            )
            for one in found
        ],
        right=("members", "generation"),
    )


def _draw_one(sheet: Sheet, one: AudienceLine) -> None:
    sheet.title(one.name, f"audience {one.audience_id} in Amazon's API" if one.audience_id else "no id yet")
    sheet.facts((
        ("id in DSP", one.dsp_audience_id),
        ("external id", one.external_audience_id),
        ("filled by", f"sync {one.sync}, mode {one.mode}, connection {one.connection}"),
        ("country", one.country),
        ("members stay", timedelta(seconds=one.ttl_seconds) if one.ttl_seconds is not None else None),
        ("state", one.state),
        ("members here", f"{one.members:,} in generation {one.generation}"),
        ("as of", one.as_of and f"{one.as_of:%Y-%m-%d %H:%M} UTC"),
        ("that is ago", timedelta(seconds=one.age_seconds) if one.age_seconds is not None else None),
    ))  # fmt: skip


def _draw_view(sheet: Sheet, view: AudienceView) -> None:
    from lading.cli.sheet import share

    _draw_one(sheet, view.audience)
    sheet.line()
    sheet.title("As Amazon counts")
    unknown = "not counted yet" if view.received is None else ""
    sheet.facts((
        ("received", unknown or view.received),
        ("matched", unknown or f"{view.matched or 0:,}  {share(view.matched or 0, view.received or 0)}"),
        ("in DSP", view.dsp_size),
    ))  # fmt: skip
