"""Every error that Lading raises, sorted by what to do about it.

LadingError
├── SettingsError      fix your settings       exit 2   (lading.yaml, arguments, a source that is not as declared)
├── AccessError        mend access at Amazon   exit 3   (token, scope, terms, profile, region, audience to adopt)
├── GuardTripped       look, then accept       exit 4   (nothing was sent)
├── StillProcessing    wait                    exit 5   (Amazon has not finished; `lading follow` goes on)
├── GaveUp             try again later         exit 7   (retries are used up, or the disk is full; resumable)
├── BooksUnbalanced    tell us                 exit 8   (read and accounted-for rows differ)
├── TargetBusy         wait                    exit 9   (another run holds the target)
└── Bug                tell us                 exit 1

A bad row is no exception: it is a rejection, a value. Exit code 6 (done, with more refused than allowed) is a verdict
on a finished run, not an error, and 130 is an interrupt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar


class Remedy(StrEnum):
    """What the reader of an error has to do."""

    SETTINGS = "fix your settings"
    ACCESS = "mend the access at Amazon"
    ROW = "fix this row"
    LOOK = "look, then accept or correct"
    WAIT = "wait and try again"
    GIVE_UP = "give up"
    BUG = "tell us: this is our bug"


class Exit(IntEnum):
    """The exit codes of the command line; documented in docs/reference/exit-codes.md."""

    DONE = 0
    BUG = 1
    SETTINGS = 2
    ACCESS = 3
    GUARD = 4
    PROCESSING = 5
    REFUSED = 6
    GAVE_UP = 7
    UNBALANCED = 8
    BUSY = 9
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as `--json` prints it."""

    #: A stable word for programs, such as `unknown_key`.
    code: str
    remedy: Remedy
    #: File, line and column, a setting, a row: wherever one has to look.
    where: str
    message: str


class LadingError(Exception):
    """The root. `str(error)` is the whole message for a person: what, where, what to do."""

    exit_code: ClassVar[Exit] = Exit.BUG
    remedy: ClassVar[Remedy] = Remedy.BUG
    code: ClassVar[str] = "bug"

    def __init__(
        self, message: str, *, where: str = "", code: str | None = None, problems: tuple[Problem, ...] = ()
    ) -> None:
        self.message = message
        self.where = where
        self._problems = problems
        self.problem_code = code or type(self).code
        super().__init__(f"{where}: {message}" if where else message)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, not only the first thing."""
        return self._problems or (Problem(self.problem_code, self.remedy, self.where, self.message),)


class SettingsError(LadingError):
    """Something that the user wrote, or a source, is not as it has to be."""

    exit_code = Exit.SETTINGS
    remedy = Remedy.SETTINGS
    code = "settings"


class AccessError(LadingError):
    """Amazon does not let us: token, scope, terms, profile, region, or an audience that has to be adopted."""

    exit_code = Exit.ACCESS
    remedy = Remedy.ACCESS
    code = "access"


class GuardTripped(LadingError):
    """Guards stopped the run before anything was sent; one problem each, with the guard's name as its code."""

    exit_code = Exit.GUARD
    remedy = Remedy.LOOK
    code = "guard"


class StillProcessing(LadingError):
    """Amazon has not finished with what was sent."""

    exit_code = Exit.PROCESSING
    remedy = Remedy.WAIT
    code = "still_processing"


class GaveUp(LadingError):
    """Retries are used up, or this machine cannot go on. What was confirmed is kept; the run can be resumed."""

    exit_code = Exit.GAVE_UP
    remedy = Remedy.WAIT
    code = "gave_up"


class BooksUnbalanced(LadingError):
    """Rows that were read and rows that are accounted for differ."""

    exit_code = Exit.UNBALANCED
    remedy = Remedy.BUG
    code = "books_unbalanced"


class TargetBusy(LadingError):
    """Another run holds this audience or dataset."""

    exit_code = Exit.BUSY
    remedy = Remedy.WAIT
    code = "target_busy"


class Bug(LadingError):
    """A state that our own code should never reach."""
