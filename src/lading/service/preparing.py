"""A source's rows, prepared frame by frame: several frames beside each other, handed on in the order of the source."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import polars as pl

from lading.model.frames import ROW
from lading.prepare.quality import tally
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare
from lading.sources.source import Source, SourceFrame

#: Rows of a source's frame: fewer make every step dearer, more need more memory.
FRAME_ROWS: Final = 125_000

#: Frames that are worked on beside each other, one a processor: each more needs the memory of a frame.
_MOST: Final = 4

_Worked = TypeVar("_Worked")


@dataclass(frozen=True, slots=True, repr=False)
class PreparedFrame:
    """Some rows of a source, what became of them, and their quality (`QUALITY`)."""

    #: Without its rows, unless they were asked for.
    source: SourceFrame
    done: Prepared
    quality: pl.DataFrame


def prepared_frames(source: Source, recipe: Recipe, *, rows_too: bool = False) -> Iterator[PreparedFrame]:
    """All of `source`, prepared. Rows in clear are let go as soon as they are, unless `rows_too`."""
    work = partial(_prepared, recipe=recipe, rows_too=rows_too)
    return worked_frames(source, work, columns=recipe.mapping.columns)


def worked_frames(
    source: Source, work: Callable[[SourceFrame], _Worked], *, columns: Sequence[str] | None = None
) -> Iterator[_Worked]:
    """All of `source`, worked on, or only these columns of it. While one frame is written, the next ones are worked on."""
    workers = _workers()
    threads = ThreadPoolExecutor(workers, thread_name_prefix="prepare")
    try:
        begun: deque[Future[_Worked]] = deque()
        for frame in source.frames(FRAME_ROWS):
            begun.append(threads.submit(work, _only(frame, columns)))
            # Whoever takes the frames works, too, so that one fewer than `workers` is enough meanwhile.
            if len(begun) == workers:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


def _workers() -> int:
    return min(_MOST, pl.thread_pool_size())


def _only(frame: SourceFrame, columns: Sequence[str] | None) -> SourceFrame:
    return frame if columns is None else replace(frame, rows=frame.rows.select(ROW, *columns))


def _prepared(frame: SourceFrame, recipe: Recipe, *, rows_too: bool) -> PreparedFrame:
    done = prepare(frame.rows, recipe)
    quality = tally(frame.rows, done, recipe, frame.bad_rows)
    return PreparedFrame(frame if rows_too else replace(frame, rows=frame.rows.clear()), done, quality)
