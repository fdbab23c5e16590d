"""How fast changes become request bodies: our columnar text beside Polars' own JSON writer and a loop over dicts.

python benchmarks/payload.py [--records 200000] [--json FILE]
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import polars as pl

from lading.destinations.payload import lines
from lading.model.frames import CHANGES
from lading.model.identifiers import IDENTIFIERS, WIRE_NAMES

FILLED = ("email", "phone", "first_name", "last_name", "postal")


def changes(records: int) -> pl.DataFrame:
    """Records with one set of five hashes, as a usual customer list has them."""
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(1000)]
    rows = pl.DataFrame({"no": pl.int_range(records, eager=True).cast(pl.UInt64)})
    value = pl.lit(pl.Series(hashes)).gather(pl.col("no") % 1000)
    one = pl.struct(
        *(
            value.alias(name) if name in FILLED else pl.lit(None, pl.String).alias(name)
            for name in IDENTIFIERS
        )
    )
    return rows.with_columns(
        group=pl.lit(2, pl.UInt8), change=pl.lit("add"), external_id=pl.format("c-{}", "no"), country=pl.lit("US"),
        sets=pl.concat_list(one), fingerprint=pl.lit("f"),
        **{name: pl.lit(None, pl.String) for name in ("tcf", "gpp", "amzn_user_data", "amzn_ad_storage", "geo_country", "geo_ip")},
    ).select(list(CHANGES))  # fmt: skip


def ours(frame: pl.DataFrame) -> int:
    return len(lines(frame).str.join(",").item())


def polars_writer(frame: pl.DataFrame) -> int:
    """Nested values, absent ones as null: what we do not send."""
    wire = frame.select(
        pl.col("external_id").alias("externalUserId"), pl.lit("CREATE").alias("action"),
        pl.col("country").alias("countryCode"), pl.col("sets").alias("hashedPII"),
    )  # fmt: skip
    return len(wire.write_ndjson())


def dict_loop(frame: pl.DataFrame) -> int:
    total = 0
    for row in frame.select("external_id", "country", "sets").iter_rows(named=True):
        sets = [{WIRE_NAMES[name]: value for name, value in one.items() if value} for one in row["sets"]]
        record = {
            "externalUserId": row["external_id"],
            "action": "CREATE",
            "countryCode": row["country"],
            "hashedPII": sets,
        }
        total += len(json.dumps(record, separators=(",", ":"))) + 1
    return total


def main() -> None:
    wish = argparse.ArgumentParser(description=__doc__)
    wish.add_argument("--records", type=int, default=200_000)
    wish.add_argument("--json", type=Path)
    asked = wish.parse_args()
    frame, results = changes(asked.records), []
    for name, work in (
        ("lading", ours),
        ("polars write_ndjson (with nulls)", polars_writer),
        ("json.dumps of dicts", dict_loop),
    ):
        took = []
        for _ in range(3):
            start = time.perf_counter()
            size = work(frame)
            took.append(time.perf_counter() - start)
        results.append(
            {
                "way": name,
                "records_per_second": round(asked.records / sorted(took)[1]),
                "megabytes": round(size / 1e6, 1),
            }
        )
    for result in results:
        print(f"{result['way']:34} {result['records_per_second']:>12,} records/s {result['megabytes']:>8} MB")
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
