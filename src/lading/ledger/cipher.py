"""The key of the ledger's secrets: from LADING_KEY, else from the file `key` in the home, made on first use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lading.errors import SettingsError

VARIABLE: Final = "LADING_KEY"


class Cipher:
    """Encrypts with the first key and decrypts with any: keys are changed by putting a new one in front."""

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self._file = home / "key"
        self._given = [key.strip() for key in environ.get(VARIABLE, "").split(",") if key.strip()]

    def encrypt(self, clear: bytes) -> bytes:
        """The ciphertext; the first use without LADING_KEY makes the key file."""
        if not self._given and not self._file.exists():
            write_once(self._file, Fernet.generate_key())
        return self._keys().encrypt(clear)

    def decrypt(self, ciphertext: bytes, *, name: str) -> bytes:
        """The secret called `name`, or SettingsError when no key of ours made it."""
        try:
            return self._keys().decrypt(ciphertext)
        except InvalidToken:
            raise SettingsError(
                f"the secret {name} was encrypted with another key. Put the right one in {VARIABLE} or {self._file}, "
                "or sign in again with `lading connect`",
                code="wrong_key",
            ) from None

    def _keys(self) -> MultiFernet:
        keys = [_fernet(key, VARIABLE) for key in self._given]
        if self._file.exists():
            keys.append(_fernet(self._file.read_text().strip(), str(self._file)))
        if not keys:
            raise SettingsError(
                f"the key of the stored secrets is gone. Put it back in {VARIABLE} or {self._file}, or sign in again with "
                "`lading connect`",
                code="key_gone",
            )
        return MultiFernet(keys)


def _fernet(key: str, where: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise SettingsError(
            "this is not a key. A key is 32 bytes in URL-safe base64, as the file `key` of a home holds it",
            where=where,
            code="bad_key",
        ) from None


def write_once(
    path: Path, content: bytes, *, mode: int = 0o600, reached: Callable[[str], None] = lambda _: None
) -> None:
    """Whole or not at all, and on the disk when this returns; whoever comes second leaves the first one's file in place.

    `reached` hears of its moments: after_write, after_fsync, after_rename, after_folder_fsync.
    """
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            reached("after_write")
            os.fsync(file.fileno())
        reached("after_fsync")
        with suppress(FileExistsError):
            os.link(draft, path)
        reached("after_rename")
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    reached("after_folder_fsync")
