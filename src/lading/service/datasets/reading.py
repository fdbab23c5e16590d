"""The first two rooms for datasets: a source's rows become typed rows, rejections and findings, on disk, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lading.membership.files import FileRef
from lading.prepare.datasets.recipe import DatasetRecipe
from lading.service.progress import Progress
from lading.sources.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetReading:
    """What was read. The files hold no identifier in clear, but for columns that the settings allow.

    `files`: `rows` (`DatasetRecipe.schema`, in order of reading), `rejections` and `findings` (`model.frames`).
    The books: `read` = rows of `files["rows"]` + `rejected`.
    """

    files: Mapping[str, FileRef]
    #: Of the source.
    version: str
    read: int
    rejected: int
    #: Rows by code.
    rejections: Mapping[str, int]
    #: Values by code.
    findings: Mapping[str, int]
    #: Beginning of the partition in UTC, such as 2024-05-01T00:00:00Z -> rows, in order of time. Empty for a table.
    partitions: Mapping[str, int]
    #: The first and the last event; None for a table, and where no row is left.
    earliest: datetime | None
    latest: datetime | None
    #: Columns in which raw identifiers were seen, and which are allowed to hold them -> the reason: for the audit log.
    allowed: Mapping[str, str]

    @property
    def recorded(self) -> int:
        """Rows that can be sent."""
        return self.files["rows"].rows


def read_rows(source: Source, recipe: DatasetRecipe, folder: Path, progress: Progress) -> DatasetReading:
    """Read all of `source`, prepare its rows by `recipe` (`recipes.recipe_of`), and keep what came of them in `folder`.

    Raises SettingsError (`raw_identifier`) at the first frame with an e-mail address or a phone number in a column that is
    neither hashed, dropped nor allowed: nothing is kept then.
    """
    raise NotImplementedError(source, recipe, folder, progress)
