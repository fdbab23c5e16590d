"""The home folder: where the ledger, the files of runs and the keys lie."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lading.crashpoints import reach
from lading.errors import SettingsError
from lading.membership.disk import disk_full, flush, is_full

_MODE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one folder. Files in it are named relative to it, so that it can be moved or restored elsewhere."""

    path: Path

    @property
    def ledger(self) -> Path:
        return self.path / "ledger.db"

    @property
    def key(self) -> Path:
        """The key of the secrets in the ledger."""
        return self.path / "key"

    @property
    def erasure_key(self) -> Path:
        """The key of the marks of erased people."""
        return self.path / "erasure-key"

    @property
    def receipt_key(self) -> Path:
        """The key that receipts are signed with."""
        return self.path / "receipt-key"

    @property
    def receipts(self) -> Path:
        return self.path / "receipts"

    @property
    def forget_lock(self) -> Path:
        """Held by the process that erases: one at a time."""
        return self.path / "forget.lock"

    @property
    def workers(self) -> Path:
        return self.path / "workers"

    @property
    def events(self) -> Path:
        """Events that came in and are not settled yet."""
        return self.path / "events"

    @property
    def scratch(self) -> Path:
        """Where sorting and joining spill to; empty between runs."""
        return self.path / "tmp"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def audiences(self) -> Path:
        """The ids of all audiences in a file for people: Amazon can neither list nor search them."""
        return self.path / "audiences.json"

    def run(self, run_id: str) -> Path:
        return self.path / "runs" / run_id

    def plan(self, plan_id: str) -> Path:
        return self.path / "plans" / plan_id

    def members(self, audience_id: str) -> Path:
        return self.path / "members" / audience_id

    def dataset(self, connection: str, dataset_id: str) -> Path:
        """The keys of the rows that were sent of a dataset."""
        return self.path / "datasets" / connection / dataset_id

    @property
    def identities(self) -> Path:
        """Whom Amazon is being asked to delete from datasets; empty when no erasure is under way."""
        return self.path / "identities"

    def open(self) -> None:
        """Make the folder where it is missing. It holds pseudonymous data: only its owner may look in."""
        try:
            self.path.mkdir(mode=_MODE, parents=True, exist_ok=True)
            for folder in (self.workers, self.scratch, self.logs):
                folder.mkdir(mode=_MODE, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, "may not be written", str(folder))
        except (FileExistsError, NotADirectoryError) as error:
            raise SettingsError(
                "is not a folder; set LADING_HOME or `home:` to one", where=str(self.path)
            ) from error
        except OSError as error:
            if is_full(error):
                raise disk_full(self.path) from error
            why = error.strerror or "cannot be written"
            raise SettingsError(
                f"{why}; set LADING_HOME or `home:` to a folder that can be written", where=str(self.path)
            ) from error

    def note_audience(self, target: str, audience_id: str, name: str) -> None:
        """Keep an audience's id in `audiences.json`; one that stands there already is left as it is."""
        known = json.loads(self.audiences.read_text("utf-8")) if self.audiences.exists() else {}
        entry = {"audience_id": audience_id, "name": name}
        if known.get(target) == entry:
            return
        fresh = self.audiences.with_suffix(f".{os.getpid()}.tmp")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({**known, target: entry}, file, indent=2, ensure_ascii=False, sort_keys=True)
            reach("audiences_json.after_write")
            file.flush()
            os.fsync(file.fileno())
        reach("audiences_json.after_fsync")
        fresh.replace(self.audiences)
        reach("audiences_json.after_rename")
        flush(self.path)
        reach("audiences_json.after_folder_fsync")
