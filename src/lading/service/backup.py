"""Backups: one file with the ledger and every file that it names, and the way back. The key stays out of it."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from lading.errors import SettingsError
from lading.service.erasure import receipts
from lading.service.home import Home
from lading.service.parts import Parts

_LEDGER: Final = "ledger.db"
_MANIFEST: Final = "backup.json"
#: What a backup holds beside the ledger. Not the key (whoever has both can act for the connections), no locks, no scratch.
#: The keys of erasures are in it: without them nobody could tell who must not come back.
_KEPT: Final = (
    "ID",
    "audiences.json",
    "members",
    "events",
    "datasets",
    "identities",
    "runs",
    "plans",
    "receipts",
    "erasure-key",
    "receipt-key",
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written or read."""

    path: str
    home: str
    files: int
    bytes: int

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def backup(parts: Parts, path: Path) -> Backup:
    """Write a consistent backup of the home folder to `path` (.tar.gz), which must not exist yet."""
    if path.exists():
        raise SettingsError("exists already; name a new file", where=str(path), code="exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    parts.erasure_key.made()
    receipts.make_key(parts.home)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        files = _write(parts, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Backup(str(path), str(parts.home.path), files, path.stat().st_size)


def _write(parts: Parts, draft: Path) -> int:
    with (
        tempfile.TemporaryDirectory(dir=parts.home.scratch) as scratch,
        tarfile.open(draft, "w:gz", compresslevel=1) as tar,
    ):
        # The ledger first: files that are written after this moment are named by no row of the copy.
        copy = Path(scratch) / _LEDGER
        parts.ledger.backup_to(copy)
        tar.add(copy, _LEDGER)
        count = 1
        for file in _files(parts.home):
            with suppress(
                FileNotFoundError
            ):  # a run's file that was swept in the meantime is named by nobody
                tar.add(file, str(file.relative_to(parts.home.path)))
                count += 1
        note = json.dumps({"lading_backup": 1, "home_id": parts.ledger.home_id}).encode()
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(note)
        tar.addfile(entry, io.BytesIO(note))
    return count


def _files(home: Home) -> Iterator[Path]:
    for name in _KEPT:
        top = home.path / name
        found = (top,) if top.is_file() else sorted(top.rglob("*"))
        yield from (file for file in found if file.is_file() and not file.name.endswith(".tmp"))


def restore(home: Home, path: Path, newer: Sequence[Path] = ()) -> Backup:
    """Bring a backup back into an empty home folder. The key has to be put back beside it by hand, or by LADING_KEY.

    `newer`: receipts of erasures since the backup, or folders of them. They are put into the home, which plans nothing until
    these people are erased again.
    """
    brought = receipts.files_in(newer)
    if home.path.exists() and any(home.path.iterdir()):
        raise SettingsError(
            "is not empty; a backup is restored into an empty home folder. Move this one away, or set LADING_HOME",
            where=str(home.path), code="home_not_empty",
        )  # fmt: skip
    if not path.is_file():
        raise SettingsError("there is no such file", where=str(path), code="no_backup")
    home.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.path.parent, prefix=".restore-") as scratch:
        files = _unpack(path, Path(scratch))
        for receipt in brought:
            kept = Path(scratch) / "home" / "receipts" / receipt.name
            kept.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(receipt, kept)
        if home.path.exists():
            home.path.rmdir()
        (Path(scratch) / "home").rename(home.path)
    home.path.chmod(0o700)
    return Backup(str(path), str(home.path), files, path.stat().st_size)


def _unpack(path: Path, scratch: Path) -> int:
    target = scratch / "home"
    try:
        with tarfile.open(path, "r:gz") as tar:
            tar.extractall(target, filter="data")
        note = json.loads((target / _MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise SettingsError(
            "is no backup of Lading, or it is damaged", where=str(path), code="no_backup"
        ) from error
    if note.get("lading_backup") != 1 or not (target / _LEDGER).is_file():
        raise SettingsError("was not written by this Lading", where=str(path), code="no_backup")
    (target / _MANIFEST).unlink()
    return sum(1 for file in target.rglob("*") if file.is_file())
