"""`lading init` and `lading schema`: the first settings file, and what it may hold."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lading.cli.face import Face
from lading.errors import SettingsError

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet

SCHEMA_NAME: Final = "lading.schema.json"

NEXT: Final = (
    "export AMAZON_CLIENT_ID=... AMAZON_CLIENT_SECRET=..., and your ids into {path}",
    "lading connect amazon      sign in at Amazon and keep the grant, encrypted",
    "lading plan customers      see what would be sent; `lading apply customers` sends it",
)


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    app.command()(init)
    app.command()(schema)


def init(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a commented lading.yaml.

    Beside it goes lading.schema.json, with which editors complete and check keys as you type.
    """
    from lading.settings import locate

    face: Face = context.obj
    path = locate(face.config, face.environ)
    if path.exists() and not force:
        raise SettingsError(
            "is there already: `lading init --force` overwrites it", where=str(path), code="exists"
        )
    schema_path = path.parent / SCHEMA_NAME
    _write(path, files("lading.cli").joinpath("template.yaml").read_text("utf-8"))
    _write(schema_path, schema_text())
    steps = [step.format(path=path) for step in NEXT]

    def draw(sheet: Sheet) -> None:
        sheet.line(f"wrote {path} and {schema_path}")
        sheet.line()
        sheet.title("Next")
        for number, step in enumerate(steps, 1):
            sheet.line(f"  {number}. {step}")

    face.show({"settings": path, "schema": schema_path, "next": steps}, draw)


def schema(context: typer.Context) -> None:
    """Print the JSON Schema of lading.yaml."""
    from lading.settings import json_schema

    face: Face = context.obj
    face.show(json_schema(), lambda sheet: sheet.raw(schema_text()))


def schema_text() -> str:
    """The schema as the file that editors read."""
    import json

    from lading.settings import json_schema

    found: dict[str, Any] = json_schema()
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(
            f"cannot be written: {error.strerror}", where=str(path), code="not_writable"
        ) from None
