"""The command line: parse, one call of the service, render. `main` is the console script."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command that the arguments name and ends with its exit code."""
    # What a supervisor sends ends it as Ctrl-C does: in order, with a message, and to be resumed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:], os.environ))


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """The exit code of a command; its output is on stdout and stderr. Never raises."""
    from lading.cli.ending import end
    from lading.cli.face import Face

    face = Face(argv=tuple(argv), environ=environ)
    try:
        from lading.cli.app import call

        return call(face)
    except BaseException as error:  # noqa: BLE001  (the last stop: every ending has a message and an exit code)
        return end(error, face)
    finally:
        face.close()
