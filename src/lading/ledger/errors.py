"""What goes wrong in the ledger, in words for the person who runs it."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from lading.errors import Bug, GaveUp, LadingError, SettingsError, TargetBusy


class LostClaim(TargetBusy):
    """Another worker has taken this run over, or finished it: stop at once and send nothing more."""

    code = "lost_claim"


_RESUME: Final = "Nothing was sent that is not written down; run the same command again to go on"

#: What a database says (a pattern, in lower case) -> our error, its code, and the message with the remedy.
_WORDS: Final[tuple[tuple[str, type[LadingError], str, str], ...]] = (
    (r"disk is full|no space left|could not extend file", GaveUp, "disk_full",
     f"the disk is full, so the ledger cannot be written. Free some room. {_RESUME}"),
    (r"is locked|lock timeout", GaveUp, "ledger_locked",
     f"another program has kept the ledger locked for 30 seconds. Close it. {_RESUME}"),
    (r"not a database", SettingsError, "no_ledger",
     "this file is not a ledger. Move it away, or restore a backup with `lading restore`"),
    (r"malformed", SettingsError, "ledger_damaged", "the ledger is damaged. Restore a backup with `lading restore`"),
    (r"readonly|read-only|permission denied", SettingsError, "ledger_readonly",
     "the ledger may not be written by this user. Give write permission on it and on its folder"),
    (r"unable to open", SettingsError, "no_ledger",
     "the ledger cannot be opened. Check that its folder exists and may be written by this user"),
    (r"disk i/o error", GaveUp, "disk_error", f"the disk failed while the ledger was written or read. Check it. {_RESUME}"),
    (r"authentication failed", SettingsError, "ledger_access",
     "the database refuses the user or password of the ledger's URL. Correct it"),
    (r"(database|role) \".*\" does not exist", SettingsError, "no_ledger",
     "the database or user of the ledger's URL does not exist. Create it, or correct the URL"),
    (r"could not translate host|failed to resolve host", SettingsError, "no_ledger",
     "the host of the ledger's URL is not known. Correct it"),
    (r"connection|server closed|terminating", GaveUp, "ledger_away",
     f"the database does not answer. Check that it runs and can be reached. {_RESUME}"),
)  # fmt: skip


def _breaks_a_rule(error: BaseException | None) -> bool:
    """A constraint of the tables stands against it: our own mistake, whatever words its columns are called by."""
    return isinstance(error, sqlite3.IntegrityError) or str(getattr(error, "sqlstate", "")).startswith("23")


def in_plain_words(error: BaseException | None, where: str) -> LadingError:
    """The error of ours that a driver's `error` stands for; `where` names the ledger without its password."""
    said = "" if _breaks_a_rule(error) else str(error).lower()
    for pattern, kind, code, message in _WORDS:
        if re.search(pattern, said):
            return kind(message, where=where, code=code)
    return Bug(f"the ledger's database refused a statement ({type(error).__name__})", where=where)
