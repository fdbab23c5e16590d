"""Guards: what must not happen unseen, for a sync."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from lading.settings.shape import Shape
from lading.settings.values import GuardLimit, GuardNumber, GuardSwitch, Limit, WhichColumns


class Guards(Shape):
    """What must not happen unseen: a guard that trips sends nothing. Each is switched off by `off`."""

    empty_source: GuardSwitch = Field(
        default=True, description="Stop when the source has nobody in it, or all of its rows are rejected."
    )
    max_shrink: GuardLimit = Field(
        default=Limit(percent=Decimal(30)),
        description="Stop when the source lacks more people than this against its last run: a number, or a share of those "
        "people. By default in mode upsert only: in mirror max_removals sees it, and the lists of add and remove may have any "
        "length; where it is written, in every mode.",
        json_schema_extra={"default": "30%"},
    )
    max_removals: GuardLimit = Field(
        default=Limit(percent=Decimal(10)),
        description="Stop when more members than this would be removed: a number, or a share of the members. By default not in "
        "mode remove, whose source names them on purpose; where it is written, in every mode.",
        json_schema_extra={"default": "10%"},
    )
    max_rejected: GuardLimit = Field(
        default=Limit(percent=Decimal(50)),
        description="Stop when more rows than this are rejected: a number, or a share of the rows.",
        json_schema_extra={"default": "50%"},
    )
    min_records: GuardNumber = Field(
        default=None,
        ge=0,
        description="Stop when the source has fewer people than this. DSP needs 2,000 that match.",
    )
    schema_changed: WhichColumns = Field(
        default="any",
        description="Stop when the source's columns are not those of the last run. any: one came or went. read: one that is "
        "read, or was.",
    )
    profile_changed: GuardSwitch = Field(
        default=True,
        description="Stop when people would be sent again because `identity:` or the audience's `country` changed.",
    )
    max_unknown_countries: GuardLimit = Field(
        default=Limit(percent=Decimal(50)),
        description="Stop when more people than this have no country, or one that Amazon does not match in.",
        json_schema_extra={"default": "50%"},
    )
    ttl_zero: GuardSwitch = Field(
        default=True,
        description="Stop when the audience's `ttl` is 0, with which Amazon takes everybody out.",
    )
    incomplete_periods: GuardSwitch = Field(
        default=True,
        description="Stop when a period of a dataset would be replaced by fewer rows than it has: the source may hold only a part of "
        "it.",
    )
