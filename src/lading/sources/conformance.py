"""What every source has to do, as a check that its author can run: `check(make)` in a test of his.

from lading.sources.conformance import check

def test_my_source_is_one():
    check(lambda: MySource(...), rows=1_000)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from lading.model.frames import REJECTIONS, ROW
from lading.sources.source import Source, SourceFrame

#: Frames are asked for in these sizes; whatever they are, the rows are the same.
_SIZES: Final = (7, 100_000)


def check(make: Callable[[], Source], *, rows: int | None = None) -> None:
    """Read what `make` gives, several times. `rows`: how many there have to be, bad ones included.

    Raises:
        AssertionError: it is no source, with what is wrong with it.

    """
    source = make()
    names, version = source.columns(), source.version()
    _check_names(names)
    read = [_read(make(), size, names) for size in _SIZES]
    assert read[0].equals(read[1]), "other sizes of frames give other rows, or another order"
    assert make().version() == version, "the version changes although nothing has changed"
    assert rows is None or read[0].height == rows, f"{read[0].height} rows are read of {rows}"
    early = make().frames(_SIZES[0])
    next(iter(early), None)
    getattr(early, "close", lambda: None)()


def _check_names(names: tuple[str, ...]) -> None:
    assert names, "there are no columns"
    assert len(set(names)) == len(names), f"a column is named twice: {names}"
    assert ROW not in names, f"{ROW!r} is the name of the row's number"


def _read(source: Source, size: int, names: tuple[str, ...]) -> pl.DataFrame:
    frames = [_checked(frame, size, names) for frame in source.frames(size)]
    numbers = pl.concat([*frames, pl.DataFrame(schema={ROW: pl.UInt64, **dict.fromkeys(names, pl.String)})])
    wanted = pl.Series(ROW, range(1, numbers.height + 1), dtype=pl.UInt64)
    assert numbers[ROW].sort().equals(wanted), "rows are numbered from 1, each once"
    return numbers


def _checked(frame: SourceFrame, size: int, names: tuple[str, ...]) -> pl.DataFrame:
    rows, bad = frame.rows, frame.bad_rows
    assert rows.height <= size, f"a frame has {rows.height} rows, and {size} were asked for"
    assert rows.columns == [ROW, *names], f"a frame has the columns {rows.columns}, not row and {names}"
    assert rows.dtypes == [pl.UInt64, *[pl.String] * len(names)], (
        "every cell is text, and a row's number UInt64"
    )
    assert dict(bad.schema) == dict(REJECTIONS), "bad rows are told as `lading.model.frames.REJECTIONS`"
    assert frame.read == rows.height + bad.height, "`read` counts the good and the bad rows"
    told = bad.select(ROW, *(pl.lit(None, pl.String).alias(name) for name in names))
    return pl.concat([rows, told]).sort(ROW)
