"""`lading dataset upload create|list|show|follow`: uploads by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lading.cli.dataset_steps import Connection, Name
from lading.cli.face import Face
from lading.cli.plan import MaxWait, minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.datasets.upload_steps import UploadView

uploads = typer.Typer(help="Uploads to a dataset, by hand.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree of `lading dataset`."""
    app.add_typer(uploads, name="upload")


@uploads.callback()
def group(context: typer.Context) -> None:
    """Uploads to a dataset, by hand."""
    face: Face = context.obj
    face.command = f"dataset upload {context.invoked_subcommand}"


@uploads.command()
def create(  # noqa: PLR0917  (one parameter an option; Typer calls it by name)
    context: typer.Context,
    name: Name,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|s3://BUCKET/KEY...",
            help="Files as `lading dataset prepare` writes them, put into S3 first; or files, or one prefix that ends with /, there.",
        ),
    ],
    strategy: Annotated[
        Literal["additive", "full_replace", "overlap_replace", "overlap_keep"] | None,
        typer.Option(
            help="What becomes of the rows that are there. Else as the sync says.", show_default=False
        ),
    ] = None,
    form: Annotated[
        Literal["parquet", "csv", "json"] | None,
        typer.Option("--format", help="The files' format. Else as the sync says.", show_default=False),
    ] = None,
    compression: Annotated[
        Literal["gzip", "bzip", "snappy", "none"] | None,
        typer.Option(help="Their compression. Else as the sync says.", show_default=False),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(metavar="CC", help="The country of rows that name none.", show_default=False),
    ] = None,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="The one file is a manifest: an s3:// path a line.")
    ] = False,
    bucket: Annotated[
        str | None,
        typer.Option(
            metavar="s3://BUCKET/FOLDER",
            help="Where files are put, where no sync says it.",
            show_default=False,
        ),
    ] = None,
    connection: Connection = None,
) -> None:
    """Put files into S3 and let Amazon read them, as one upload.

    Files on this machine are searched for e-mail addresses and phone numbers first. What is sent here is not in Lading's
    books: `lading apply SYNC` knows nothing of it.
    """
    from lading.service.datasets import file_places, upload_steps
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    wish = upload_steps.UploadWish(strategy=strategy, format=form, compression=compression, country=country)
    with face.parts() as parts:
        place = place_of(parts, name, connection)
        there = file_places.files_of(files, place.target, bucket, manifest=manifest)
        made = upload_steps.create(parts, place, there, wish)
    face.show(made, lambda sheet: draw(sheet, made))


@uploads.command("list")
def list_(
    context: typer.Context,
    name: Name,
    status: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="Those with this status, in Amazon's word.", show_default=False),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Those of so many last days.", show_default=False)
    ] = None,
    connection: Connection = None,
) -> None:
    """List the uploads of a dataset, newest first."""
    from lading.service.datasets import upload_steps
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        since = parts.clock.now() - timedelta(days=days) if days else None
        found = upload_steps.list_uploads(place_of(parts, name, connection), status, since)
    face.show(found, lambda sheet: _draw_list(sheet, found))


@uploads.command()
def show(
    context: typer.Context,
    name: Name,
    upload: Annotated[str, typer.Argument(help="The upload's id.")],
    connection: Connection = None,
) -> None:
    """Show one upload: where it stands, and how many rows Amazon wrote."""
    from lading.service.datasets import upload_steps
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        found = upload_steps.show(place_of(parts, name, connection), upload)
    face.show(found, lambda sheet: draw(sheet, found))


@uploads.command()
def follow(
    context: typer.Context,
    name: Name,
    upload: Annotated[
        str | None, typer.Argument(help="The upload's id. Else the newest.", show_default=False)
    ] = None,
    max_wait: MaxWait = None,
    connection: Connection = None,
) -> None:
    """Wait until Amazon has finished an upload."""
    from lading.service.datasets import upload_steps
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        found = upload_steps.follow(parts, place_of(parts, name, connection), upload, minutes(max_wait))
    face.show(found, lambda sheet: draw(sheet, found))


def draw(sheet: Sheet, view: UploadView) -> None:
    """One upload."""
    one = view.upload
    sheet.title(f"Upload {one.upload_id}", one.status)
    source = one.source
    sheet.facts((
        ("dataset", f"{one.dataset_id} in {view.instance}"),
        ("reads", f"s3://{source.bucket}/{source.key or source.prefix or source.manifest or ''}"),
        ("files put", view.files),
        ("country", one.country),
        ("begun", one.created_at),
        ("last change", one.updated_at),
        ("rows written", one.output_rows),
        ("message", one.message or None),
    ))  # fmt: skip
    if not one.state.final:
        sheet.line()
        sheet.line(f"`lading dataset upload follow {one.dataset_id}` waits for its end", "dim")


def _draw_list(sheet: Sheet, found: Sequence[UploadView]) -> None:
    if not found:
        sheet.line("no upload")
        return
    sheet.table(
        ("upload", "status", "begun", "rows written", "message"),
        [
            (one.upload.upload_id, one.upload.status, one.upload.created_at, one.upload.output_rows, one.upload.message)
            for one in found
        ],
        right=("rows written",),
    )  # fmt: skip
