"""The quality of a file while it is hashed: counts, people and masked examples, in bounded memory."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from lading.membership.files import open_parquet
from lading.membership.merge import merge, rows_of_denied
from lading.model.frames import DENIED, REJECTIONS, SETS
from lading.prepare.quality import QUALITY, add, turned_away
from lading.report.list_quality import People, Quality
from lading.report.quality import quality
from lading.report.rejections import EXAMPLES, Reason, reasons
from lading.service.preparing import PreparedFrame

_ELSEWHERE: Final = "consent_denied_elsewhere"


class Judge:
    """Takes what became of a file's rows, frame by frame; `verdict` is their quality as a sync would find it."""

    def __init__(self, scratch: Path, still_open: ExitStack) -> None:
        self._scratch = scratch
        self._open = still_open
        self._streams = {
            stem: still_open.enter_context(open_parquet(scratch, stem, schema))
            for stem, schema in (("sets", SETS), ("denied", DENIED))
        }
        self._counts = pl.DataFrame(schema=QUALITY)
        self._examples = pl.DataFrame(schema=REJECTIONS)
        self._told: Counter[str] = Counter()

    def take(self, frame: PreparedFrame) -> None:
        """One frame of the file, and what became of it."""
        done = frame.done
        self._counts = add([self._counts, frame.quality])
        self._streams["sets"].write(done.sets)
        self._streams["denied"].write(done.denied)
        for told in (frame.source.bad_rows, done.rejections, done.findings):
            self._told.update(dict(told["code"].value_counts().iter_rows()))
            seen = pl.concat([self._examples, told.select(list(REJECTIONS)).cast(dict(REJECTIONS))])  # type: ignore[arg-type]
            self._examples = (
                seen.group_by("code", maintain_order=True).head(EXAMPLES).select(list(REJECTIONS))
            )

    def verdict(self) -> Quality:
        """The quality of all that was taken; nothing more is."""
        self._open.close()
        sets, denied = (self._scratch / self._streams[name].file.name for name in ("sets", "denied"))
        elsewhere = [
            turned_away(rows["country"], _ELSEWHERE) for rows in rows_of_denied(sets, self._scratch, denied)
        ]
        made = merge([sets], self._scratch, lambda people: people["external_id"], denied=denied)
        people = People(
            people=made.recorded,
            merged=made.merged,
            duplicate=made.duplicate,
            too_many_sets=made.too_many_sets,
        )
        return quality(add([self._counts, *elsewhere]), people=people, reasons=tuple(self._reasons()))

    def _reasons(self) -> Iterator[Reason]:
        found = [replace(one, count=self._told[one.code]) for one in reasons(self._examples.lazy())]
        yield from sorted(found, key=lambda one: (-one.count, one.code))


@contextmanager
def judging(beside: Path) -> Iterator[Judge]:
    """A judge with a folder of its own in `beside`, which is gone afterwards."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".quality-", dir=beside) as folder, ExitStack() as still_open:
        yield Judge(Path(folder), still_open)
