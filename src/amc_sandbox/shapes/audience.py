"""Audience metadata, as it is made and changed."""

from __future__ import annotations

from typing import Annotated, Final, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox import rules
from amc_sandbox.shapes.reading import LONG, STRICT

Description = Annotated[
    str, StringConstraints(min_length=rules.DESCRIPTION_LENGTH[0], max_length=rules.DESCRIPTION_LENGTH[1])
]
Ttl = Annotated[int, Field(ge=0, le=rules.MAX_TTL)]


@with_config(STRICT)
class Fee(TypedDict):
    cpmCents: Annotated[float, Field(ge=0)]
    currency: str


FeeList = Annotated[list[Fee], Field(min_length=1, max_length=rules.MAX_FEES)]


@with_config(STRICT)
class NewDetails(TypedDict):
    externalAudienceId: str
    ttl: NotRequired[Ttl]
    audienceFees: NotRequired[FeeList]


@with_config(STRICT)
class Target(TypedDict):
    connectionId: NotRequired[str]
    advertiserId: NotRequired[Annotated[int, LONG]]


@with_config(STRICT)
class NewAudience(TypedDict):
    name: Annotated[str, StringConstraints(min_length=rules.NAME_LENGTH[0], max_length=rules.NAME_LENGTH[1])]
    description: Description
    targetResource: Target
    countryCode: NotRequired[str]
    metadata: NewDetails


@with_config(STRICT)
class ChangedDetails(TypedDict):
    ttl: NotRequired[Ttl]
    audienceFees: NotRequired[FeeList]


@with_config(STRICT)
class ChangedAudience(TypedDict):
    description: NotRequired[Description]
    metadata: NotRequired[ChangedDetails]


NEW: Final = TypeAdapter(NewAudience)
CHANGED: Final = TypeAdapter(ChangedAudience)
