"""How far the work is, on stderr: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TextIO

from lading.service.progress import Progress, Silence

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Shown(Progress, Protocol):
    """A progress display that has to be ended."""

    def close(self) -> None: ...


def choose(stream: TextIO, environ: Mapping[str, str], *, quiet: bool, verbose: bool) -> Shown:
    """The display that fits where it goes to."""
    if quiet:
        return Quiet()
    if verbose or not stream.isatty() or environ.get("TERM") == "dumb":
        return Lines(stream, every_step=verbose)
    return Bar(stream, color=not environ.get("NO_COLOR"))


class Quiet(Silence):
    """Shows nothing."""

    def close(self) -> None:
        pass


class Lines:
    """One line a stage, and one for each further tenth of it; with `every_step` one for each report."""

    def __init__(self, stream: TextIO, *, every_step: bool) -> None:
        self._stream = stream
        self._every_step = every_step
        self._stage = ""
        self._shown = 0

    def stage(self, name: str) -> None:
        self._stage, self._shown = name, 0
        self.say(name)

    def advance(self, done: int, total: int | None, unit: str) -> None:
        if self._every_step or self._is_worth_a_line(done, total):
            self._shown = done
            self.say(f"{self._stage}: {done:,}{f' of {total:,}' if total else ''} {unit}")

    def _is_worth_a_line(self, done: int, total: int | None) -> bool:
        if total:
            return done > self._shown and (done >= total or done * 10 // total > self._shown * 10 // total)
        return done >= max(100_000, 2 * self._shown)

    def say(self, line: str) -> None:
        with suppress(BrokenPipeError):  # nobody reads on; the work goes on
            self._stream.write(line + "\n")
            self._stream.flush()

    def close(self) -> None:
        pass


class Bar:
    """A bar a stage, with counts and the time that is left."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        from rich.console import Console

        self._console = Console(
            file=stream, no_color=not color, highlight=False, markup=False, emoji=False, width=None
        )
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def stage(self, name: str) -> None:
        bars = self._open()
        if self._task is not None:
            task = bars.tasks[-1]
            bars.update(
                self._task,
                total=task.total or task.completed or 1,
                completed=task.total or task.completed or 1,
            )
        self._task = bars.add_task(name, total=None, counts="")

    def advance(self, done: int, total: int | None, unit: str) -> None:
        if self._task is not None:
            counts = f"{done:,}{f' of {total:,}' if total else ''} {unit}"
            self._open().update(self._task, completed=done, total=total, counts=counts)

    def say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _open(self) -> Bars:
        if self._bars is None:
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as RichBars

            self._bars = RichBars(
                TextColumn("{task.description:<22}"), BarColumn(bar_width=30), TextColumn("{task.fields[counts]:<34}"),
                TimeElapsedColumn(), console=self._console, transient=True,
            )  # fmt: skip
            self._bars.start()
            self._task = None
        return self._bars
