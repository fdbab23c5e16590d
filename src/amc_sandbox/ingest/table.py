"""The rows of one data set on disk: a Parquet file an upload, and a page that says which of its rows count.

Uploads are all or nothing: a new page takes the old one's place, and nothing else decides what is there. Columns are
kept under numbers, so that a renamed column keeps its values and a new one of an old name has none.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, cast

import polars as pl
from pyarrow import parquet

from amc_sandbox.ingest.conforming import TYPES
from amc_sandbox.ingest.partitions import PARTITION, Segment, merged
from amc_sandbox.ingest.resolution import USER
from amc_sandbox.ingest.specs import DataType, Strategy

_PAGE: Final = "page.json"
#: In the files: the partition and the person of a row, beside the numbered columns.
_PARTITION, _USER = "partition", "user"
_BATCH: Final = 65_536


@dataclass(frozen=True, slots=True)
class Kept:
    """A column, and the number that the files know it by."""

    name: str
    data_type: DataType
    number: int


@dataclass(frozen=True, slots=True)
class Page:
    columns: tuple[Kept, ...] = ()
    segments: tuple[Segment, ...] = ()
    #: The next number of a column.
    next: int = 1
    #: Rows written by each upload that was taken: one that is carried out twice counts once.
    uploads: Mapping[str, int] = field(default_factory=dict)

    def partitions(self) -> dict[str, int]:
        """How many rows there are of each partition, by its start."""
        counts: dict[str, int] = {}
        for one in self.segments:
            for name, rows in one.partitions.items():
                counts[name] = counts.get(name, 0) + rows
        return dict(sorted(counts.items()))

    def knowing(self, columns: Sequence[tuple[str, DataType]]) -> Page:
        """The page with exactly these columns, in their order."""
        known, following, kept = {one.name: one for one in self.columns}, self.next, []
        for name, data_type in columns:
            one = known.get(name)
            if one is None:
                one, following = Kept(name, data_type, following), following + 1
            kept.append(one)
        return replace(self, columns=tuple(kept), next=following)


class Table:
    """One data set's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def page(self) -> Page:
        with suppress(FileNotFoundError):
            known = json.loads((self.folder / _PAGE).read_text("utf-8"))
            columns = tuple(Kept(**one) for one in known["columns"])
            segments = tuple(Segment(**one) for one in known["segments"])
            return Page(columns, segments, known["next"], known["uploads"])
        return Page()

    def turn(self, page: Page) -> None:
        """Make a page the one that counts, and drop the files that it does not name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{_PAGE}.new"
        fresh.write_text(json.dumps(asdict(page)), "utf-8")
        fresh.replace(self.folder / _PAGE)
        named = {one.file for one in page.segments}
        for file in self.folder.glob("*.parquet"):
            if file.name not in named:
                file.unlink()

    def drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def append(self, page: Page, batches: Iterator[pl.DataFrame]) -> Segment:
        """Write batches (the page's columns, PARTITION and USER) to a file that no page names yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        names = {one.name: str(one.number) for one in page.columns} | {PARTITION: _PARTITION, USER: _USER}
        return self._written(batch.select(*names).rename(names) for batch in batches)

    def _written(self, batches: Iterator[pl.DataFrame]) -> Segment:
        """Batches as they are kept, in a new file."""
        path, counts = self.folder / f"{uuid.uuid4().hex}.parquet", dict[str, int]()
        writer: parquet.ParquetWriter | None = None
        try:
            for batch in batches:
                arrow = batch.to_arrow()
                writer = writer or parquet.ParquetWriter(path, arrow.schema)
                writer.write_table(arrow)
                for name, rows in batch.group_by(_PARTITION).len().iter_rows():
                    counts[name] = counts.get(name, 0) + rows
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            if writer is not None:
                writer.close()
        return Segment(path.name, counts)

    def take(self, page: Page, segment: Segment, strategy: Strategy, upload_id: str) -> int:
        """Merge an upload's file into what is there; gives the number of rows that were written."""
        segments = merged(page.segments, segment, strategy)
        rows = sum(sum(one.partitions.values()) for one in segments if one.file == segment.file)
        self.turn(replace(page, segments=segments, uploads={**page.uploads, upload_id: rows}))
        return rows

    def without(self, page: Page, people: Collection[str]) -> tuple[Page, int]:
        """The page after these people's rows have been taken out of its files, and how many rows that were."""
        segments, before = [], sum(page.partitions().values())
        with self.opened(page) as files:
            for segment, file in zip(page.segments, files, strict=True):
                batches = (
                    batch.filter(~pl.col(_USER).is_in(people).fill_null(value=False))
                    for batch in _counted(segment, file)
                )
                segments.append(self._written(batches) if _holds(segment, file, people) else segment)
        after = replace(page, segments=tuple(one for one in segments if one.partitions))
        return after, before - sum(after.partitions().values())

    @contextmanager
    def opened(self, page: Page) -> Iterator[list[parquet.ParquetFile]]:
        """The files of a page; once open they can be read to their end, whatever page comes."""
        files: list[parquet.ParquetFile] = []
        try:
            files.extend(parquet.ParquetFile(self.folder / one.file) for one in page.segments)
            yield files
        finally:
            for one in files:
                one.close()


def empty(page: Page) -> pl.DataFrame:
    """The page's columns, without a row."""
    return pl.DataFrame(schema={one.name: TYPES[one.data_type] for one in page.columns})


def rows(page: Page, files: Sequence[parquet.ParquetFile]) -> Iterator[pl.DataFrame]:
    """The rows that count, in the order of their uploads, under the names of the page's columns."""
    for segment, file in zip(page.segments, files, strict=True):
        for batch in _counted(segment, file):
            if batch.height:
                yield batch.select(_column(batch, one) for one in page.columns)


def _column(batch: pl.DataFrame, kept: Kept) -> pl.Expr:
    name = str(kept.number)
    value = pl.col(name) if name in batch.columns else pl.lit(None)
    return value.cast(TYPES[kept.data_type]).alias(kept.name)


def _counted(segment: Segment, file: parquet.ParquetFile) -> Iterator[pl.DataFrame]:
    for batch in file.iter_batches(_BATCH, use_threads=False):
        frame = cast("pl.DataFrame", pl.from_arrow(batch))
        yield frame.filter(pl.col(_PARTITION).is_in(list(segment.partitions))) if segment.cut else frame


def _holds(segment: Segment, file: parquet.ParquetFile, people: Collection[str]) -> bool:
    return any(batch[_USER].is_in(people).any() for batch in _counted(segment, file))
