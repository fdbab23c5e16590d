"""The command `amc-sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="A faithful Amazon on the desk: Login with Amazon, the Ads API for AMC and DSP, a clock and faults.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Keeps `serve` a word of its own."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8377,
    data: Annotated[
        Path | None, typer.Option(help="Keep the state in this folder; without it, in memory.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of people, identifiers and job times; 1 if not given.")
    ] = None,
    people: Annotated[
        int | None, typer.Option(min=1, help="Size of the population; 100000 if not given.")
    ] = None,
) -> None:
    """Serve on 127.0.0.1. The first line on stdout is JSON: url, pid and a grant to begin with."""
    import json  # noqa: PLC0415  (`amc-sandbox --help` stays quick)
    import os  # noqa: PLC0415

    from amc_sandbox.nearest import Unlawful  # noqa: PLC0415
    from amc_sandbox.running import open_sandbox  # noqa: PLC0415
    from amc_sandbox.sandbox import Plan  # noqa: PLC0415
    from amc_sandbox.server import Server, bind  # noqa: PLC0415
    from amc_sandbox.state.store import DataInUse  # noqa: PLC0415

    try:
        listener = bind(port)
    except OSError:
        _give_up(f"port {port} is in use: choose another with --port, or --port 0 for a free one")
    try:
        sandbox = open_sandbox(Plan(data, seed, people))
    except (DataInUse, Unlawful, OSError) as error:
        listener.close()
        _give_up(str(error))
    server = Server(sandbox)
    server.on_signals()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    typer.echo(json.dumps({"url": url, "pid": os.getpid(), "grant": sandbox.grant}))
    server.run(sockets=[listener])
    sandbox.close()


def _give_up(message: str) -> None:
    typer.echo(f"amc-sandbox: {message}", err=True)
    raise typer.Exit(2)


def main() -> None:
    app()
