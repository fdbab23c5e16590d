"""What requests may order beside a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from lading.errors import SettingsError
from lading.service.work import Order
from lading.settings import Limit

#: A sync's name, or that of one of its targets with `?target=`.
SyncName = Annotated[str, Path(description="The sync's name in the settings.", max_length=64)]
Target = Annotated[
    str | None, Query(description="The target's name, of a sync that has several.", max_length=64)
]
RunId = Annotated[str, Path(description="The run's id, r-...", max_length=64)]
Hours = Annotated[int, Query(description="How many hours back.", ge=1, le=24 * 90)]
HowMany = Annotated[int, Query(description="How many, the newest first.", ge=1, le=1000)]


class Shape(BaseModel):
    """A body: keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid")


class RunOrder(Shape):
    """How a run is carried."""

    accept: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[], max_length=20, description="Guards that may trip, by name."
    )
    max_wait_minutes: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="After so long the run stays as it is, to be followed later.",
    )
    max_rejected: str | None = Field(
        default=None,
        max_length=20,
        description="More rejected or refused than this make the run red: 500, or 5%.",
    )

    def order(self) -> Order:
        """The order for the service."""
        wait = timedelta(minutes=self.max_wait_minutes) if self.max_wait_minutes else None
        return Order(accept=frozenset(self.accept), max_wait=wait, max_rejected=_limit(self.max_rejected))


def named(sync: str, target: str | None) -> str:
    """The name that the service knows."""
    return f"{sync}/{target}" if target else sync


def _limit(text: str | None) -> Limit | None:
    try:
        return None if text is None else Limit.parse(text)
    except ValueError as error:
        raise SettingsError(str(error), where="max_rejected", code="wrong_value") from None
