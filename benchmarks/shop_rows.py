"""The rows that prepare is measured on: the example's generator (`examples/shop`), at the size of a benchmark.

The generator makes 110,000 rows in some ten seconds, one row at a time; ten million would take a quarter of an hour. So it
makes more rows than a frame holds, once, and these are written again and again under new customer ids. A frame never sees the
same row twice, and nothing that is known of one frame is kept for another, so copies cost what new rows would.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[1] / "examples" / "shop"))

from generate import HEADER, Shop

from amc_sandbox.population import SHARES, Population

#: People of the base: more than a frame (100,000 rows).
PEOPLE = 100_000
GROUP = 100_000


def base(country: str | None, people: int = PEOPLE) -> pl.DataFrame:
    """Rows of so many customers, of one country or in the shares of nine, as messy as the example's."""
    size = people * 110 // SHARES[country] if country else people
    frame = Population.build(size).frame
    chosen = (frame.filter(pl.col("country") == country) if country else frame).head(people).to_dicts()
    shop = Shop(seed=7)
    rows = [row for at, one in enumerate(chosen) for row in shop.rows(at, one, chosen[at - 1])]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String)).sample(
        fraction=1, shuffle=True, seed=7
    )


def write(rows: pl.DataFrame, count: int, path: Path) -> None:
    """So many rows as Parquet: `rows` again and again, the customers of each time others."""
    schema = rows.to_arrow().schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for copy in range(-(-count // rows.height)):
            named = pl.col("customer_id")
            again = rows.with_columns(pl.when(named != "").then(named + f"-{copy}").otherwise(named))
            writer.write_table(again.head(count - copy * rows.height).to_arrow(), row_group_size=GROUP)
