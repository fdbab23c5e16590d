"""How fast a dataset's rows are read, checked, hashed and written as upload files, and in how much memory.

    .venv/bin/python benchmarks/dataset.py [--rows N] [--gigabytes N] [--formats parquet csv json] [--json PATH]

The input is the example's purchases (`examples/shop/purchases.py`) as one CSV file, again and again under new order numbers: a
million rows, or with `--gigabytes 3` as many as make so large a file. Each case runs in a process of its own:

    plain     the same CSV to Parquet by pyarrow, block by block, with nothing looked at
    reading   what a run does first: typed and hashed rows, rejections, findings and partitions on disk
    parquet   (csv, json) the upload files of those rows, cut at 500 MB

`plain` types nothing, hashes nothing and looks for nothing: it is what the disk and the reader ask for in any case.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import yaml
from prepare import measured

from lading.service.datasets.reading import read_rows
from lading.service.datasets.recipes import recipe_of
from lading.service.datasets.upload_files import frames_of, write_upload_files
from lading.service.progress import Silence
from lading.settings.syncs import Sync
from lading.sources.files import FileSource

SHOP = Path(__file__).parents[1] / "examples" / "shop"
FORMATS = ("parquet", "csv", "json")
INPUT = "purchases.csv"


def sync(form: str = "parquet") -> Sync:
    """The example's own sync, with its files in another format."""
    settings = yaml.safe_load((SHOP / "lading.yaml").read_text("utf-8"))["syncs"]["purchases"]
    settings["to"]["dataset"]["format"] = form
    return Sync.model_validate(settings)


def make(folder: Path, rows: int, size: int) -> None:
    """The example's purchases, again and again, until there are so many rows, or so many bytes."""
    subprocess.run(
        [sys.executable, "-B", str(SHOP / "purchases.py"), "--out", str(folder)],
        check=True,
        capture_output=True,
    )
    once = pl.read_csv(folder / INPUT, infer_schema=False)
    made = copy = 0
    with (folder / INPUT).open("wb") as file:
        while made < rows or file.tell() < size:
            again = once.with_columns(pl.col("order_id") + f"-{copy}")
            again = again.head(rows - made) if not size else again
            again.write_csv(file, include_header=not copy)
            made, copy = made + again.height, copy + 1


def plain(folder: Path) -> dict[str, float]:
    """CSV to Parquet, all of it as text."""

    def work() -> int:
        rows, writer = 0, None
        options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(sync().to.dataset.columns, "string"))
        for batch in arrow_csv.open_csv(folder / INPUT, convert_options=options):
            writer = writer or pq.ParquetWriter(folder / "plain.parquet", batch.schema)
            writer.write_batch(batch)
            rows += batch.num_rows
        if writer:
            writer.close()
        return rows

    return measured(work)


def reading(folder: Path) -> dict[str, float]:
    """Typed and hashed rows on disk."""
    source, wish = FileSource(folder, INPUT), sync()
    for old in folder.glob("*-*.parquet"):
        old.unlink()

    def work() -> int:
        recipe = recipe_of(wish, wish.to.dataset, source.columns())
        return read_rows(source, recipe, folder, Silence()).read

    return measured(work)


def writing(folder: Path, form: str) -> dict[str, float]:
    """The upload files."""
    [rows] = folder.glob("rows-*.parquet")
    out = folder / form
    done = measured(
        lambda: sum(file.rows for file in write_upload_files(frames_of(rows), sync(form).to.dataset, out))
    )
    files = list(out.iterdir())
    return done | {"files": len(files), "megabytes": sum(file.stat().st_size for file in files) / 1e6}


def case(name: str, folder: Path) -> dict[str, float]:
    plain_cases: dict[str, Callable[[Path], dict[str, float]]] = {"plain": plain, "reading": reading}
    return plain_cases[name](folder) if name in plain_cases else writing(folder, name)


def apart(name: str, folder: Path) -> dict[str, Any]:
    """The figures of a case, run in a process of its own."""
    said = subprocess.run(
        [sys.executable, __file__, "--case", name, "--folder", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    figures: dict[str, Any] = json.loads(said)
    return figures


def show(figures: Iterator[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Each case as it ends."""
    print(f"{'':10}{'rows':>12}{'rows/s':>12}{'rows/CPU-s':>12}{'seconds':>10}{'peak MiB':>10}   files")
    kept = {}
    for name, one in figures:
        kept[name] = one
        files = f"{one['files']} of {one['megabytes']:,.0f} MB" if "files" in one else ""
        print(
            f"{name:10}{one['rows']:>12,}{one['rows'] / one['seconds']:>12,.0f}{one['rows'] / one['cpu_seconds']:>12,.0f}"
            f"{one['seconds']:>10.2f}{one['peak_mib']:>10,.0f}   {files}", flush=True,
        )  # fmt: skip
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--gigabytes", type=float, default=0, help="as many rows as make so large a file")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=["parquet"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.case:
        print(json.dumps(case(wish.case, wish.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="lading-bench-", dir=wish.folder) as name:
        folder = Path(name)
        make(folder, 0 if wish.gigabytes else wish.rows, round(wish.gigabytes * 1e9))
        size = (folder / INPUT).stat().st_size
        print(f"{size / 1e6:,.0f} MB of CSV on {os.cpu_count()} processors")
        figures = show((one, apart(one, folder)) for one in ("plain", "reading", *wish.formats))
    if wish.json:
        machine = {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "polars": pl.__version__,
        }
        wish.json.write_text(
            json.dumps({"machine": machine, "bytes": size, "figures": figures}, indent=2) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
