"""`lading dataset create|list|show|describe|delete|recreate`: datasets at Amazon, one step at a time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lading.cli import targets
from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.service.datasets.managing import DatasetView
    from lading.service.datasets.places import Place

Name = Annotated[
    str,
    typer.Argument(metavar="SYNC|ID", help="The sync that fills it, or SYNC/TARGET; or the dataset's id."),
]
Connection = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The connection to reach it over, for an id that no sync fills.",
        show_default=False,
    ),
]
Yes = Annotated[
    str | None,
    typer.Option(
        "--yes", metavar="NAME", help="What is asked for: the name of what goes.", show_default=False
    ),
]

#: Said wherever rows go.
NOT_FOR_PEOPLE: Final = (
    "To erase people, as the law asks for, use `lading forget`: it tells Amazon to delete them everywhere."
)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree of `lading dataset`."""
    for command in (create, show, describe, delete, recreate):
        app.command()(command)
    app.command("list")(list_)


def create(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync that is to fill it, or SYNC/TARGET.")],
) -> None:
    """Create the dataset of a sync, or go on with one that has the same columns.

    `lading apply SYNC` does it by itself.
    """
    from lading.service.datasets import managing
    from lading.service.datasets.places import places_of
    from lading.service.targets import TargetAnswer

    face: Face = context.obj
    with face.parts() as parts:
        found = [
            TargetAnswer(one.sync or sync, managing.create(parts, one)) for one in places_of(parts, sync)
        ]
    targets.show(face, sync, found, draw)


def list_(
    context: typer.Context,
    connection: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of this connection's instance only.", show_default=False),
    ] = None,
) -> None:
    """List the datasets that Amazon has, of every connection with an AMC instance."""
    from lading.service.datasets import managing

    face: Face = context.obj
    with face.parts() as parts:
        known = [name for name, one in parts.settings.connections.items() if one.amc]
        found = managing.list_datasets(parts, [connection] if connection else known)
    face.show(found, lambda sheet: _draw_list(sheet, found, managing.fullness(found)))


def show(context: typer.Context, name: Name, connection: Connection = None) -> None:
    """Show a dataset as Amazon has it, with its columns, and what the settings would change."""
    from lading.service.datasets import managing
    from lading.service.datasets.places import places_of
    from lading.service.targets import TargetAnswer

    face: Face = context.obj
    with face.parts() as parts:
        places = places_of(parts, name, connection)
        found = [TargetAnswer(one.sync or name, managing.show(one)) for one in places]
    targets.show(face, name, found, draw)


def describe(
    context: typer.Context,
    name: Name,
    text: Annotated[
        str | None,
        typer.Argument(help="What the dataset holds, at most 255 characters.", show_default=False),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(metavar="CC", help="The country of rows that name none.", show_default=False),
    ] = None,
    connection: Connection = None,
) -> None:
    """Describe a dataset anew, or change its country: of a dataset Amazon changes nothing else."""
    from lading.service.datasets import managing
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        found = managing.describe(place_of(parts, name, connection), text, country)
    face.show(found, lambda sheet: draw(sheet, found))


def delete(context: typer.Context, name: Name, yes: Yes = None, connection: Connection = None) -> None:
    """Delete a dataset with all of its rows, for ever.

    Asks for its id. To erase people, as the law asks for, use `lading forget` instead.
    """
    from lading.service.datasets import deleting_datasets
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        place = place_of(parts, name, connection)
        _confirm(face, place, yes, "goes away with all of its rows, for ever")
        gone = deleting_datasets.delete(parts, place)
    face.show(gone, lambda sheet: _draw_gone(sheet, gone))


def recreate(
    context: typer.Context,
    sync: Annotated[str, typer.Argument(help="The sync that fills it, or SYNC/TARGET.")],
    yes: Yes = None,
) -> None:
    """Make a dataset anew, where Amazon cannot change what the settings change.

    Deletes it with all of its rows, creates it as the settings say, and lets the next `lading apply SYNC` send all rows again.
    So data of ADU 1.0, which can be queried no more, is brought back too. Asks for the dataset's id.
    """
    from lading.service.datasets import deleting_datasets
    from lading.service.datasets.places import place_of

    face: Face = context.obj
    with face.parts() as parts:
        place = place_of(parts, sync)
        there = deleting_datasets.at_amazon(place)
        face.show_first(lambda sheet: _draw_steps(sheet, place, there=there))
        if there:
            _confirm(face, place, yes, "is deleted with all of its rows, and made anew without any")
        made = deleting_datasets.recreate(parts, place)
    face.show(made, lambda sheet: draw(sheet, made))


