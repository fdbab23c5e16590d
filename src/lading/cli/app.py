"""The tree of commands, and the options that all of them take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from lading.cli import (
    audiences,
    backup,
    bucket,
    cancel,
    check,
    connect,
    dataset,
    demo,
    event,
    follow,
    forget,
    init,
    keys,
    plan,
    prepare,
    report,
    runs,
    schedule,
    serve,
    source,
    td,
    trace,
    undo,
    verify,
    workflow,
)
from lading.cli.face import Face

HELP: Final = """Carries first-party data into Amazon Marketing Cloud and Amazon DSP, and proves that it arrived.

Start with `lading init`, or with `lading demo`, which needs no account."""

#: Options that may stand before or after the command, and how many values each takes.
EVERYWHERE: Final = {"--config": 1, "--json": 0, "--quiet": 0, "-q": 0, "--verbose": 0, "-v": 0}

app = typer.Typer(
    name="lading", help=HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip
for room in (
    init,
    check,
    connect,
    demo,
    plan,
    follow,
    cancel,
    undo,
    runs,
    schedule,
    report,
    trace,
    verify,
    prepare,
    source,
    audiences,
    dataset,
    bucket,
    forget,
    backup,
    keys,
    serve,
    event,
    td,
    workflow,
):
    room.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lading {version('lading')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The settings file. Else LADING_CONFIG, else ./lading.yaml.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every step as a line.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """What all commands take."""
    del version
    face: Face = context.obj
    face.command = context.invoked_subcommand or ""
    face.config, face.json, face.quiet, face.verbose = config, json, quiet, verbose


def call(face: Face) -> int:
    """Runs the command of `face.argv`; errors come out as they were raised."""
    command = typer.main.get_command(app)
    words = hoist(face.argv)
    face.command = next((word for word in words if word in command.commands), "")  # type: ignore[attr-defined]
    try:
        with command.make_context("lading", words, obj=face) as context:
            command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    return face.exit_code


def hoist(argv: Sequence[str]) -> list[str]:
    """The arguments with the options of `EVERYWHERE` moved to the front, as far as a `--`."""
    stop = argv.index("--") if "--" in argv else len(argv)
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv[:stop])
    for word in words:
        name = word.partition("=")[0]
        if name not in EVERYWHERE:
            rest.append(word)
            continue
        front.append(word)
        if EVERYWHERE[name] and "=" not in word:
            front.extend(value for value in [next(words, None)] if value is not None)
    return [*front, *rest, *argv[stop:]]
