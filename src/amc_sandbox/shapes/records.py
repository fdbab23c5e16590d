"""Records: people in and out, with their hashes and their consent."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox import rules
from amc_sandbox.shapes.reading import LONG, STRICT


@with_config(STRICT)
class HashedSet(TypedDict):
    address: NotRequired[str]
    city: NotRequired[str]
    email: NotRequired[str]
    firstname: NotRequired[str]
    lastname: NotRequired[str]
    phone: NotRequired[str]
    postal: NotRequired[str]
    state: NotRequired[str]


Signal = Literal["GRANTED", "DENIED", "NOT_APPLICABLE", "UNKNOWN"]


@with_config(STRICT)
class AmazonConsent(TypedDict):
    amznAdStorage: NotRequired[Signal]
    amznUserData: NotRequired[Signal]


@with_config(STRICT)
class Consent(TypedDict):
    amzn: NotRequired[AmazonConsent]
    tcf: NotRequired[str]
    gpp: NotRequired[str]


@with_config(STRICT)
class Geo(TypedDict):
    countryCode: NotRequired[str]
    ipAddress: NotRequired[str]


@with_config(STRICT)
class UserConsent(TypedDict):
    geo: NotRequired[Geo]
    consent: NotRequired[Consent]


@with_config(STRICT)
class Record(TypedDict):
    externalUserId: Annotated[str, StringConstraints(pattern=rules.EXTERNAL_USER_ID)]
    action: Literal["CREATE", "DELETE"]
    hashedPII: Annotated[list[HashedSet], Field(min_length=1, max_length=rules.MAX_SETS)]
    countryCode: NotRequired[str]
    measurements: NotRequired[dict[str, Any]]
    userConsent: NotRequired[UserConsent]


@with_config(STRICT)
class RecordsTarget(TypedDict):
    connectionId: NotRequired[str]
    targetTypes: NotRequired[Annotated[list[Literal["DSP"]], Field(max_length=1)]]


@with_config(STRICT)
class Records(TypedDict):
    audienceId: Annotated[int, LONG]
    records: Annotated[list[Record], Field(min_length=1, max_length=rules.MAX_RECORDS)]
    targetResource: NotRequired[RecordsTarget]


RECORDS: Final = TypeAdapter(Records)
