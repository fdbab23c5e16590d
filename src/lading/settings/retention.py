"""How long files are kept. The counts of the ledger are kept for ever."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from lading.settings.shape import Shape
from lading.settings.values import Duration, Whole


class Retention(Shape):
    """How long files of people are kept. What a run, an undo or a lost job may still need is kept longer."""

    runs: Duration = Field(
        default=timedelta(days=90),
        description="Files of a run: who was read, what was sent, the waybill. The last run of each audience is kept longer.",
        json_schema_extra={"default": "90d"},
    )
    generations: Whole = Field(
        default=10,
        ge=2,
        description="How many generations of each audience's members, the last one among them.",
    )
    plans: Duration = Field(
        default=timedelta(days=7),
        description="Saved plans that were never applied.",
        json_schema_extra={"default": "7d"},
    )
