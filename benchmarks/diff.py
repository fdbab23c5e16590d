"""How long a nightly diff takes, and how much memory: N members against N people of whom 1 % are new, changed or gone.

python benchmarks/diff.py [--members 5000000] [--churn 0.01] [--mode mirror] [--json FILE]
python benchmarks/diff.py --members 20000000 --memory 300MB   as tight as 100 M members within what a run has, in a fifth of the time
python benchmarks/diff.py --sizes 2500000 5000000 10000000     three sizes, how they grow, and what 100 M would take by that

Data is made by column and kept in a folder of its own, which is removed. Memory is the peak resident set of a process that
does nothing but that step.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any

import polars as pl
import polars_hash as plh

from lading.membership import database
from lading.membership.diff import diff
from lading.membership.files import write_parquet
from lading.membership.generation import Generation
from lading.membership.generations import commit
from lading.membership.outcomes import Settled
from lading.model.frames import INDEX, OUTCOMES, RECORDS, SEGMENT
from lading.model.identifiers import IDENTIFIERS
from lading.model.states import Mode

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHUNK = 200_000
#: The size that is asked about and rarely run.
FAR = 100_000_000
FILLED = ("email", "phone", "first_name", "last_name", "postal")


def people(rows: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Records for rows of `n` and `version`, in order: one set of five hashes each; another version, another e-mail."""
    email = pl.format("{}/{}", "n", "version")
    texts = {name: email if name == "email" else pl.format(f"{name}{{}}", "n") for name in FILLED}
    none = pl.lit(None, pl.String)
    one = [(_sha256(texts[name]) if name in texts else none).alias(name) for name in IDENTIFIERS]
    for chunk in rows:
        yield chunk.select(
            external_id=pl.format("c-{}", pl.col("n").cast(pl.String).str.zfill(12)),
            country=pl.lit("US"),
            sets=pl.concat_list(pl.struct(one)),
            fingerprint=_sha256(email).str.slice(0, 32),
        )


def before(members: int) -> Iterator[pl.DataFrame]:
    """The members as they were: numbers 0 to N."""
    for start in range(0, members, CHUNK):
        yield pl.select(n=pl.int_range(start, min(start + CHUNK, members))).with_columns(version=pl.lit(0))


