"""`lading connect`: sign in at Amazon."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli.face import Face

if TYPE_CHECKING:
    from lading.cli.sheet import Sheet
    from lading.service.connect import Connected


def register(app: typer.Typer) -> None:
    """Hangs the command into the tree."""
    app.command()(connect)


def connect(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A connection of lading.yaml.")],
    port: Annotated[
        int,
        typer.Option(
            help="The loopback port of the redirect, which the client must allow; 0 takes a free one.",
            min=0,
            max=65_535,
        ),
    ] = 8379,
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="Accept Amazon's terms for AMC.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page, or only print its address.")
    ] = True,
    timeout: Annotated[int, typer.Option(help="How many seconds to wait for the sign-in.", min=1)] = 300,
) -> None:
    """Sign in at Amazon.

    The grant is kept encrypted in the home folder, and the connection that audiences go through is made.
    """
    from lading.service.connect import ConnectOrder
    from lading.service.connect import connect as sign_in

    face: Face = context.obj
    order = ConnectOrder(
        open_url=lambda url: open_page(face, url, browser=browser), port=port, accept_terms=accept_terms,
        timeout=timedelta(seconds=timeout),
    )  # fmt: skip
    with face.parts() as parts:
        connected = sign_in(parts, name, order)
    face.show(connected, lambda sheet: draw(sheet, connected))


def open_page(face: Face, url: str, *, browser: bool) -> None:
    """Prints the address of Amazon's page, and opens it where a person sits before a screen."""
    asks = f"Sign in at Amazon and allow access:\n  {url}"
    if face.quiet:  # it is a question, no progress: unseen, it could only be waited for in vain
        sys.stderr.write(asks + "\n")
        sys.stderr.flush()
    else:
        face.progress().say(asks)
    if browser and sys.stderr.isatty():
        import webbrowser

        webbrowser.open(url)


def draw(sheet: Sheet, connected: Connected) -> None:
    """What the connection stands on now."""
    sheet.title(f"Connected: {connected.connection}")
    made = " (made now)" if connected.created else ""
    sheet.facts((
        ("profile", connected.profile_id),
        ("connection", f"{connected.connection_id}{made}" if connected.connection_id else "none: audiences go to DSP alone"),
        ("AMC terms", "accepted" if connected.terms_accepted else f"not accepted yet: lading connect {connected.connection} --accept-terms"),
    ))  # fmt: skip
