"""The key of the marks of erased people: from LADING_ERASURE_KEY, else from `erasure-key` in the home, made on first use."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lading.errors import SettingsError
from lading.ledger.cipher import write_once

VARIABLE: Final = "LADING_ERASURE_KEY"
FILE: Final = "erasure-key"


class ErasureKey:
    """One key for ever: with another one, nobody who was erased would be known again."""

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self._file = home / FILE
        self._given = environ.get(VARIABLE, "").strip()

    def __repr__(self) -> str:
        return f"ErasureKey({self._file})"

    def known(self) -> bytes | None:
        """The key, if there is one."""
        if self._given:
            return _checked(self._given, VARIABLE)
        if self._file.exists():
            return _checked(self._file.read_text("utf-8").strip(), str(self._file))
        return None

    def made(self) -> bytes:
        """The key; the first use without LADING_ERASURE_KEY makes the file."""
        if (key := self.known()) is not None:
            return key
        write_once(self._file, f"{secrets.token_hex(32)}\n".encode())
        return _checked(self._file.read_text("utf-8").strip(), str(self._file))

    def gone(self, *, other: bool) -> SettingsError:
        """The error for marks that nobody can compare with any more: whoever was erased would come back."""
        what = "is not the one that people were erased with" if other else "is gone"
        return SettingsError(
            f"the key of the erased people {what}, so nobody can tell who must not be sent. Put it back, from a backup "
            f"(`lading backup` keeps it as {FILE}) or as {VARIABLE}; nothing is planned without it",
            where=str(self._file), code="wrong_erasure_key" if other else "erasure_key_gone",
        )  # fmt: skip


def _checked(text: str, where: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise SettingsError(
            "this is not the key of erased people. It is 64 hexadecimal digits, as a home keeps it",
            where=where, code="bad_erasure_key",
        )  # fmt: skip
    return bytes.fromhex(text)
