"""`lading demo`: the whole way on this machine, against a sandbox."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(demo)


def demo(context: typer.Context) -> None:
    """See the whole way on this machine; no account needed.

    An invented shop's customers are carried into an audience of a sandbox.
    """
    raise NotImplementedError
