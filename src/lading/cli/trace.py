"""`lading trace`: the story of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import targets
from lading.cli.face import Face
from lading.cli.plan import SYNC
from lading.cli.runs import marked

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.membership.trace import Member, Step, Story
    from lading.service.datasets.tracing import RowStory


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(trace)


def trace(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help=SYNC)],
    external_id: Annotated[
        str, typer.Argument(help="Your id of the person, as in the source; of a dataset a row's number.")
    ],
) -> None:
    """Tell what became of one person.

    Every run, change, batch, job and outcome.
    """
    from lading.service.targets import each
    from lading.service.trace import Told, story

    face: Face = context.obj
    with face.parts() as parts:
        told = each(parts, sync, lambda one: Told(one, story(parts, one, external_id)))
    targets.show(face, sync, told, lambda sheet, one: _draw(sheet, one.sync, one.story))


def _draw(sheet: Sheet, sync: str, told: Story | RowStory) -> None:
    from lading.membership.trace import Story

    if isinstance(told, Story):
        _draw_story(sheet, sync, told)
        return
    sheet.title(f"Row {told.row:,} of {sync}", told.run)
    sheet.facts((
        ("outcome", marked(told.outcome.replace("_", " "), told.outcome)),
        ("why", told.reason),
        ("period", told.period),
        ("upload", told.upload_id),
    ))  # fmt: skip


def _draw_story(sheet: Sheet, sync: str, told: Story) -> None:
    standing = "Member" if told.member else "No member"
    sheet.title(f"{standing} of the audience of {sync}", "as it was last committed")
    if told.member:
        _draw_member(sheet, told.member)
    sheet.line()
    if told.steps:
        sheet.title("What became of the record")
        for step in told.steps:
            _draw_step(sheet, step)
    else:
        sheet.line("No run has sent this record.")
    sheet.line()
    sheet.line(told.note, "dim")


def _draw_step(sheet: Sheet, step: Step) -> None:
    batch = f", batch {step.batch}" if step.batch is not None else ""
    sheet.facts((
        (f"{step.at:%Y-%m-%d %H:%M} UTC" if step.at else "not sent yet", marked(f"{step.change}: {step.outcome}", step.outcome)),
        ("", (step.reason, "yellow") if step.reason else None),
        ("", f"run {step.run}{batch}"),
        ("", f"job {step.job}" if step.job else None),
    ))  # fmt: skip


def _draw_member(sheet: Sheet, member: Member) -> None:
    sheet.facts((
        ("generation", member.generation),
        ("stays until", member.expires_at),
        ("identifier sets", member.sets),
        ("country", member.country),
        ("profile", member.profile),
        ("note", "will be sent again with the next run" if member.doubtful else None),
    ))  # fmt: skip
