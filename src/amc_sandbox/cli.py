"""The command `amc-sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

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
    s3_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of S3, KMS and STS; 0 takes a free one.")
    ] = 0,
    people: Annotated[
        int | None, typer.Option(min=1, help="Size of the population; 100000 if not given.")
    ] = None,
) -> None:
    """Serve on 127.0.0.1. The first line on stdout is JSON: url, pid, a grant to begin with, S3 and the instances."""
    import json  # noqa: PLC0415  (`amc-sandbox --help` stays quick)
    import os  # noqa: PLC0415

    from amc_sandbox.nearest import Unlawful  # noqa: PLC0415
    from amc_sandbox.running import open_sandbox  # noqa: PLC0415
    from amc_sandbox.sandbox import Plan  # noqa: PLC0415
    from amc_sandbox.server import Server, bind  # noqa: PLC0415
    from amc_sandbox.state.store import DataInUse  # noqa: PLC0415

    listeners = []
    for wanted, option in ((port, "--port"), (s3_port, "--s3-port")):
        try:
            listeners.append(bind(wanted))
        except OSError:
            _give_up(f"port {wanted} is in use: choose another with {option}, or {option} 0 for a free one")
    try:
        sandbox = open_sandbox(Plan(data, seed, people))
    except (DataInUse, Unlawful, OSError) as error:
        for one in listeners:
            one.close()
        _give_up(str(error))
    listener, s3_listener = listeners
    server = Server(sandbox)
    server.on_signals()
    sandbox.aws.serve(s3_listener)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    typer.echo(json.dumps({"url": url, "pid": os.getpid(), **sandbox.greeting}))
    server.run(sockets=[listener])
    sandbox.close()


def _give_up(message: str) -> NoReturn:
    typer.echo(f"amc-sandbox: {message}", err=True)
    raise typer.Exit(2)


def main() -> None:
    app()
