"""What one call of the command line knows of its caller: options, environment, where to print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lading.errors import Exit, Problem

if TYPE_CHECKING:
    from lading.cli.progress import Shown
    from lading.cli.sheet import Sheet
    from lading.service.parts import Parts


@dataclass
class Face:
    """The caller's side of a command."""

    argv: tuple[str, ...]
    environ: Mapping[str, str]
    command: str = ""
    config: Path | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    exit_code: int = Exit.DONE
    #: Parts were opened: from here on, an unexpected error is none of the reader's.
    working: bool = False
    _progress: Shown | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.json = "--json" in self.argv

    def progress(self) -> Shown:
        """What shows how far the work is; on stderr, and nothing with --quiet."""
        from lading.cli.progress import choose

        if self._progress is None:
            self._progress = choose(sys.stderr, self.environ, quiet=self.quiet, verbose=self.verbose)
        return self._progress

    def parts(
        self, config: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Parts]:
        """The working parts for the caller's settings, or for others; closed at the end of the `with`."""
        from lading import wiring

        self.working = True
        return wiring.build(config or self.config, environ or self.environ, progress=self.progress())

    def show(
        self,
        data: Any,
        draw: Callable[[Sheet], None],
        *,
        exit_code: int = Exit.DONE,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        """Prints the answer, as JSON or as `draw` draws it, and keeps the exit code."""
        self.exit_code = int(exit_code)
        self.close()
        if self.json:
            self.print_json(data, problems)
            return
        _write(_drawn(draw, self.environ))

    def show_first(self, draw: Callable[[Sheet], None]) -> None:
        """Prints something for people before the answer; nothing with --json."""
        self.close()
        if not self.json:
            _write(_drawn(draw, self.environ) + "\n")

    def print_json(self, data: Any, problems: tuple[Problem, ...]) -> None:
        """Prints the one object of `--json`."""
        import json

        from lading.cli.envelope import envelope

        body = envelope(self.command, self.exit_code, data, problems)
        _write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")

    def close(self) -> None:
        """Ends the progress display; may be called again."""
        if self._progress is not None:
            self._progress.close()


def _drawn(draw: Callable[[Sheet], None], environ: Mapping[str, str]) -> str:
    from lading.cli.sheet import Sheet

    sheet = Sheet(environ)
    draw(sheet)
    return sheet.text()


def _write(text: str) -> None:
    """To stdout; a reader that has gone away (`| head`) is no error and changes no exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        mute()


def mute() -> None:
    """Points stdout at nothing, so that nothing is written to a closed pipe at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
