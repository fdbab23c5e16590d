"""Cities: lower case, a-z and 0-9 only. Unlike a name, nothing is spelled out: München becomes mnchen."""

from __future__ import annotations

import polars as pl

from lading.prepare.normalize.name import letters_and_digits
from lading.prepare.normalize.shape import VALUE


def city(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized cities. Findings: nothing_left, letters_deleted."""
    return letters_and_digits(values[VALUE].str.to_lowercase())
