"""The seeded world: who exists at this Amazon. Its ids are stable; docs/reference/amc-sandbox.md lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Region = Literal["NA", "EU", "FE"]
REGIONS: Final[tuple[Region, ...]] = ("NA", "EU", "FE")


@dataclass(frozen=True, slots=True)
class App:
    """A Login with Amazon client."""

    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Profile:
    profile_id: int
    user: str
    region: Region
    country: str
    currency: str
    timezone: str
    marketplace: str
    account_id: str
    type: Literal["seller", "vendor", "agency"]
    name: str


@dataclass(frozen=True, slots=True)
class DspAdvertiser:
    advertiser_id: str
    profile_id: int
    user: str
    region: Region
    name: str
    currency: str
    url: str
    country: str
    timezone: str
    marketplace: str


@dataclass(frozen=True, slots=True)
class AmcAccount:
    account_id: str
    user: str
    name: str
    marketplace: str


@dataclass(frozen=True, slots=True)
class Instance:
    instance_id: str
    account_id: str
    name: str
    type: Literal["STANDARD", "SANDBOX"]
    upload_aws_account: str


SHOP: Final = "amzn1.account.EXAMPLESHOP"
STRANGER: Final = "amzn1.account.STRANGER"
#: Who can sign in: the short name that the door and the consent page use, and the customer id.
USERS: Final = {"shop": SHOP, "stranger": STRANGER}

APP: Final = App(
    "amzn1.application-oa2-client.0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "amzn1.oa2-cs.v1.5a4e44424f582d4e4f542d412d5245414c2d5345435245542d2d2d2d2d2d2d2d",
    "Example app",
)
OTHER_APP: Final = App(
    "amzn1.application-oa2-client.00112233445566778899aabbccddeeff",
    "amzn1.oa2-cs.v1.4f544845522d4e4f542d412d5245414c2d5345435245542d2d2d2d2d2d2d2d2d",
    "Another app",
)
APPS: Final = {app.client_id: app for app in (APP, OTHER_APP)}

_US = ("US", "USD", "America/Los_Angeles", "ATVPDKIKX0DER")
_CA = ("CA", "CAD", "America/Los_Angeles", "A2EUQ1WTGCTBG2")
_UK = ("UK", "GBP", "Europe/London", "A1F83G8C2ARO7P")
_DE = ("DE", "EUR", "Europe/Paris", "A1PA6795UKMFR9")
_JP = ("JP", "JPY", "Asia/Tokyo", "A1VC38T7YXB528")

PROFILES: Final = (
    Profile(1234567890, SHOP, "NA", *_US, "ENTITYAGENCYNA", "agency", "Example Shop Agency NA"),
    Profile(1234567891, SHOP, "NA", *_US, "A1SELLERSHOPUS", "seller", "Example Shop US"),
    Profile(1234567892, SHOP, "NA", *_CA, "ENTITYVENDORCA", "vendor", "Example Shop Canada"),
    Profile(2234567890, SHOP, "EU", *_UK, "ENTITYAGENCYEU", "agency", "Example Shop Agency EU"),
    Profile(2234567891, SHOP, "EU", *_DE, "A1SELLERSHOPDE", "seller", "Example Shop Deutschland"),
    Profile(3234567890, SHOP, "FE", *_JP, "ENTITYAGENCYFE", "agency", "Example Shop Agency FE"),
    Profile(3234567891, SHOP, "FE", *_JP, "A1SELLERSHOPJP", "seller", "Example Shop Japan"),
    Profile(9234567890, STRANGER, "NA", *_US, "ENTITYSTRANGER", "agency", "Stranger Agency"),
)


def _advertiser(
    advertiser_id: str, profile_id: int, name: str, place: tuple[str, str, str, str]
) -> DspAdvertiser:
    owner = next(profile for profile in PROFILES if profile.profile_id == profile_id)
    country, currency, timezone, marketplace = place
    url = f"https://{name.lower().replace(' ', '-')}.example"
    return DspAdvertiser(
        advertiser_id,
        profile_id,
        owner.user,
        owner.region,
        name,
        currency,
        url,
        country,
        timezone,
        marketplace,
    )


DSP_ADVERTISERS: Final = (
    _advertiser("581124983652187041", 1234567890, "Example Shop US DSP", _US),
    _advertiser("581124983652187057", 1234567890, "Example Shop Canada DSP", _CA),
    _advertiser("591124983652187042", 2234567890, "Example Shop UK DSP", _UK),
    _advertiser("601124983652187043", 3234567890, "Example Shop Japan DSP", _JP),
    _advertiser("999124983652187049", 9234567890, "Stranger DSP", _US),
)

ACCOUNTS: Final = (
    AmcAccount("ENTITY1A2B3C", SHOP, "Example Shop", "ATVPDKIKX0DER"),
    AmcAccount("ENTITY2D4E6F", SHOP, "Example Shop Europe", "A1F83G8C2ARO7P"),
    AmcAccount("ENTITY3G5H7J", SHOP, "Example Shop Japan", "A1VC38T7YXB528"),
    AmcAccount("ENTITY9Z8Y7X", STRANGER, "Stranger", "ATVPDKIKX0DER"),
)

INSTANCES: Final = (
    Instance("amcshop001", "ENTITY1A2B3C", "Example Shop", "STANDARD", "246813579001"),
    Instance("amcshopsbx", "ENTITY1A2B3C", "Example Shop Sandbox", "SANDBOX", "246813579002"),
    Instance("amcshopeu1", "ENTITY2D4E6F", "Example Shop Europe", "STANDARD", "246813579003"),
    Instance("amcshopfe1", "ENTITY3G5H7J", "Example Shop Japan", "STANDARD", "246813579004"),
    Instance("amcstrange", "ENTITY9Z8Y7X", "Stranger", "STANDARD", "246813579009"),
)
#: Data sets that were made with the data upload of old. Nobody can read them, but their names are taken.
OLD_DATASETS: Final = {"amcshop001": ("crm_2023", "store_visits_2023")}


def uploads(user: str) -> Iterator[dict[str, str]]:
    """The instances of a user, and the AWS account that each of them reads uploads with."""
    for one in INSTANCES:
        owner = account(one.account_id)
        if owner is not None and owner.user == user:
            yield {
                "instanceId": one.instance_id,
                "accountId": one.account_id,
                "marketplaceId": owner.marketplace,
                "dataUploadAwsAccountId": one.upload_aws_account,
            }


def account(account_id: str) -> AmcAccount | None:
    return next((one for one in ACCOUNTS if one.account_id == account_id), None)


def instance(instance_id: str) -> Instance | None:
    return next((one for one in INSTANCES if one.instance_id == instance_id), None)


def advertiser(advertiser_id: str) -> DspAdvertiser | None:
    return next((one for one in DSP_ADVERTISERS if one.advertiser_id == advertiser_id), None)


def profile(profile_id: str) -> Profile | None:
    return next((one for one in PROFILES if str(one.profile_id) == profile_id), None)
