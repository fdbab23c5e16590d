"""`lading bucket setup`: the S3 bucket that uploads go through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.datasets.bucket_setup import BucketSetup

bucket = typer.Typer(help="The S3 bucket that uploads go through.", no_args_is_help=True)

_WORDS = {
    "create": "the bucket is made", "policy": "the policy lets Amazon read", "tags": "the tag names the instances",
    "encryption": "new files are encrypted by your key",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.add_typer(bucket, name="bucket")


@bucket.callback()
def group(context: typer.Context) -> None:
    """The S3 bucket that uploads go through."""
    face: Face = context.obj
    face.command = f"bucket {context.invoked_subcommand}"


@bucket.command()
def setup(
    context: typer.Context,
    sync: Annotated[
        str | None,
        typer.Argument(help="The bucket of this sync only, or of SYNC/TARGET.", show_default=False),
    ] = None,
    look_only: Annotated[
        bool, typer.Option("--print", help="Print what the bucket would have, and change nothing.")
    ] = False,
) -> None:
    """Make the bucket if it is missing, and let Amazon read uploads from it.

    Policy, tag and default encryption get what is lacking; everything else in them stays. Again is the same as once.
    """
    from lading.service.datasets.bucket_setup import set_up

    face: Face = context.obj
    with face.parts() as parts:
        done = set_up(parts, sync, look_only=look_only)
    face.show(done, lambda sheet: _draw(sheet, done))


def _draw(sheet: Sheet, done: Sequence[BucketSetup]) -> None:
    for number, one in enumerate(done):
        if number:
            sheet.line()
        verb = "set up" if one.done else "looked at, and not changed"
        sheet.title(f"Bucket {one.bucket}", f"{one.region}; {verb if one.steps else 'nothing is lacking'}")
        for step in one.steps:
            sheet.line(f"  {'' if one.done else 'would: '}{_WORDS[step]}", "green" if one.done else "")
        if not one.done:
            _draw_json(sheet, one)
        for advice in one.advice:
            sheet.line(f"  {advice}", "yellow")


def _draw_json(sheet: Sheet, one: BucketSetup) -> None:
    wanted = {"policy": one.policy, "tags": one.tags, "encryption_key": one.encryption_key}
    sheet.raw(json.dumps(wanted, indent=2) + "\n")
