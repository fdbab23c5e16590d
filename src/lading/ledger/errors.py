"""What goes wrong in the ledger, in words for the person who runs it."""

from __future__ import annotations

from typing import Final

from lading.errors import Bug, GaveUp, LadingError, SettingsError, TargetBusy


class LostClaim(TargetBusy):
    """Another worker has taken this run over, or finished it: stop at once and send nothing more."""

    code = "lost_claim"


_RESUME: Final = "Nothing was sent for it; run the same command again to go on"

#: What a database says (lower case) -> our error, its code, and the message with the remedy.
_WORDS: Final[tuple[tuple[str, type[LadingError], str, str], ...]] = (
    ("disk is full", GaveUp, "disk_full", f"the disk is full, so the ledger cannot be written. Free some room. {_RESUME}"),
    ("no space left", GaveUp, "disk_full", f"the disk is full, so the ledger cannot be written. Free some room. {_RESUME}"),
    ("could not extend file", GaveUp, "disk_full", f"the database's disk is full. Free some room. {_RESUME}"),
    ("is locked", GaveUp, "ledger_locked", f"another program has kept the ledger locked for 30 seconds. Close it. {_RESUME}"),
    ("not a database", SettingsError, "no_ledger", "this file is not a ledger. Move it away, or restore a backup with `lading restore`"),
    ("malformed", SettingsError, "ledger_damaged", "the ledger is damaged. Restore a backup with `lading restore`"),
    ("readonly", SettingsError, "ledger_readonly", "the ledger may not be written by this user. Give write permission on the file and its folder"),
    ("read-only", SettingsError, "ledger_readonly", "the ledger may not be written by this user. Give write permission"),
    ("unable to open", SettingsError, "no_ledger", "the ledger cannot be opened. Check that its folder exists and may be written by this user"),
    ("disk i/o error", GaveUp, "disk_error", f"the disk failed while the ledger was written or read. Check it. {_RESUME}"),
    ("authentication failed", SettingsError, "ledger_access", "the database refuses the user or password of the ledger's URL. Correct it"),
    ("does not exist", SettingsError, "no_ledger", "the database of the ledger's URL does not exist. Create it, or correct the URL"),
    ("could not translate host", SettingsError, "no_ledger", "the host of the ledger's URL is not known. Correct it"),
    ("failed to resolve host", SettingsError, "no_ledger", "the host of the ledger's URL is not known. Correct it"),
    ("connection", GaveUp, "ledger_away", f"the database does not answer. Check that it runs and can be reached. {_RESUME}"),
)  # fmt: skip


def in_plain_words(error: BaseException | None, where: str) -> LadingError:
    """The error of ours that a driver's `error` stands for; `where` names the ledger without its password."""
    said = str(error).lower()
    for words, kind, code, message in _WORDS:
        if words in said:
            return kind(message, where=where, code=code)
    return Bug(f"the ledger's database refused a statement ({type(error).__name__})", where=where)
