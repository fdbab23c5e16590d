"""Rows of datasets that are about erased people: found by their hashes and ids, in whatever column those stand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.erasing import Hit, without
from lading.membership.files import FileLike, FileRef
from lading.model.identifiers import OF_OTHERS, STRONG
from lading.prepare.suppression import Suppression

#: What a SHA-256 looks like. Other text in a row is none of a person's own identifiers: what is one is hashed.
_HASH: Final = r"^[0-9a-f]{64}$"


def of_rows(suppression: Suppression) -> Hit:
    """Rows with a strong identifier, or an id of others, of somebody who is suppressed."""

    def hit(frame: pl.DataFrame) -> pl.Series:
        found = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
        for name, kind in frame.schema.items():
            if kind != pl.String or name.startswith("__"):
                continue
            for other in OF_OTHERS:
                found |= suppression.holds(other, frame[name])
            hashes = frame[name].set(~frame[name].str.contains(_HASH).fill_null(value=False), None)
            if hashes.null_count() == len(hashes):
                continue
            for strong in STRONG:
                found |= suppression.holds(strong, hashes)
        return found

    return hit


def without_people(folder: Path, file: FileLike, hit: Hit) -> tuple[FileRef | None, dict[str, int]]:
    """A rows file without these rows, None where it has none of them; and how many went, by the start of their period."""
    gone: Counter[str] = Counter()

    def watch(rows: pl.DataFrame) -> None:
        starts = rows["__partition"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").fill_null("")
        gone.update(dict(starts.value_counts().iter_rows()))

    return without(folder, file, hit, watch), dict(gone)
