"""Reading and planning a dataset's upload: which rows it carries, in which files, without sending anything."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lading.ledger.rows import NewBatch, Run
from lading.membership.files import FileRef, verify
from lading.service.datasets.picking import Picked, frames, pick
from lading.service.datasets.reading import DatasetReading, read_rows
from lading.service.datasets.recipes import recipe_of
from lading.service.datasets.upload_files import write_upload_files
from lading.service.erasure.suppressing import suppression_of
from lading.service.parts import Parts
from lading.service.work import carrier_of, target_of

#: The folder of upload files, in that of their run or plan; the part that each plays there is `upload-1` and so on.
UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDraft:
    """An upload before it has a name: its files, its counts and its one batch. What is shown of it is what is sent."""

    folder: Path
    reading: DatasetReading
    picked: Picked
    uploads: tuple[FileRef, ...]
    edition: int
    #: The source's columns -> the dataset's column that each fills, "" for none; None where no source was read.
    columns: Mapping[str, str] | None = None

    @property
    def files(self) -> Mapping[str, FileRef]:
        """What the ledger has to name, so that it counts."""
        uploads = {
            f"{UPLOAD}-{number}": FileRef(f"{UPLOAD}/{one.name}", one.sha256, one.bytes, one.rows)
            for number, one in enumerate(self.uploads, start=1)
        }
        return {**self.reading.files, **self.picked.files, **uploads}

    @property
    def batches(self) -> tuple[NewBatch, ...]:
        """One upload, whatever the number of its files; none where nothing has to be sent."""
        rows = self.picked.rows
        if not rows:
            return ()
        digest = sha256("".join(one.sha256 for one in self.uploads).encode()).hexdigest()
        size = sum(one.bytes for one in self.uploads)
        return (NewBatch(group=1, first=1, last=rows, records=rows, bytes=size, body_sha256=digest, part=1),)

    def counts(self) -> dict[str, Any]:
        """Everything that is known in numbers, as the ledger keeps it."""
        return {
            "read": self.reading.read,
            "recorded": self.reading.recorded,
            "rejected": self.reading.rejected,
            "rejections": dict(self.reading.rejections),
            "findings": dict(self.reading.findings),
            "sent": self.picked.rows,
            "left_out": dict(self.picked.left_out),
            "periods": [one.start for one in self.picked.sent if one.start],
            "shrunk": [[one.start, one.rows, one.before] for one in self.picked.sent if one.shrunk],
            "files": len(self.uploads),
            "bytes": sum(one.bytes for one in self.uploads),
            "allowed": dict(self.reading.allowed),
            "without_country": self.reading.without_country,
        }


def draft(parts: Parts, name: str, folder: Path, given: Path | None) -> UploadDraft:
    """Read the source of sync `name` (or the file given instead of it) and plan its upload, in `folder`."""
    sync, target = parts.sync(name), parts.dataset(name)
    source = parts.source(sync, given)
    columns = source.columns()
    recipe = recipe_of(sync, target, columns, suppression_of(parts))
    parts.progress.stage("Reading and hashing")
    reading = read_rows(source, recipe, folder, parts.progress)
    filled = dict.fromkeys(columns, "") | {one.source: one.name for one in recipe.columns}
    return _drafted(parts, name, folder, reading, {column: filled[column] for column in columns})


def redraft(parts: Parts, run: Run, folder: Path) -> UploadDraft:
    """Plan the rows of an earlier run once more, in `folder`, which has a link to them."""
    files = {
        part: _kept(folder, run, part) for part in ("rows", "rejections", "findings") if part in run.files
    }
    books = run.books
    reading = DatasetReading(
        files=files, version=run.id, read=books.read if books else files["rows"].rows,
        rejected=books.rejected if books else 0, rejections={}, findings={}, partitions={}, earliest=None, latest=None, allowed={}, without_country=0,
    )  # fmt: skip
    return _drafted(parts, carrier_of(parts, run), folder, reading, None)


def _kept(folder: Path, run: Run, part: str) -> FileRef:
    file = run.files[part]
    verify(folder, file)
    return FileRef(file.name, file.sha256, file.bytes, file.rows)


def _drafted(
    parts: Parts, name: str, folder: Path, reading: DatasetReading, columns: Mapping[str, str] | None
) -> UploadDraft:
    parts.progress.stage("Planning")
    known = parts.ledger.datasets.get(target_of(name, parts.sync(name)))
    rows = folder / reading.files["rows"].name
    picked = pick(parts, name, rows)
    shutil.rmtree(folder / UPLOAD, ignore_errors=True)
    written: tuple[FileRef, ...] = ()
    if picked.rows:
        parts.progress.stage("Writing files")
        chosen = frames(picked, rows, parts.home.scratch)
        written = write_upload_files(chosen, parts.dataset(name), folder / UPLOAD)
    return UploadDraft(
        folder=folder, reading=reading, picked=picked, uploads=written, edition=known.edition if known else 0, columns=columns,
    )  # fmt: skip
