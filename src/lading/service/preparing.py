"""A source's rows, prepared frame by frame: several frames beside each other, handed on in the order of the source."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from lading.prepare.quality import tally
from lading.prepare.recipe import Recipe
from lading.prepare.rows import Prepared, prepare
from lading.sources.source import Source, SourceFrame

#: Rows of a source's frame: fewer make every step dearer, more need more memory.
FRAME_ROWS: Final = 100_000

#: Frames that are worked on beside each other, one a processor: each more needs the memory of a frame.
_MOST: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class PreparedFrame:
    """Some rows of a source, what became of them, and their quality (`QUALITY`)."""

    source: SourceFrame
    done: Prepared
    quality: pl.DataFrame


def prepared_frames(source: Source, recipe: Recipe) -> Iterator[PreparedFrame]:
    """All of `source`, prepared. While one frame is written, the next ones are worked on."""
    workers = _workers()
    threads = ThreadPoolExecutor(workers, thread_name_prefix="prepare")
    try:
        begun: deque[Future[PreparedFrame]] = deque()
        for frame in source.frames(FRAME_ROWS):
            begun.append(threads.submit(partial(_prepared, frame, recipe)))
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
