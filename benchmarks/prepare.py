"""How fast rows are prepared, and in how much memory: eight identifiers, the full rules of the profile "amc".

    .venv/bin/python benchmarks/prepare.py [--full] [--rows N ...] [--repeat N] [--json PATH]

The rows are those of the example's generator (see `shop_rows.py`), in nine countries and in one. Each case runs in a process of
its own, from a Parquet file to Parquet files, and the best of `--repeat` runs counts:

    prepare   what a run of Lading does: identifier sets, rejections, findings and the counts of the quality report
    floor     the same rows are read and as many sets written, by the same reader and writer, with nothing done in between
    merge     the sets of `prepare` become people, sorted on disk by their external ids
    pandas    pandas and hashlib with the same rules, value by value (see `plain_rules.py`), on fewer rows

It asks for some minutes; `--full` takes 1, 3 and 10 million rows and half an hour. pandas comes with the group `bench`:
`.venv/bin/python -m pip install --group bench`; without it that line is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from lading.membership.files import open_parquet
from lading.membership.merge import merge
from lading.model.frames import SETS
from lading.prepare.fingerprint import fingerprint
from lading.prepare.mapping import resolve
from lading.prepare.profiles import AMC
from lading.prepare.recipe import Recipe
from lading.service.preparing import FRAME_ROWS
from lading.service.progress import Silence
from lading.service.reading import read
from lading.sources.files import FileSource

#: Rows that pandas is given.
PANDAS_ROWS = 20_000
LANDS = {"nine": None, "one": "US"}
#: Rows per CPU-second of AWS's AMC uploader with its own rules; measured once, see docs/decisions/0008.
UPLOADER = 2_000


def source(folder: Path) -> FileSource:
    return FileSource(folder, "clear.parquet")


def files(folder: Path, stem: str) -> list[Path]:
    return sorted(folder.glob(f"{stem}-*.parquet"))


def rows_of(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def prepared(folder: Path) -> dict[str, float]:
    for old in folder.glob("*-*.parquet"):
        old.unlink()
    recipe = Recipe(resolve(source(folder).columns(), None))
    return measured(lambda: read(source(folder), recipe, folder, Silence()).read)


def floor(folder: Path) -> dict[str, float]:
    """The sets of the first frame stand for those of every frame, so that no others have to be read."""
    (ready,) = files(folder, "sets")
    sets = pl.scan_parquet(ready).head(FRAME_ROWS).collect()
    share = rows_of(ready) / rows_of(folder / "clear.parquet")

    def work() -> int:
        read = 0
        with open_parquet(folder, "floor", SETS) as stream:
            for frame in source(folder).frames(FRAME_ROWS):
                stream.write(sets.head(round(frame.read * share)))
                read += frame.read
        return read

    return measured(work)


def merged(folder: Path) -> dict[str, float]:
    def work() -> int:
        done = merge(files(folder, "sets"), folder, lambda frame: frame.select(fingerprint(AMC)).to_series())
        return done.recorded + done.merged + done.duplicate

    return measured(work)


def pandas(folder: Path) -> dict[str, float]:
    """A share of the rows; its hashes are held against ours of the same rows."""
    import plain_rules  # noqa: PLC0415 - pandas may be missing

    mapping = resolve(source(folder).columns(), None)
    some, out = folder / "some.parquet", folder / "plain.parquet"
    pl.scan_parquet(folder / "clear.parquet").head(PANDAS_ROWS).sink_parquet(some)
    columns = {field: several[0] for field, several in mapping.identifiers.items()}
    done = measured(lambda: plain_rules.prepare(some, out, columns, str(mapping.country)))
    ours = pl.scan_parquet(files(folder, "sets")[0]).filter(pl.col("row") <= PANDAS_ROWS).collect()
    theirs = pl.read_parquet(out)[(ours["row"] - 1).to_list()]
    differing = sum((ours[field].ne_missing(theirs[field])).sum() for field in columns)
    return done | {"differing": int(differing)}


CASES: Mapping[str, Callable[[Path], dict[str, float]]] = {
    "prepare": prepared, "floor": floor, "merge": merged, "pandas": pandas,
}  # fmt: skip


def measured(work: Callable[[], int]) -> dict[str, float]:
    """Rows, seconds by the wall and by the processors, and the process's peak memory in MiB."""
    wall, cpu = time.perf_counter(), time.process_time()
    rows = work()
    return {
        "rows": rows, "seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu, "peak_mib": peak(),
    }  # fmt: skip


