"""The shapes of request bodies, as Amazon's specification has them, and what is said about one that differs.

Keys that the specification does not know are passed over. A message never holds a value.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NotRequired, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from amc_sandbox import rules
from amc_sandbox.wire import Refusal

LONG: Final = Field(ge=0, le=2**63 - 1)
STRICT: Final = ConfigDict(strict=True)

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


@with_config(STRICT)
class NewConnection(TypedDict):
    amcAccountId: NotRequired[str]
    amcAccountMarketplaceId: NotRequired[str]
    amcInstanceId: NotRequired[str]
    connectionId: NotRequired[str]
    dspAdvertiserId: NotRequired[str]
    dspProfileId: NotRequired[str]
    isDefault: NotRequired[bool]


@with_config(STRICT)
class Acceptance(TypedDict):
    agreementToken: str
    hasAccepted: bool


NEW_AUDIENCE: Final = TypeAdapter(NewAudience)
CHANGED_AUDIENCE: Final = TypeAdapter(ChangedAudience)
RECORDS: Final = TypeAdapter(Records)
NEW_CONNECTION: Final = TypeAdapter(NewConnection)
ACCEPTANCE: Final = TypeAdapter(Acceptance)

T = TypeVar("T")


def read(shape: TypeAdapter[T], body: bytes) -> T:
    """The body in its shape, or a 400 about the first thing that differs."""
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=True)[0]
        kind = str(first["type"])
        if kind == "json_invalid":
            raise Refusal(400, "Request body is not JSON", extra={"unreadable": True}) from None
        where = "/".join(map(str, first["loc"]))
        if kind == "int_type":
            raise Refusal(400, _number_error(body, first["loc"]), extra={"unreadable": True}) from None
        if kind.endswith("_type"):
            raise Refusal(
                400, f"Value at '/{where}' has another type: {first['msg']}", extra={"unreadable": True}
            ) from None
        raise Refusal(400, f"1 validation error detected: Value at '/{where}': {first['msg']}") from None


def _number_error(body: bytes, where: tuple[int | str, ...]) -> str:
    """What stands in the place of a whole number, in the words of Amazon's reader."""
    import json  # noqa: PLC0415  (only to name the kind of a value that is wrong)

    value: Any = json.loads(body)
    for step in where:
        value = value[step]
    kinds = {str: "STRING_VALUE", float: "DECIMAL_VALUE", bool: "BOOLEAN_VALUE", type(None): "NULL_VALUE"}
    return rules.QUOTED_NUMBER.replace("STRING_VALUE", kinds.get(type(value), "VALUE"))
