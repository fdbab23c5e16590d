"""Step one of an upload alone: the files that a sync would upload to its dataset, on this machine, and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from lading.errors import SettingsError
from lading.membership.files import FileRef, make_folder
from lading.report.rejections import Reason, reasons
from lading.service.datasets.reading import DatasetReading, read_rows
from lading.service.datasets.recipes import recipe_of
from lading.service.datasets.upload_files import MAX_BYTES, frames_of, write_upload_files
from lading.service.erasure.suppressing import suppression_of
from lading.service.parts import Parts

#: Where the files go if nobody says: a folder of this name, the sync's behind it.
FOLDER: Final = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDataset:
    """The files, and what became of the rows."""

    sync: str
    dataset: str
    out: str
    format: str
    compression: str
    files: tuple[FileRef, ...]
    rejections_file: str
    read: int
    #: Rows in the files.
    recorded: int
    rejected: int
    #: Why, each with the first rows, masked.
    rejections: tuple[Reason, ...]
    #: Values that were emptied or changed lossily while their rows went on.
    findings: tuple[Reason, ...]
    #: Beginning of each partition -> rows; empty for a table.
    partitions: Mapping[str, int]
    earliest: datetime | None
    latest: datetime | None
    #: Rows that Amazon will take for people of a country UNKNOWN.
    without_country: int
    #: Columns of the source that nothing is filled from.
    unnamed: tuple[str, ...]
    #: Columns with identifiers in clear that the settings allow, and why.
    allowed: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """The facts by name."""
        return asdict(self)


def prepare_dataset(
    parts: Parts, name: str, out: Path | None = None, given: Path | None = None, max_bytes: int = MAX_BYTES
) -> PreparedDataset:
    """Write what sync `name` would upload into the folder `out`, and the rejected rows, masked, into a file beside it.

    `given`: a file instead of the sync's own source. Raises SettingsError where `out` holds files of another kind.
    """
    sync, target = parts.sync(name), parts.dataset(name)
    folder = out or Path(FOLDER) / name.replace("/", "-")
    _check(folder)
    source = parts.source(sync, given)
    recipe = recipe_of(sync, target, source.columns(), suppression_of(parts))
    beside = folder.with_name(f"{folder.name}.rejections.parquet")
    with _scratch(folder) as scratch:
        parts.progress.stage("Reading and hashing")
        read = read_rows(source, recipe, scratch, parts.progress)
        parts.progress.stage("Writing files")
        files = write_upload_files(frames_of(scratch / read.files["rows"].name), target, folder, max_bytes)
        rejections, findings = (_told(scratch, read, stem) for stem in ("rejections", "findings"))
        (scratch / read.files["rejections"].name).replace(beside)
    if read.allowed:
        parts.ledger.audit.add(
            "raw identifiers allowed",
            who="dataset prepare",
            where={"sync": name, "columns": dict(read.allowed)},
        )
    return PreparedDataset(
        sync=name, dataset=target.id, out=str(folder), format=target.format, compression=target.file_compression,
        files=files, rejections_file=str(beside), read=read.read, recorded=read.recorded, rejected=read.rejected,
        rejections=rejections, findings=findings, partitions=read.partitions, earliest=read.earliest, latest=read.latest,
        without_country=read.without_country, unnamed=recipe.unnamed, allowed=read.allowed,
    )  # fmt: skip


def _check(folder: Path) -> None:
    """A folder of upload files may be written anew; another's files are not to be uploaded with them."""
    if folder.exists() and not folder.is_dir():
        raise SettingsError("is a file: name a folder", where=f"--out {folder}", code="wrong_output")
    strange = sorted(path.name for path in folder.glob("*") if not path.name.startswith("part-"))
    if strange:
        raise SettingsError(
            f"holds {strange[0]}, which is no upload file: name an empty folder, or a new one", where=f"--out {folder}",
            code="wrong_output",
        )  # fmt: skip


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for the rows on their way, beside the files: on the same disk, and gone afterwards."""
    make_folder(folder.parent)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        yield Path(scratch)


def _told(folder: Path, read: DatasetReading, stem: str) -> tuple[Reason, ...]:
    return reasons(pl.scan_parquet(folder / read.files[stem].name))
