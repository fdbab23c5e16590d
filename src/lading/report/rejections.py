"""Rejections and findings, by reason: how many, and a few examples, masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

#: Examples of each reason; whoever needs all of them has the file.
EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One row, by its number in the input, and the value as far as it may be shown."""

    row: int
    column: str | None
    masked: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Rows that met the same end."""

    code: str
    count: int
    #: What is wrong and what to do, in the words of the first of them.
    message: str
    examples: tuple[Example, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def reasons(rows: pl.LazyFrame, examples: int = EXAMPLES) -> tuple[Reason, ...]:
    """The reasons in a frame of REJECTIONS or FINDINGS, the most frequent first."""
    named = ("row", "column", "masked")
    grouped = (
        rows.group_by("code")
        .agg(
            pl.len().alias("count"),
            pl.col("message").sort_by("row").first(),
            pl.struct(named).bottom_k_by("row", examples).alias("examples"),
        )
        .sort(["count", "code"], descending=[True, False])
        .collect()
    )
    return tuple(_reason(one) for one in grouped.iter_rows(named=True))


def lines(found: Iterable[Reason]) -> Iterator[str]:
    """The reasons as text, one after another, with their examples below."""
    for reason in found:
        yield f"{reason.count:>11,}  {reason.code}: {reason.message}"
        for example in reason.examples:
            where = f", {example.column}" if example.column else ""
            value = f": {example.masked}" if example.masked else ""
            yield f"{'':>13}row {example.row:,}{where}{value}"


def _reason(one: dict[str, Any]) -> Reason:
    examples = sorted(one["examples"], key=lambda example: example["row"])
    return Reason(one["code"], one["count"], one["message"], tuple(Example(**each) for each in examples))