def typed_back(face: Face, what: str, question: str, given: str | None) -> None:
    """Raises SettingsError unless the name of what goes is typed, or was given with `--yes`."""
    from lading.errors import SettingsError
    from lading.service.datasets.deleting_datasets import confirm

    if given is None:
        if not sys.stdin.isatty():
            raise SettingsError(
                f"nobody can be asked here: give `--yes {what}`. {question}", code="not_confirmed"
            )
        face.close()
        given = typer.prompt(f"{question} Type {what} to go on", err=True)
    confirm(what, given)


def _confirm(face: Face, place: Place, yes: str | None, what_becomes: str) -> None:
    typed_back(face, place.dataset_id, f"{place.where} {what_becomes}. {NOT_FOR_PEOPLE}", yes)


def draw(sheet: Sheet, one: DatasetView) -> None:
    """One dataset with its columns."""
    from lading.service.datasets.managing import kind_of

    dataset = one.dataset
    sheet.title(f"Dataset {dataset.dataset_id}", one.done)
    sheet.facts((
        ("instance", f"{one.instance}, over connection {one.connection}"),
        ("filled by", f"sync {one.sync}" if one.sync else "no sync of these settings"),
        ("kind", f"events, partitioned by {dataset.period or 'P1D'}" if kind_of(dataset) == "events" else "table"),
        ("country", dataset.country),
        ("key", dataset.encryption_key_arn),
        ("description", dataset.description or None),
    ))  # fmt: skip
    sheet.line()
    sheet.table(
        ("column", "type", "kind", "null", "holds", "description"),
        [
            (each.name, each.data_type, each.column_type.lower(), "yes" if each.nullable else "no", _holds(each), each.description)
            for each in dataset.columns
        ],
    )  # fmt: skip
    if one.changes:
        sheet.line()
        sheet.title("The settings say otherwise", "`lading apply` changes what Amazon can change")
        for change in one.changes:
            sheet.line(f"  {change}", "yellow")


def _holds(column: object) -> str:
    marks = {
        "main_event_time": "time of the event", "main_user_id": "person, by Amazon", "main_user_id_type": "kind of person id",
        "country_code": "country",
    }  # fmt: skip
    said = [words for name, words in marks.items() if getattr(column, name)]
    for name, words in (
        ("hashed_pii", "{}, hashed"),
        ("external_identity", "{}"),
        ("consent_type", "consent {}"),
    ):
        if value := getattr(column, name):
            said.append(words.format(value))
    return ", ".join(said)


def _draw_list(sheet: Sheet, found: Sequence[DatasetView], warnings: Sequence[str]) -> None:
    from lading.service.datasets.managing import kind_of

    if not found:
        sheet.line("Amazon has no dataset here: `lading dataset create SYNC` makes one")
        return
    sheet.table(
        ("dataset", "instance", "kind", "columns", "country", "filled by", "description"),
        [
            (
                one.dataset.dataset_id, one.instance, kind_of(one.dataset), len(one.dataset.columns), one.dataset.country,
                one.sync, one.dataset.description,
            )
            for one in found
        ],
        right=("columns",),
    )  # fmt: skip
    for warning in warnings:
        sheet.line()
        sheet.line(warning, "yellow")


def _draw_gone(sheet: Sheet, gone: DatasetView) -> None:
    sheet.title(f"Dataset {gone.dataset.dataset_id} is deleted", f"instance {gone.instance}")
    sheet.line(f"  It is in the audit log. {NOT_FOR_PEOPLE}")
    if gone.sync:
        sheet.line(f"  The next `lading apply {gone.sync}` creates it again and sends all rows.")


def _draw_steps(sheet: Sheet, place: Place, *, there: bool) -> None:
    sheet.title(f"To make {place.where} anew")
    if there:
        sheet.line(f"  1. {place.dataset_id} is deleted at Amazon, with all of its rows")
    else:
        sheet.line(
            f"  1. Amazon has no {place.dataset_id}, so there is nothing to delete. Data that was uploaded by ADU 1.0 can be queried "
            "no more, and no program can reach it: ask Amazon's support to delete it. Its name stays taken: choose another id"
        )
    sheet.line(f"  2. {place.dataset_id} is created as the settings say")
    sheet.line(f"  3. you run `lading apply {place.sync}`, which sends all rows of the source")
