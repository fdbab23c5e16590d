"""The dice: SplitMix64 over columns, so that person 17 of seed 7 is the same on every machine and in every size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

# Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014: the increment and the two factors.
_STEP: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_WORD: Final = 1 << 64


class Dice:
    """Draws for one seed. A draw depends on the seed, its purpose and the number of the thing drawn for alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def roll(self, purpose: str, numbers: pl.Series) -> pl.Series:
        """64 random bits for each of `numbers`."""
        start = (int.from_bytes(purpose.encode(), "big") * _SECOND + self._seed * _FIRST) % _WORD
        return _mix(_mix(_word(numbers) * _u64(_STEP) + _u64(start)))

    def pick(self, purpose: str, numbers: pl.Series, table: Sequence[str]) -> pl.Series:
        """One entry of `table` for each of `numbers`."""
        return pl.Series(table, dtype=pl.String).gather(self.below(purpose, numbers, len(table)))

    def below(self, purpose: str, numbers: pl.Series, limit: int) -> pl.Series:
        """A whole number from 0 to below `limit` for each of `numbers`."""
        return self.roll(purpose, numbers) % limit

    def chance(self, purpose: str, numbers: pl.Series, share: float) -> pl.Series:
        """True for about this share of `numbers`."""
        return self.below(purpose, numbers, 1_000_000) < round(share * 1_000_000)


def _mix(bits: pl.Series) -> pl.Series:
    bits = (bits ^ (bits // (1 << 30))) * _u64(_FIRST)
    bits = (bits ^ (bits // (1 << 27))) * _u64(_SECOND)
    return bits ^ (bits // (1 << 31))


def _word(numbers: pl.Series) -> pl.Series:
    return numbers.cast(pl.UInt64)


def _u64(value: int) -> pl.Series:
    return pl.Series([value], dtype=pl.UInt64)
