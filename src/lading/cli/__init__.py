"""The command line: parse, one call of the service, render. `main` is the console script."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command that the arguments name and ends with its exit code."""
    # What a supervisor sends ends it as Ctrl-C does: in order, with a message, and to be resumed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(sys.argv[1:], os.environ)
    if code:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """Ends at once, whatever threads are still at work.

    A reader of CSV reads ahead, and a thread of it that comes back to an interpreter on its way out aborts the process: nobody
    would see the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


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
