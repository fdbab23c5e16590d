"""Connections: a grant at Amazon, its region and the ids that it is used with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lading.settings.secret import Address, SecretReference
from lading.settings.shape import Shape
from lading.settings.values import AmazonId, Whole


class Amc(Shape):
    """The AMC instance that a connection leads to."""

    account_id: str | None = Field(
        default=None,
        min_length=1,
        description="The AMC account's id, such as ENTITY1A2B3C. Left out, the account that has the instance is looked up.",
    )
    marketplace_id: str = Field(
        min_length=1, description="The account's marketplace, such as ATVPDKIKX0DER for the United States."
    )
    instance_id: str = Field(min_length=1, description="The AMC instance's id, such as amcshop001.")


class Connection(Shape):
    """A grant at Amazon with its region and ids."""

    region: Literal["NA", "EU", "FE"] = Field(
        default="NA",
        description="Amazon's region: NA (Americas), EU (Europe, India, Middle East), FE (Far East). "
        "Has to be written where events of Segment go over it.",
    )
    client_id: SecretReference = Field(description="The Login with Amazon client's id, by reference.")
    client_secret: SecretReference = Field(description="The Login with Amazon client's secret, by reference.")
    refresh_token: SecretReference | None = Field(
        default=None,
        description="A refresh token that you have already, by reference. "
        "Leave it out to sign in with `lading connect NAME`, which keeps the token encrypted.",
    )
    profile_id: AmazonId = Field(
        description="The advertising profile's id, in quotes. `lading check` lists the profiles that the grant reaches."
    )
    amc: Amc | None = Field(
        default=None, description="The AMC instance; needed for target AMC and AMC_AND_DSP."
    )
    dsp_advertiser_id: AmazonId | None = Field(
        default=None, description="The DSP advertiser's id, in quotes; needed for target DSP and AMC_AND_DSP."
    )
    connection_id: str | None = Field(
        default=None,
        min_length=1,
        description="The id of a connection that Amazon or your agency made for you. "
        "Leave it out to let Lading make one.",
    )
    ads_account_id: str | None = Field(
        default=None,
        min_length=1,
        description="The global advertising account's id, where Amazon asks for one.",
    )
    endpoint: Address | None = Field(
        default=None,
        description="An address instead of Amazon's own, such as that of a sandbox; plain or by reference. "
        "LADING_AMAZON_URL does the same for all connections.",
    )
    records_per_request: Whole = Field(
        default=5000,
        ge=1,
        le=10_000,
        description="At most so many people in one request. Amazon takes 10,000.",
    )
    requests_per_second: Whole = Field(
        default=10, ge=1, description="At most so many requests a second, all processes together."
    )
    requests_per_hour: Whole = Field(
        default=6000, ge=1, description="At most so many requests in any hour, all processes together."
    )
    records_per_hour: Whole = Field(
        default=15_000_000,
        ge=1,
        description="At most so many people in any hour, all processes together. Amazon takes 15,000,000 from a connection.",
    )
