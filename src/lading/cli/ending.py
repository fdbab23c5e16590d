"""How a command ends that did not end well: one clear message on stderr, and the exit code that goes with it."""

from __future__ import annotations

import errno
import sys
from typing import Any

from lading.cli.face import Face, mute
from lading.errors import Bug, Exit, GaveUp, LadingError, Problem, Remedy, SettingsError

_USAGE = "usage"

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def end(error: BaseException, face: Face) -> int:
    """Says what happened and returns the exit code."""
    face.close()
    if isinstance(error, BrokenPipeError) and not face.working:  # the reader of a help text has gone
        mute()
        return face.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else Exit.BUG
    code, message, problems = judge(error, face)
    face.exit_code = int(code)
    if face.json:
        face.print_json(None, problems)
    say(message)
    return face.exit_code


def judge(error: BaseException, face: Face) -> tuple[Exit, str, tuple[Problem, ...]]:
    """Exit code, message and problems of an error."""
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "Abort":
        message = "interrupted; nothing is lost: run the same command again"
        return Exit.INTERRUPTED, message, (Problem("interrupted", Remedy.WAIT, "", message),)
    if (usage := getattr(error, "format_message", None)) is not None:
        return _usage(error, usage(), face)
    if isinstance(error, OSError):
        error = _of_the_machine(error)
    if isinstance(error, LadingError) and not isinstance(error, Bug):
        return error.exit_code, told(error.problems), error.problems
    return _bug(error, face)


def _of_the_machine(error: OSError) -> Exception:
    """What the machine refuses, where that is nobody's bug."""
    if error.errno in _FULL:
        return GaveUp("the disk is full: make room and run the same command again", code="disk_full")
    if error.errno in _FORBIDDEN and error.filename:
        return SettingsError(
            "this user may not read or write it. Give the permission, or name another place",
            where=str(error.filename), code="forbidden_path",
        )  # fmt: skip
    return error


def _usage(error: Any, says: str, face: Face) -> tuple[Exit, str, tuple[Problem, ...]]:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "lading"
    face.command = face.command or path.removeprefix("lading").strip()
    if type(error).__name__ == "NoArgsIsHelpError":
        return Exit.SETTINGS, says, (Problem(_USAGE, Remedy.SETTINGS, path, "what should it do?"),)
    says = says.rstrip(".")
    message = f"{says}\nTry `{path} --help`."
    return Exit.SETTINGS, f"error: {message}", (Problem(_USAGE, Remedy.SETTINGS, path, says),)


def told(problems: tuple[Problem, ...]) -> str:
    """Problems as one message."""
    lines = [
        f"{problem.where}: {problem.message}" if problem.where else problem.message for problem in problems
    ]
    if len(lines) == 1:
        return f"error: {lines[0]}"
    return "\n".join([f"error: {len(lines)} problems", *(f"  {line}" for line in lines)])


def _bug(error: BaseException, face: Face) -> tuple[Exit, str, tuple[Problem, ...]]:
    from lading.cli.bugs import write_down

    place = write_down(error, face)
    message = (
        "this is our bug, not your mistake. Nothing that Amazon confirmed is lost, and the same command may be run "
        "again. Please report it with "
        + (f"the file {place}, which" if place else f"these words: {type(error).__qualname__}; that")
        + " names types and places in the code and holds no data of yours"
    )
    return Exit.BUG, f"error: {message}.", (Problem("bug", Remedy.BUG, str(place or ""), message),)


def say(message: str) -> None:
    """Print a message on stderr; whoever does not read it any more is no error."""
    try:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
