"""Schedules: when a sync runs by itself."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from lading.cron import BadCron, Cron, Dialect, parse
from lading.settings.shape import Shape, wrong
from lading.settings.values import Duration, GuardNumber, Switch, TimeZone


def _every(value: timedelta | None) -> timedelta | None:
    if value is not None and value < timedelta(seconds=10):
        raise wrong("write 10s or more")
    return value


class Schedule(Shape):
    """When a sync runs by itself: a worker of Lading has to run for that."""

    dialect: Dialect = Field(
        default=Dialect.STANDARD,
        description="Whose rules the cron line follows. standard: those of cron. treasure: Treasure Data's, where `*/5` days "
        "are the 5th, 10th and so on, and of two day fields the more frequent one counts.",
    )
    cron: str | None = Field(
        default=None,
        description="The times as a cron line, such as `0 3 * * *`; `@daily`, `@hourly`; or `none`, which is no time at all.",
    )
    timezone: TimeZone = Field(default="UTC", description="The time zone of the cron line.")
    delay: Duration = Field(
        default=timedelta(),
        description="How long after each of the cron line's times to start.",
        json_schema_extra={"default": "0s"},
    )
    after: str | None = Field(default=None, description="The name of a sync: run each time that it is done.")
    on_change: Annotated[Duration | None, AfterValidator(_every)] = Field(
        default=None,
        description="Run when the source has changed: how often to look, such as 15m. A change counts once it is the same at two looks.",
    )
    catch_up: Switch = Field(
        default=True,
        description="Whether a time that passed while Lading did not run is made up for, once, as soon as it does.",
    )
    wait: Switch = Field(
        default=True, description="Whether a run stays until Amazon has finished; else it is followed later."
    )
    max_wait: Duration | None = Field(
        default=None, description="How long it stays at most, such as 2h; then it is followed later."
    )
    disable_after: GuardNumber = Field(
        default=3,
        ge=1,
        description="After so many failures in a row by settings or access, the schedule is switched off until "
        "`lading resume SYNC`; or off: never.",
    )

    @field_validator("cron")
    @classmethod
    def _understood(cls, value: str | None, info: ValidationInfo) -> str | None:
        try:
            parse(value or "", info.data.get("dialect", Dialect.STANDARD))
        except BadCron as error:
            raise wrong(f"this is no cron line: {error}") from None
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if [self.cron, self.after, self.on_change].count(None) != 2:
            raise wrong("write exactly one of `cron:`, `after:` and `on_change:`")
        return self

    @cached_property
    def line(self) -> Cron | None:
        """The cron line; None where there is none."""
        return None if self.cron is None else parse(self.cron, self.dialect, self.timezone)

    @property
    def never(self) -> bool:
        """It has no time at all."""
        return self.line is not None and self.line.never

    def __str__(self) -> str:
        """In words, as people read it."""
        if self.after:
            return f"after {self.after}"
        if self.on_change:
            return f"on change, looked for every {int(self.on_change.total_seconds())} s"
        late = f", {int(self.delay.total_seconds())} s later" if self.delay else ""
        other = ", as Treasure Data reads it" if self.dialect is Dialect.TREASURE else ""
        return f"{self.cron or 'none'} ({self.timezone}){other}{late}"
