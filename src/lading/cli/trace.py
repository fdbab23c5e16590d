"""`lading trace`: the story of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.membership.trace import Member, Story


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(trace)


def trace(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="A sync of lading.yaml.")],
    external_id: Annotated[str, typer.Argument(help="Your id of the person, as in the source.")],
) -> None:
    """Tell what became of one person.

    Every run, change, batch, job and outcome.
    """
    from lading.service.trace import story

    face: Face = context.obj
    with face.parts() as parts:
        told = story(parts, sync, external_id)
    face.show(told, lambda sheet: _draw(sheet, sync, told))


def _draw(sheet: Sheet, sync: str, told: Story) -> None:
    from lading.cli.runs import marked

    sheet.title(
        "A member" if told.member else "Not a member", f"of {sync}'s audience, as it was last committed"
    )
    if told.member:
        _draw_member(sheet, told.member)
    sheet.line()
    if told.steps:
        sheet.title("What became of the record")
        sheet.table(
            ("run", "at", "change", "outcome", "batch", "job"),
            [
                (step.run, step.at, step.change, marked(step.outcome), step.batch, step.job)
                for step in told.steps
            ],
            right=("batch",),
        )
        for step in told.steps:
            if step.reason:
                sheet.line(f"  {step.run}: {step.reason}", "yellow")
    else:
        sheet.line("no run has sent this record")
    sheet.line()
    sheet.line(told.note, "dim")


def _draw_member(sheet: Sheet, member: Member) -> None:
    sheet.facts((
        ("generation", member.generation),
        ("stays until", member.expires_at),
        ("identifier sets", member.sets),
        ("country", member.country),
        ("profile", member.profile),
        ("note", "will be sent again with the next run" if member.doubtful else None),
    ))  # fmt: skip
