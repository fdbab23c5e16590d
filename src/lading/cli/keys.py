"""`lading keys` and `lading export`: what belongs to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lading.cli.sheet import Sheet
    from lading.ledger.rows import ApiKey
    from lading.service.keys import NewKey


def register(app: typer.Typer) -> None:
    """Hangs the commands of this room into the tree."""
    group = typer.Typer(help="Keys of the server's API.", no_args_is_help=True)
    group.callback()(_named)
    group.command("create")(create)
    group.command("list")(list_keys)
    group.command("revoke")(revoke)
    app.add_typer(group, name="keys")
    app.command()(export)


def _named(context: typer.Context) -> None:
    """Keys of the server's API."""
    face: Face = context.obj
    face.command = f"keys {context.invoked_subcommand}"


def create(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="admin: all. read: look only. events: hand in events only.")],
    name: Annotated[
        str, typer.Option(help="What it is for, to tell it from others.", show_default=False)
    ] = "",
) -> None:
    """Make a key, and print it this once."""
    from lading.service import keys

    face: Face = context.obj
    with face.parts() as parts:
        made = keys.create(parts, role, name)
    shown = {"id": made.key.id, "role": made.key.role, "name": made.key.name, "key": made.secret}
    face.show(shown, lambda sheet: _draw_new(sheet, made))


def list_keys(context: typer.Context) -> None:
    """List the keys, without the keys themselves."""
    from lading.service import keys

    face: Face = context.obj
    with face.parts() as parts:
        known = keys.list_keys(parts)
    face.show(known, lambda sheet: _draw(sheet, known))


def revoke(context: typer.Context, key: Annotated[str, typer.Argument(help="The key's id, k-...")]) -> None:
    """Let a key open nothing any more."""
    from lading.service import keys

    face: Face = context.obj
    with face.parts() as parts:
        gone = keys.revoke(parts, key)
    face.show(gone, lambda sheet: sheet.line(f"{gone.id} is revoked"))


def export(context: typer.Context) -> None:
    """Print the settings made through the API, as YAML."""
    import yaml

    from lading.service import made

    face: Face = context.obj
    with face.parts() as parts:
        blocks = made.exported(parts)
    text = yaml.safe_dump(blocks, sort_keys=False, allow_unicode=True) if blocks else ""
    face.show(blocks, lambda sheet: _draw_text(sheet, text))


def _draw_new(sheet: Sheet, made: NewKey) -> None:
    sheet.line(made.secret)
    sheet.line(
        f"Key {made.key.id}, role {made.key.role}. It is shown only now: keep it where secrets are kept.",
        "dim",
    )


def _draw(sheet: Sheet, known: Sequence[ApiKey]) -> None:
    if not known:
        sheet.line("there are no keys: `lading keys create --role admin`")
        return
    sheet.table(
        ("id", "role", "name", "created", "revoked"),
        [(one.id, one.role, one.name, one.created_at, one.revoked_at) for one in known],
    )


def _draw_text(sheet: Sheet, text: str) -> None:
    for line in text.splitlines():
        sheet.line(line)
