"""Files that were not written here, searched for what Amazon refuses before they leave: identifiers that are not hashed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.prepare.datasets.raw import hits
from lading.service.progress import Progress
from lading.settings.datasets import DatasetTarget
from lading.sources.files import FileSource

#: Rows at once.
_ROWS: Final = 50_000
_HASH: Final = r"^[0-9a-fA-F]{64}$"


def search(paths: Iterable[Path], target: DatasetTarget | None, progress: Progress) -> None:
    """Look through whole files.

    Raises:
        SettingsError: somewhere is an e-mail address or a phone number in clear, or a hashed column holds something else.

    """
    delimiter = target.csv.delimiter if target and target.csv else None
    for path in paths:
        progress.say(f"Searching {path.name} for identifiers that are not hashed")
        source = FileSource(path.parent, path.name, delimiter=delimiter)
        for frame in source.frames(_ROWS):
            for row in frame.bad_rows[ROW].head(1):
                raise SettingsError(
                    f"row {row:,} cannot be cut into cells, so nobody can tell whether it holds identifiers in clear",
                    where=str(path), code="unreadable_file",
                )  # fmt: skip
            _search(frame.rows, target, path)


def _search(rows: pl.DataFrame, target: DatasetTarget | None, path: Path) -> None:
    lands = pl.Series([target.country if target else None] * rows.height, dtype=pl.String)
    columns = {name: rows[name] for name in rows.columns if name not in {ROW, *_allowed(target)}}
    for hit in hits(columns, rows[ROW], lands):
        raise SettingsError(
            f"{hit.kind} in clear, {hit.masked}, in row {hit.row:,}. Amazon refuses uploads with identifiers that are not hashed, so "
            "nothing is sent. `lading dataset prepare SYNC` writes files that are",
            where=f"{path}, column {hit.column}", code="raw_identifier",
        )  # fmt: skip
    for name in _hashed(target):
        if name in rows.columns:
            _check_hashes(rows, name, path)


def _check_hashes(rows: pl.DataFrame, name: str, path: Path) -> None:
    bad = rows.filter(pl.col(name).is_not_null() & (pl.col(name) != "") & ~pl.col(name).str.contains(_HASH))
    for row in bad[ROW].head(1):
        raise SettingsError(
            f"row {row:,} has something else than a SHA-256 of 64 hexadecimal digits, and this column is sent hashed. Nothing is sent. "
            "`lading dataset prepare SYNC` writes files that are",
            where=f"{path}, column {name}", code="raw_identifier",
        )  # fmt: skip


def _allowed(target: DatasetTarget | None) -> Iterator[str]:
    if target is not None:
        yield from target.allow
        yield from (name for name in target.columns if target.source_of(name) in target.allow)


def _hashed(target: DatasetTarget | None) -> Iterator[str]:
    for name, column in target.columns.items() if target else ():
        if column.hashed_identifier or column.hash:
            yield name
