"""What the time of prepare goes to: processor seconds per million rows, by field and step, of a frame of the example's rows.

    .venv/bin/python benchmarks/prepare_steps.py [--rows N] [--repeat N]

All in one thread, one step after another; the least of some runs counts, since everything else on the machine only adds.
"""

from __future__ import annotations

import argparse
import os

os.environ["POLARS_MAX_THREADS"] = "1"

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import shop_rows

from lading.membership.files import open_parquet
from lading.model.frames import FINDINGS, SETS
from lading.prepare.hashing import Rule, hashed, readable, sha256
from lading.prepare.mapping import resolve
from lading.prepare.normalize.country import country
from lading.prepare.normalize.shape import COUNTRY, TEXT, VALUE
from lading.prepare.quality import tally
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare
from lading.sources.files import FileSource
from lading.sources.source import no_bad_rows


class Steps:
    """Times steps, in seconds per million rows."""

    def __init__(self, rows: int, repeat: int) -> None:
        self.rows, self.repeat = rows, repeat

    def of(self, work: Callable[[], object]) -> float:
        spent = []
        for _ in range(self.repeat):
            start = time.process_time()
            work()
            spent.append(time.process_time() - start)
        return min(spent) / self.rows * 1e6


def field(
    steps: Steps, values: pl.Series, lands: pl.Series, rule: Rule, ignored: frozenset[str]
) -> list[float]:
    """Cleaning, the rule, SHA-256 and the whole, in which each distinct value is met once where the rule says so."""
    pairs = pl.DataFrame({VALUE: values, COUNTRY: lands})
    keys = [VALUE, COUNTRY] if rule.by_country else [VALUE]
    met = pairs.unique(keys) if rule.repeats else pairs
    clear = pl.DataFrame({VALUE: readable(met[VALUE], rule, ignored), COUNTRY: met[COUNTRY]})
    text = rule.normalize(clear)
    return [
        met.height / len(values),
        steps.of(lambda: readable(met[VALUE], rule, ignored)),
        steps.of(lambda: rule.normalize(clear)),
        steps.of(lambda: text.select(sha256(pl.col(TEXT)))),
        steps.of(lambda: hashed(values, lands, rule, ignored)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shop_rows.write(shop_rows.base(None, asked.rows), asked.rows, folder / "clear.parquet")
        show(folder, Steps(asked.rows, asked.repeat))


def show(folder: Path, steps: Steps) -> None:
    source = FileSource(folder, "clear.parquet")
    recipe = Recipe(resolve(source.columns(), None))
    rows = next(source.frames(steps.rows)).rows
    named = rows[str(recipe.mapping.country)]
    lands = country(named, None, recipe.ignored)[TEXT]
    print("Seconds of one processor per million rows\n")
    print(f"{'':12}{'distinct':>9}{'clean':>8}{'rule':>8}{'SHA-256':>9}{'all':>8}")
    for name, (column, *_) in recipe.mapping.identifiers.items():
        share, *spent = field(steps, rows[column], lands, recipe.profile.rules[name], recipe.ignored)
        print(f"{name:12}{share:>9.0%}{spent[0]:>8.2f}{spent[1]:>8.2f}{spent[2]:>9.2f}{spent[3]:>8.2f}")
    done = prepare(rows, recipe)
    print(f"{'country':12}{steps.of(lambda: country(named, None, recipe.ignored)):>42.2f}\n")
    print(
        f"{'prepare':30}{steps.of(lambda: prepare(rows, recipe)):>8.2f}  ({done.findings.height / rows.height:.2f} findings a row)"
    )
    print(f"{'quality':30}{steps.of(lambda: tally(rows, done, recipe, no_bad_rows())):>8.2f}")
    print(f"{'read':30}{steps.of(lambda: list(source.frames(steps.rows))):>8.2f}")
    for stem, frame, schema in (("sets", done.sets, SETS), ("findings", done.findings, FINDINGS)):
        print(f"{'write ' + stem:30}{steps.of(lambda: write(folder, stem, frame, schema)):>8.2f}")  # noqa: B023


def write(folder: Path, stem: str, frame: pl.DataFrame, schema: dict) -> None:
    with open_parquet(folder, stem, schema) as stream:
        stream.write(frame)


if __name__ == "__main__":
    main()