def tonight(members: int, churn: float) -> Iterator[pl.DataFrame]:
    """The source as it is: every so many, one is gone, the next has another e-mail; as many as are gone are new."""
    every = max(3, round(3 / churn))
    phase = pl.col("n") % every
    for chunk in before(members):
        left = chunk.filter(phase != 0)
        yield left.with_columns(version=(phase == 1).cast(pl.Int32))
    yield pl.select(n=pl.int_range(members, members + members // every)).with_columns(version=pl.lit(0))


def generation(folder: Path, members: int) -> Generation:
    """The committed membership of the night before."""
    index = (
        chunk.with_columns(profile=pl.lit("amc/1"), expires_at=pl.lit(NOW + timedelta(days=300)), segment=1)
        for chunk in people(before(members))
    )
    return Generation(
        folder, 1,
        write_parquet(folder, "index-000001", index, INDEX),
        (write_parquet(folder, "segment-000001", people(before(members)), SEGMENT),),
        members,
    )  # fmt: skip


def confirm_all(folder: Path, changes: Path) -> Settled:
    """Outcomes of one batch in which everything was confirmed."""
    frame = pl.scan_parquet(changes).select("no", "external_id", outcome=pl.lit("confirmed")).collect()
    return Settled(0, folder, write_parquet(folder, "outcomes", frame, OUTCOMES), NOW)


def measured(name: str, step: Callable[..., Any], *args: Any) -> dict[str, Any]:
    """Run a step in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, peak, result = pool.apply(_timed, (step, args))
    return {"step": name, "seconds": round(seconds, 2), "peak_rss_mib": round(peak), "result": result}


def diff_step(memory: str, folder: Path, records: Path, last: Generation, mode: Mode) -> dict[str, Any]:
    database.MEMORY_LIMIT = memory
    done = diff(records, last, mode, now=NOW, folder=folder)
    return {"changes": done.changes.name, "counts": done.counts.as_dict()}


def commit_step(
    memory: str, folder: Path, changes: Path, last: Generation, settled: Settled
) -> dict[str, Any]:
    database.MEMORY_LIMIT = memory
    done = commit(last, changes, [settled], folder=folder, at=NOW, ttl=timedelta(days=300), profile="amc/1")
    return {"members": done.members, "segments": len(done.segments)}


def _timed(step: Callable[..., Any], args: tuple[Any, ...]) -> tuple[float, float, Any]:
    start = time.perf_counter()
    result = step(*args)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - start, peak, result


def _sha256(text: pl.Expr) -> pl.Expr:
    return text.map_batches(_hash_all, return_dtype=pl.String)


def _hash_all(values: pl.Series) -> pl.Series:
    return values.to_frame("v").select(plh.col("v").chash.sha2_256()).to_series()


def run(members: int, churn: float, mode: Mode, memory: str) -> dict[str, Any]:
    """Both steps for so many members, and what they have on disk."""
    with tempfile.TemporaryDirectory(prefix="lading-diff-") as name:
        folder = Path(name)
        last = generation(folder, members)
        records = folder / write_parquet(folder, "records", people(tonight(members, churn)), RECORDS).name
        steps = [measured("diff", diff_step, memory, folder, records, last, mode)]
        changes = folder / steps[0]["result"]["changes"]
        settled = confirm_all(folder, changes)
        steps.append(measured("commit", commit_step, memory, folder, changes, last, settled))
    disk = {
        "index": last.index.bytes / members,
        "segments": sum(file.bytes for file in last.segments) / members,
    }
    return {"members": members, "churn": churn, "memory": memory, "steps": steps, "bytes_per_member": disk}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--members", type=int, default=5_000_000)
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--churn", type=float, default=0.01)
    parser.add_argument("--mode", type=Mode, default=Mode.MIRROR, choices=list(Mode))
    parser.add_argument("--memory", default=database.MEMORY_LIMIT, help="what DuckDB may take")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    runs = []
    for members in sorted(args.sizes or [args.members]):
        runs.append(run(members, args.churn, args.mode, args.memory))
        show(runs[-1])
    if len(runs) > 1:
        show_growth(runs)
    if args.json:
        args.json.write_text(json.dumps(runs if args.sizes else runs[0], indent=2))


def show(one: dict[str, Any]) -> None:
    members, steps = one["members"], one["steps"]
    counts = {kind: count for kind, count in steps[0]["result"]["counts"].items() if count}
    print(f"{members:,} members, DuckDB within {one['memory']}")
    print(", ".join(f"{kind} {count:,}" for kind, count in counts.items()))
    print(", ".join(f"{part} {size:.1f} bytes a member" for part, size in one["bytes_per_member"].items()))
    print(f"{'step':<10}{'seconds':>10}{'members/s':>14}{'peak RSS':>14}")
    for step in steps:
        rate = members / step["seconds"]
        print(f"{step['step']:<10}{step['seconds']:>10.2f}{rate:>14,.0f}{step['peak_rss_mib']:>10,} MiB")
    print(flush=True)


def show_growth(runs: list[dict[str, Any]]) -> None:
    """Seconds grow by a power of the members: its exponent from the first size to the last, and the same on to `FAR`."""
    first, last = runs[0], runs[-1]
    print(f"by the growth from {first['members']:,} to {last['members']:,}, {FAR:,} members would take")
    print(f"{'step':<10}{'exponent':>10}{'seconds':>12}{'peak RSS so far':>18}")
    for number, step in enumerate(last["steps"]):
        before = first["steps"][number]
        exponent = log(step["seconds"] / before["seconds"]) / log(last["members"] / first["members"])
        seconds = step["seconds"] * (FAR / last["members"]) ** exponent
        peak = max(one["steps"][number]["peak_rss_mib"] for one in runs)
        print(f"{step['step']:<10}{exponent:>10.2f}{seconds:>12,.0f}{peak:>14,} MiB")


if __name__ == "__main__":
    main()
