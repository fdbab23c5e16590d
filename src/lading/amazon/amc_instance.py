"""Which AMC instance a request is about: its id in the path, its account and marketplace in headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading.amazon.gateway import header_value, segment

_ROOT: Final = "/amc/advertiserData"


@dataclass(frozen=True, slots=True)
class AmcInstance:
    """An instance with the account (`ENTITY...`) and the marketplace that it belongs to."""

    instance_id: str
    account_id: str
    marketplace_id: str


def path_in(instance: AmcInstance, *parts: str) -> str:
    """The path of something in an instance, from literal parts and ids.

    Raises:
        ValueError: an id is blank, or would lead elsewhere.

    """
    whole = [segment(instance.instance_id, "the instance id"), *(segment(part, "an id") for part in parts)]
    return "/".join((_ROOT, *whole))


def headers_of(instance: AmcInstance) -> dict[str, str]:
    """The two headers that Amazon asks for beside the path."""
    return {
        "Amazon-Advertising-API-AdvertiserId": header_value(instance.account_id, "the AMC account id"),
        "Amazon-Advertising-API-MarketplaceId": header_value(instance.marketplace_id, "the marketplace id"),
    }
