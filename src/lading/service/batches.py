"""A source's rows, prepared batch by batch: several batches beside each other, handed on in the order of the source."""

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

#: Rows of a batch. Measured: fewer make every step dearer, more only need more memory.
BATCH_ROWS: Final = 100_000

#: Batches that are worked on beside each other, one a processor: each more needs the memory of a batch.
_MOST: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Some rows of a source, what became of them, and their quality (`QUALITY`)."""

    frame: SourceFrame
    prepared: Prepared
    quality: pl.DataFrame


def batches(source: Source, recipe: Recipe) -> Iterator[Batch]:
    """All of `source`, prepared. Whoever takes a batch and writes it keeps none of the others waiting."""
    workers = min(_MOST, pl.thread_pool_size())
    threads = ThreadPoolExecutor(workers, thread_name_prefix="prepare")
    try:
        begun: deque[Future[Batch]] = deque()
        for frame in source.frames(BATCH_ROWS):
            begun.append(threads.submit(partial(_batch, frame, recipe)))
            if len(begun) > workers:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


def _batch(frame: SourceFrame, recipe: Recipe) -> Batch:
    done = prepare(frame.rows, recipe)
    return Batch(frame, done, tally(frame.rows, done, recipe, frame.bad_rows))