def peak() -> float:
    """Linux counts it afresh for each program; elsewhere a parent's peak may show through."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(*words: str) -> str:
    """What this program, run in a process of its own with these words, prints."""
    return subprocess.run(
        [sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def best(case: str, folder: Path, repeat: int) -> dict[str, float]:
    runs = [json.loads(apart("--case", case, "--folder", str(folder))) for _ in range(repeat)]
    run: dict[str, float] = min(runs, key=lambda one: one["seconds"])
    run["peak_mib"] = max(one["peak_mib"] for one in runs)
    run["rows_per_second"] = run["rows"] / run["seconds"]
    run["rows_per_cpu_second"] = run["rows"] / run["cpu_seconds"]
    return run


def compare(folder: Path, land: str, rows: int, repeat: int) -> dict[str, object]:
    """All cases on so many rows of one country, or of nine."""
    folder.mkdir()
    apart("--make", land, "--rows", str(rows), "--folder", str(folder))
    cases = [case for case in CASES if case != "pandas" or find_spec("pandas")]
    figures = {case: best(case, folder, repeat if case in {"prepare", "floor"} else 1) for case in cases}
    ratio = figures["prepare"]["seconds"] / figures["floor"]["seconds"]
    result = {"rows": rows, "countries": land, "times_the_floor": ratio, "figures": figures}
    show(result)
    shutil.rmtree(folder)
    return result


def show(result: Mapping[str, Any]) -> None:
    print(f"\n{result['rows']:,} rows, {result['countries']} of the countries")
    print(f"{'':10}{'rows':>12}{'rows/s':>12}{'rows/CPU-s':>12}{'seconds':>10}{'peak MiB':>10}")
    for name, one in result["figures"].items():
        print(
            f"{name:10}{one['rows']:>12,}{one['rows_per_second']:>12,.0f}{one['rows_per_cpu_second']:>12,.0f}"
            f"{one['seconds']:>10.2f}{one['peak_mib']:>10,.0f}"
        )
        if one.get("differing"):
            print(f"{'':10}{one['differing']} hashes differ from ours: not the same rules")
    ours = result["figures"]["prepare"]["rows_per_cpu_second"]
    print(
        f"prepare takes {result['times_the_floor']:.2f} times the floor (at most 2.5, better 1.5), "
        f"and does {ours / UPLOADER:.0f} times the rows of AWS's uploader per CPU-second", flush=True,
    )  # fmt: skip


def growth(results: Sequence[Mapping[str, Any]]) -> None:
    print(
        f"\nGrowth{'':6}{'countries':>10}{'prepare s':>11}{'s per M':>9}{'peak MiB':>10}{'merge s':>9}{'s per M':>9}{'peak MiB':>10}"
    )
    for result in results:
        cells = []
        for case in ("prepare", "merge"):
            one = result["figures"][case]
            cells.append(
                f"{one['seconds']:>11.2f}{one['seconds'] / result['rows'] * 1e6:>9.2f}{one['peak_mib']:>9,.0f}"
            )
        print(f"{result['rows']:>12,}{result['countries']:>10}{''.join(cells)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[250_000, 500_000, 1_000_000])
    parser.add_argument("--full", action="store_true", help="1, 3 and 10 million rows")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--make", choices=LANDS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps(CASES[asked.case](asked.folder)))
    elif asked.make:
        make(asked.folder, asked.make, asked.rows[0])
    else:
        run([1_000_000, 3_000_000, 10_000_000] if asked.full else asked.rows, asked.repeat, asked.json)


def make(folder: Path, land: str, rows: int) -> None:
    import shop_rows  # noqa: PLC0415 - no other process needs the generator

    base = folder.parent / f"{land}.arrow"
    if not base.exists():
        shop_rows.base(LANDS[land]).write_ipc(base)
    shop_rows.write(pl.read_ipc(base), rows, folder / "clear.parquet")


def run(sizes: Sequence[int], repeat: int, out: Path | None) -> None:
    """Nine countries at every size, one country at the least and at the greatest."""
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__}, frames of {FRAME_ROWS:,} rows"
    )
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as scratch:
        results = [
            compare(Path(scratch) / f"{land}-{rows}", land, rows, repeat)
            for land in LANDS for rows in sorted(sizes) if land == "nine" or rows in {min(sizes), max(sizes)}
        ]  # fmt: skip
    growth(results)
    if out:
        facts = {"cores": os.cpu_count(), "python": platform.python_version(), "polars": pl.__version__}
        out.write_text(
            json.dumps(facts | {"frame": FRAME_ROWS, "results": results}, indent=2) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
