"""Verify: from when on Amazon's counts are not as they should be."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from lading.settings.shape import Shape, wrong
from lading.settings.values import GuardLimit, Limit


def _share(value: Limit | None) -> Limit | None:
    if value is not None and value.percent is None:
        raise wrong("write a share, such as 20%, or off")
    return value


class Verify(Shape):
    """From when on `lading verify` says that Amazon's counts are not as they should be."""

    missing: GuardLimit = Field(
        default=Limit(percent=Decimal(1)),
        description="Drift, when Amazon counts fewer members than are held here as confirmed, by more than this: a number, a share, or off.",
        json_schema_extra={"default": "1%"},
    )
    falling: Annotated[GuardLimit, AfterValidator(_share)] = Field(
        default=Limit(percent=Decimal(20)),
        description="Falling, when the share of members who are matched, or in DSP, is below its median of the last 14 days by more "
        "than this share of it, or off.",
        json_schema_extra={"default": "20%"},
    )
