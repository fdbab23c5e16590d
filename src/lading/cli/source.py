"""`lading source`: trying where rows lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.service.trying import Trial

source = typer.Typer(help="Where rows lie.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.add_typer(source, name="source")


@source.callback()
def group(context: typer.Context) -> None:
    """Where rows lie."""
    face: Face = context.obj
    face.command = f"source {context.invoked_subcommand}"


@source.command("test")
def try_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name of a source in lading.yaml.")],
    path: Annotated[str | None, typer.Option(help="The file, or a pattern, to read of it.")] = None,
    query: Annotated[str | None, typer.Option(help="The SQL query to ask it.")] = None,
    sample: Annotated[
        int, typer.Option(min=0, max=10, help="So many values of each column are shown, masked.")
    ] = 3,
) -> None:
    """Read a source to its end, and show columns, rows and masked samples. Nothing is sent or kept.

    Without --path and --query it reads what the syncs read of it.
    """
    from lading.service.trying import try_source
    from lading.settings.reading import From

    face: Face = context.obj
    if path is not None and query is not None:
        raise typer.BadParameter("leave one of --path and --query out", param_hint="--query")
    chosen = From(source=name, path=path, query=query) if path or query else None
    with face.parts() as parts:
        found = try_source(parts, name, chosen, sample)
    face.show({"source": name, "readings": found}, lambda sheet: _draw(sheet, name, found))


def _draw(sheet: Sheet, name: str, found: tuple[Trial, ...]) -> None:
    for trial in found:
        sheet.title(f"{name}: {trial.reads}", f"for {', '.join(trial.syncs)}" if trial.syncs else "")
        sheet.counts([
            ("rows", trial.rows, ""),
            ("that cannot be read", trial.bad_rows or None, "they would be rejected, each with its number"),
        ])  # fmt: skip
        sheet.line()
        sheet.table(
            ("column", "taken as", "filled", "samples, masked"),
            [
                (one.name, one.taken_as or "", _share(one.filled, trial.rows), "  ".join(one.samples))
                for one in trial.columns
            ],
            right=("filled",),
        )
        sheet.line()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else ""
