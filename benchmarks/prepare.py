"""How fast rows are prepared: eight identifiers, nine countries, the full rules of the profile "amc".

Beside it, in the same run and on the same rows, what reading and writing Parquet alone costs:
    floor     the clear rows are read and the prepared sets are written, with nothing done in between
    copy      the clear rows are read and written back as they are

    .venv/bin/python benchmarks/prepare.py [--rows N] [--batch N] [--repeat N] [--json PATH]

With --memory, how much memory a whole reading takes, from the file to the files of its run, at this number of rows:

    .venv/bin/python benchmarks/prepare.py --memory --rows 10000000
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare
from lading.service.progress import Silence
from lading.service.reading import read
from lading.sources.files import FileSource

COUNTRIES = {
    "US": ("+1", ["(212) 555-{:04d}", "+1 415 {:03d} {:04d}", "650{:07d}"], "{:05d}", ["California", "TX", "New York"]),
    "CA": ("+1", ["416-55{:01d}-{:04d}", "+1604{:07d}", "514 {:03d} {:04d}"], "K{:01d}A {:01d}B{:01d}", ["Ontario", "QC", "Québec"]),
    "GB": ("+44", ["07{:09d}", "+44 20 {:04d} {:04d}", "020 {:04d} {:04d}"], "EC{:01d}A {:01d}BB", ["Kent", "West Yorkshire"]),
    "DE": ("+49", ["030 {:07d}", "+49 89 {:08d}", "0171/{:07d}"], "{:05d}", ["Bayern", "Hessen", "Baden-Württemberg"]),
    "FR": ("+33", ["06 {:08d}", "+33 1 {:08d}", "01.{:04d}{:04d}"], "{:05d}", ["Île-de-France", "Bretagne"]),
    "ES": ("+34", ["6{:08d}", "+34 91 {:07d}"], "{:05d}", ["Madrid", "Cádiz"]),
    "IT": ("+39", ["06 {:08d}", "+39 347 {:07d}", "347{:07d}"], "{:05d}", ["Roma", "Firenze"]),
    "IN": ("+91", ["9{:09d}", "+91 98{:08d}", "098{:08d}"], "{:06d}", ["Kerala", "Maharashtra"]),
    "JP": ("+81", ["03-{:04d}-{:04d}", "+81 90 {:04d} {:04d}", "090{:08d}"], "{:03d}-{:04d}", ["Tokyo", "Osaka"]),
}  # fmt: skip
STREETS = ["{} Larkspur Street", "{} W Copper Ridge Blvd, Apt {}", "Flat {}, {} Brindle Road", "Lindenstraße {}", "{} rue de l’Écluse",
           "Calle del Olivo {}", "Via San Rocco {}/A", "Flat No {}, Gulmohar Road", "Midorigaoka {}-{}"]  # fmt: skip
SYLLABLES = [
    "an",
    "be",
    "ri",
    "to",
    "ka",
    "lo",
    "mi",
    "sun",
    "né",
    "ver",
    "den",
    "hal",
    "os",
    "wyn",
    "ter",
    "gar",
]


def people(count: int) -> pl.DataFrame:
    """Invented rows, the same for every run; a column as text, names and cities from a few thousand."""
    lands = list(COUNTRIES)
    n = pl.int_range(count, dtype=pl.UInt64, eager=True)
    random = n.hash(seed=7)
    land = (random % len(lands)).cast(pl.UInt8)
    frames = []
    for number, (country, (_, phones, postal, states)) in enumerate(COUNTRIES.items()):
        own = n.filter(land == number)
        frames.append(
            pl.DataFrame({"no": own}).with_columns(
                phone=_pick(own, 11, phones),
                postal=_pick(own, 12, [postal], spread=100_000),
                state=_pick(own, 13, states),
                address=_pick(own, 14, [STREETS[number], STREETS[number], STREETS[0]]),
                country=pl.lit(country),
            )
        )
    whole = pl.concat(frames).sort("no")
    first, last = _word(n, 21, 3000).str.to_titlecase(), _word(n, 22, 20_000).str.to_titlecase()
    tail = (n.hash(seed=5) % 40).cast(pl.String)
    return whole.select(
        pl.format("c{}", "no").alias("external_user_id"),
        (first + "." + last.str.to_uppercase()).str.replace_all("[^A-Za-z.]", "").alias("email") + pl.col("no").cast(pl.String)
        + "@Example" + tail + ".com",
        "phone", first.alias("first_name"), last.alias("last_name"), "address",
        _word(n, 23, 8000).str.to_titlecase().alias("city"), "state", "postal", "country",
    )  # fmt: skip


def _word(n: pl.Series, seed: int, distinct: int) -> pl.Series:
    picked = n.hash(seed=seed) % distinct
    syllables = pl.Series(SYLLABLES)
    parts = [syllables.gather((picked // step) % len(SYLLABLES)) for step in (1, 16, 256, 4096)]
    return parts[0] + parts[1] + parts[2] + parts[3]


def _pick(n: pl.Series, seed: int, patterns: list[str], spread: int = 10**9) -> pl.Series:
    """One of the patterns for each row, its fields filled with digits."""
    chosen = n.hash(seed=seed) % len(patterns)
    digits = (n.hash(seed=seed + 100) % spread).cast(pl.String).str.pad_end(9, "3")
    texts = [_filled(pattern, digits) for pattern in patterns]
    frame = pl.DataFrame({str(number): text for number, text in enumerate(texts)}).with_columns(chosen=chosen)
    choice = pl.coalesce(
        *(pl.when(pl.col("chosen") == number).then(pl.col(str(number))) for number in range(len(texts)))
    )
    return frame.select(choice).to_series()


def _filled(pattern: str, digits: pl.Series) -> pl.Series:
    text, at = pl.Series([""]).new_from_index(0, len(digits)), 0
    for part in pattern.replace("{", "}{").split("}"):
        if not part.startswith("{"):
            text = text + part
            continue
        width = int(part[2:-1].rstrip("d")) if ":" in part else 3
        text = text + digits.str.slice(at % 8, width).str.pad_end(width, "3")
        at += 3
    return text


def measured(work: Callable[[], int], repeat: int) -> dict[str, float]:
    """Rows a second of the best of some runs, by the wall and by the processor."""
    runs = []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        rows = work()
        runs.append((time.perf_counter() - wall, time.process_time() - cpu, rows))
    wall, cpu, rows = min(runs)
    return {"rows_per_second": rows / wall, "rows_per_cpu_second": rows / cpu, "seconds": wall}


def walk(path: Path, out: Path, work: Callable[[pl.DataFrame, int], pl.DataFrame], batch: int) -> int:
    """Reads a file by batches, works on each and writes the result; the number of rows read."""
    writer, read = None, 0
    for part in pq.ParquetFile(path).iter_batches(batch):
        table = work(pl.DataFrame(pl.from_arrow(part)), read).to_arrow()
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table)
        read += part.num_rows
    if writer:
        writer.close()
    return read


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=250_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.memory:
            print(json.dumps(reading(Path(folder), asked.rows), indent=2))
            return
        result = compare(Path(folder), asked.rows, asked.batch, asked.repeat)
    show(result)
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


def reading(folder: Path, rows: int) -> dict[str, float]:
    """Peak memory of a reading. The rows are those of one chunk again and again: a reading keeps nothing of a row."""
    chunk = people(min(rows, 250_000)).to_arrow()
    with pq.ParquetWriter(folder / "clear.parquet", chunk.schema, compression="zstd") as writer:
        for _ in range(0, rows, chunk.num_rows):
            writer.write_table(chunk)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    source = FileSource(folder, "clear.parquet")
    wall, cpu = time.perf_counter(), time.process_time()
    read(source, Recipe(resolve(source.columns(), None)), folder, Silence())
    return {
        "rows": rows, "seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu,
        "mib_before": before, "max_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def compare(folder: Path, rows: int, batch: int, repeat: int) -> dict[str, object]:
    clear, out = folder / "clear.parquet", folder / "out.parquet"
    people(rows).write_parquet(clear, compression="zstd")
    recipe = Recipe(resolve(pl.scan_parquet(clear).collect_schema().names(), None))
    ready: list[pl.DataFrame] = []
    walk(clear, out, lambda part, first: _keep(ready, _prepared(part, first, recipe)), batch)
    prepared = iter(ready * repeat)
    figures = {
        "prepare": measured(
            lambda: walk(clear, out, lambda part, first: _prepared(part, first, recipe), batch), repeat
        ),
        "floor": measured(lambda: walk(clear, out, lambda *_: next(prepared), batch), repeat),
        "copy": measured(lambda: walk(clear, out, lambda part, _: part, batch), repeat),
    }
    ratio = figures["floor"]["rows_per_second"] / figures["prepare"]["rows_per_second"]
    return {
        "rows": rows, "batch": batch, "cores": os.cpu_count(), "python": platform.python_version(), "polars": pl.__version__,
        "max_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "figures": figures, "times_the_floor": ratio,
    }  # fmt: skip


def _keep(ready: list[pl.DataFrame], sets: pl.DataFrame) -> pl.DataFrame:
    ready.append(sets)
    return sets


def _prepared(part: pl.DataFrame, first: int, recipe: Recipe) -> pl.DataFrame:
    numbered = part.with_row_index("row", first + 1).with_columns(pl.col("row").cast(pl.UInt64))
    return prepare(numbered, recipe).sets


def show(result: dict[str, object]) -> None:
    print(
        f"{result['rows']:,} rows, batches of {result['batch']:,}, {result['cores']} cores, polars {result['polars']}\n"
    )
    print(f"{'':10}{'rows/s':>12}{'rows/CPU-s':>14}{'seconds':>10}")
    for name, figure in result["figures"].items():
        print(
            f"{name:10}{figure['rows_per_second']:>12,.0f}{figure['rows_per_cpu_second']:>14,.0f}{figure['seconds']:>10.2f}"
        )
    print(
        f"\nprepare takes {result['times_the_floor']:.2f} times the floor; peak memory {result['max_rss_mib']:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
