"""A source's rows, prepared frame by frame: several frames beside each other, handed on in the order of the source."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import polars as pl

from lading.prepare.quality import tally
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare
from lading.sources.source import Source, SourceFrame

#: Rows of a source's frame: fewer make every step dearer, more need more memory.
FRAME_ROWS: Final = 100_000

#: Frames that are worked on beside each other, one a processor: each more needs the memory of a frame.
_MOST: Final = 4

_Worked = TypeVar("_Worked")


@dataclass(frozen=True, slots=True, repr=False)
class PreparedFrame:
    """Some rows of a source, what became of them, and their quality (`QUALITY`)."""

    source: SourceFrame
    done: Prepared
    quality: pl.DataFrame


def prepared_frames(source: Source, recipe: Recipe) -> Iterator[PreparedFrame]:
    """All of `source`, prepared."""
    return worked_frames(source, partial(_prepared, recipe=recipe))


def worked_frames(source: Source, work: Callable[[SourceFrame], _Worked]) -> Iterator[_Worked]:
    """All of `source`, worked on. While one frame is written, the next ones are worked on."""
    workers = _workers()
    threads = ThreadPoolExecutor(workers, thread_name_prefix="prepare")
    try:
        begun: deque[Future[_Worked]] = deque()
        for frame in source.frames(FRAME_ROWS):
            begun.append(threads.submit(work, frame))
            if len(begun) > workers:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


def _workers() -> int:
    return min(_MOST, pl.thread_pool_size())


def _prepared(frame: SourceFrame, recipe: Recipe) -> PreparedFrame:
    done = prepare(frame.rows, recipe)
    return PreparedFrame(frame, done, tally(frame.rows, done, recipe, frame.bad_rows))
