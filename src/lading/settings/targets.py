"""Targets: the audience or the dataset that a sync fills."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from lading.settings.datasets import DatasetTarget
from lading.settings.shape import Shape, wrong
from lading.settings.values import AmazonId, Country, Duration, Name

#: Source: Amazon's "Advertiser audiences" OpenAPI, `metadata.ttl`: 0 to 34300800 seconds (397 days).
LONGEST_TTL: Final = timedelta(seconds=34_300_800)


def _ttl(value: timedelta) -> timedelta:
    if value > LONGEST_TTL:
        raise wrong("Amazon keeps members for 397d (34300800 seconds) at most: write 397d or less")
    return value


def _external_id(value: str) -> str:
    if value.isprintable() and value == value.strip():
        return value
    raise wrong("an external id must not begin or end with blanks or hold control characters")


def _fees(value: tuple[Fee, ...] | None) -> tuple[Fee, ...] | None:
    if value and len({fee.currency for fee in value}) < len(value):
        raise wrong("a currency is named twice: Amazon takes one fee a currency")
    return value


class Fee(Shape):
    """What a data provider charges for an audience."""

    cpm_cents: Decimal = Field(ge=0, description="The price of a thousand impressions, in cents.")
    currency: Literal[
        "AED", "AUD", "CAD", "CNY", "EUR", "GBP", "INR", "JPY", "MXN", "SAR", "SEK", "TRY", "USD"
    ] = Field(description="The currency of the price.")

    @model_validator(mode="after")
    def _whole_yen(self) -> Self:
        if self.currency == "JPY" and self.cpm_cents % 1:
            raise wrong("Amazon takes whole numbers for JPY")
        return self


class AudienceTarget(Shape):
    """An audience of AMC, of DSP, or of both."""

    connection: str = Field(description="The name of a connection above.")
    name: str = Field(
        min_length=10,
        max_length=128,
        description="The audience's name at Amazon, 10 to 128 characters. Cannot change.",
    )
    external_id: Annotated[str, AfterValidator(_external_id)] = Field(
        default="",
        max_length=128,
        description="Your own id of the audience; the sync's name if left out, with the target's name where there are several. "
        "Cannot change.",
    )
    description: str = Field(
        default="", max_length=1000, description="What the audience is, at most 1,000 characters."
    )
    target: Literal["AMC", "AMC_AND_DSP", "DSP"] = Field(
        default="AMC", description="Where the members go: AMC, AMC_AND_DSP or DSP."
    )
    country: Country | None = Field(
        default=None,
        description="The country of rows that name none, two capital letters. Left out, that of the AMC account's marketplace is assumed, "
        "else US in region NA, and each plan and report says so; a country that is only assumed does not do away with consent.",
    )
    ttl: Annotated[Duration, AfterValidator(_ttl)] = Field(
        default=LONGEST_TTL,
        description="How long a member stays after he was last sent: 397d at most, 12h, or seconds. "
        "0 takes everybody out.",
        json_schema_extra={"default": "397d"},
    )
    audience_id: AmazonId | None = Field(
        default=None,
        description="Amazon's id of an audience that exists already, in quotes, to go on with it: that of its API, not the one in DSP.",
    )
    dsp_audience_id: AmazonId | None = Field(
        default=None,
        description="What DSP's own pages call the audience, which is another id and no use to the API. It is shown beside the API's, so that the "
        "two can be told apart.",
    )
    fees: Annotated[tuple[Fee, ...] | None, AfterValidator(_fees)] = Field(
        default=None,
        min_length=1,
        max_length=13,
        description="Fees, one a currency; for data providers only.",
    )

    @model_validator(mode="after")
    def _two_ids(self) -> Self:
        if self.audience_id and self.audience_id == self.dsp_audience_id:
            raise wrong(
                "audience_id and dsp_audience_id are the same, and Amazon's are not: `audience_id` is the API's, which was shown when "
                "the audience was created, and `dsp_audience_id` the one on DSP's pages"
            )
        return self


class Target(Shape):
    """Where a sync's people or rows go: an audience or a dataset. A sync may have a list of targets."""

    name: Name | None = Field(
        default=None,
        description="What commands call this target of a sync that has several: `lading apply SYNC/NAME`. "
        "The connection's name if left out.",
    )
    audience: AudienceTarget | None = Field(
        default=None, description="An audience: people to reach or to leave out."
    )
    dataset: DatasetTarget | None = Field(default=None, description="A dataset of AMC: rows to query.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.audience is None) == (self.dataset is None):
            raise wrong("a sync goes to exactly one target: write either `audience:` or `dataset:`")
        return self


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class _OneOrSeveral:
    """How the JSON Schema says it: one target, or a list of them."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


#: What stands under `to:`; one target is a list of one.
Targets = Annotated[tuple[Target, ...], Field(min_length=1), BeforeValidator(_listed), _OneOrSeveral]
