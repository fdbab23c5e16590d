"""Cuts changes into batches: one request's worth each, as full as its limits allow.

A batch never crosses from one group of sending into the next, and a record that is too long for any batch is one by itself:
the destination refuses it by name then, which is better than to lose it here. Batches belong to parts: the upload jobs of
at most 100,000 identifiers in which people count. An identifier is one hashed value of one set. A batch ends where its
part is full, so that 1,000,000 identifiers are ten parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from lading.model.identifiers import IDENTIFIERS

#: Identifiers of one part. Source: the field's "up to 100,000 identifiers per upload job".
PART_IDENTIFIERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class BatchSpan:
    """The changes `first` to `last`, both included, that go in one request."""

    no: int
    group: int
    first: int
    last: int
    #: Of the whole body: envelope, lines, and what separates them.
    bytes: int
    identifiers: int
    #: The part that the batch belongs to, from 0.
    part: int

    @property
    def records(self) -> int:
        """How many changes that is."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one batch may hold."""

    max_records: int
    #: Of the whole body.
    max_bytes: int
    #: Bytes of a body that are there without any line, and between two lines.
    envelope: int = 0
    separator: int = 1
    max_identifiers: int = PART_IDENTIFIERS


def cut(
    sizes: pl.Series,
    groups: pl.Series,
    identifiers: pl.Series | None = None,
    *,
    max_records: int,
    max_bytes: int,
    envelope: int = 0,
) -> tuple[BatchSpan, ...]:
    """Batches of the changes whose lines have these sizes in bytes, in order. `groups` never decreases."""
    frame = pl.DataFrame({"bytes": sizes, "group": groups})
    counted = pl.lit(1) if identifiers is None else pl.lit(identifiers)
    chunks = [frame.with_columns(counted.alias("identifiers"))]
    return tuple(cut_stream(chunks, Caps(max_records=max_records, max_bytes=max_bytes, envelope=envelope)))


def cut_stream(chunks: Iterable[pl.DataFrame], caps: Caps) -> Iterator[BatchSpan]:
    """The same for changes that come chunk by chunk: frames of `bytes`, `group` and `identifiers`."""
    cutter = _Cutter(caps)
    for chunk in chunks:
        for (group,), rows in chunk.group_by("group", maintain_order=True):
            yield from cutter.take(int(str(group)), rows)
    yield from cutter.close()


def count_identifiers(changes: pl.DataFrame) -> pl.Series:
    """How many hashed values each change carries."""
    known = pl.sum_horizontal(pl.element().struct.field(name).is_not_null() for name in IDENTIFIERS)
    return changes.select(pl.col("sets").list.eval(known).list.sum().alias("identifiers")).to_series()


class _Cutter:
    """Where cutting stands: the batch that is open, and how full its part is."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._no = 0
        self._group = 0
        self._first = 0
        self._next = 0
        self._bytes = 0
        self._identifiers = 0
        self._part = 0
        self._in_part = 0

    def take(self, group: int, rows: pl.DataFrame) -> Iterator[BatchSpan]:
        """Put further changes of a group in; yields the batches that became full. One step a batch, not a change."""
        if group != self._group:
            yield from self.close()
            self._group = group
        lengths = (rows["bytes"].cast(pl.Int64) + self._caps.separator).cum_sum()
        counts = rows["identifiers"].cast(pl.Int64).cum_sum()
        done = 0
        while done < rows.height:
            self._make_room(_upto(counts, done + 1) - _upto(counts, done))
            fit = self._fitting(done, lengths, counts)
            self._next += fit - done
            self._bytes += _upto(lengths, fit) - _upto(lengths, done)
            self._identifiers += _upto(counts, fit) - _upto(counts, done)
            done = fit
            if done < rows.height:
                yield from self.close()

    def close(self) -> Iterator[BatchSpan]:
        """The open batch, if there is anything in it."""
        if self._next > self._first:
            size = self._caps.envelope + self._bytes - self._caps.separator
            yield BatchSpan(
                self._no, self._group, self._first, self._next - 1, size, self._identifiers, self._part
            )
            self._no += 1
        self._in_part += self._identifiers
        self._first, self._bytes, self._identifiers = self._next, 0, 0

    def _make_room(self, identifiers: int) -> None:
        """Begin the next part if a new batch would not fit into this one."""
        if (
            self._next == self._first
            and self._in_part + identifiers > self._caps.max_identifiers
            and self._in_part
        ):
            self._part += 1
            self._in_part = 0

    def _fitting(self, done: int, lengths: pl.Series, counts: pl.Series) -> int:
        """The first row that does not fit into the open batch any more."""
        caps = self._caps
        room = caps.max_bytes - caps.envelope + caps.separator - self._bytes
        left = caps.max_identifiers - self._in_part - self._identifiers
        fit = min(
            done + caps.max_records - (self._next - self._first),
            int(lengths.search_sorted(_upto(lengths, done) + room, side="right")),
            int(counts.search_sorted(_upto(counts, done) + left, side="right")),
            len(lengths),
        )
        alone = self._next == self._first
        return max(fit, done + 1 if alone else done)


def _upto(sums: pl.Series, rows: int) -> int:
    return int(sums[rows - 1]) if rows else 0
