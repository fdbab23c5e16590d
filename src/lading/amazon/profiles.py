"""`GET /v2/profiles`: what this grant may work for, in this region alone."""

from __future__ import annotations

from dataclasses import dataclass

from lading.amazon.countries import iso
from lading.amazon.gateway import Call, Gateway
from lading.amazon.shapes import Shape, listed


@dataclass(frozen=True, slots=True)
class Profile:
    """One advertiser in one marketplace, or an agency of Amazon DSP."""

    profile_id: str
    #: ISO-3166-1 alpha-2: GB, where Amazon says UK.
    country_code: str
    currency: str
    timezone: str
    #: `seller`, `vendor` or `agency`; an agency is for DSP and data providers.
    account_type: str
    account_sub_type: str
    account_name: str
    account_id: str
    marketplace_id: str


class Profiles:
    """The profiles of one region. A profile of another region is not listed."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self) -> tuple[Profile, ...]:
        """All profiles, at most 5,000; Amazon does not page them."""
        return tuple(_profile(shape) for shape in listed(self._gateway.ask(Call("GET", "/v2/profiles"))))


def _profile(shape: Shape) -> Profile:
    account = shape.inner("accountInfo")
    return Profile(
        profile_id=shape.identifier("profileId"),
        country_code=iso(shape.text("countryCode")),
        currency=shape.text("currencyCode"),
        timezone=shape.text("timezone"),
        account_type=account.text("type"),
        account_sub_type=account.text("subType"),
        account_name=account.text("name"),
        account_id=account.maybe_identifier("id") or "",
        marketplace_id=account.text("marketplaceStringId"),
    )
