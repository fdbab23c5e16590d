"""`GET /dsp/advertisers`: the advertisers of an agency profile of Amazon DSP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lading.amazon.countries import iso
from lading.amazon.gateway import Call, Gateway, header_value
from lading.amazon.shapes import Shape

#: The largest page, and the last place where one may begin ("DSP advertiser" OpenAPI file, v3).
PAGE: Final = 100
LAST_START: Final = 29_900


@dataclass(frozen=True, slots=True)
class DspAdvertiser:
    """One advertiser of Amazon DSP."""

    advertiser_id: str
    name: str
    #: ISO-3166-1 alpha-2: GB, where Amazon says UK.
    country: str
    currency: str
    timezone: str
    url: str


class DspAdvertisers:
    """The DSP advertisers of one region."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self, profile_id: str) -> tuple[DspAdvertiser, ...]:
        """All advertisers of an agency profile, each once, though Amazon's pages may repeat some."""
        scope = header_value(profile_id, "the profile id")
        found = {advertiser.advertiser_id: advertiser for advertiser in self._all(scope)}
        return tuple(found.values())

    def _all(self, scope: str) -> Iterator[DspAdvertiser]:
        for start in range(0, LAST_START + 1, PAGE):
            page = self._page(scope, start)
            items = page.items("response")
            yield from map(_advertiser, items)
            if not items or start + PAGE >= (page.count("totalResults") or 0):
                return

    def _page(self, scope: str, start: int) -> Shape:
        params = {"startIndex": str(start), "count": str(PAGE)}
        headers = {"Amazon-Advertising-API-Scope": scope}
        return Shape.of(self._gateway.ask(Call("GET", "/dsp/advertisers", params=params, headers=headers)))


def _advertiser(shape: Shape) -> DspAdvertiser:
    return DspAdvertiser(
        advertiser_id=shape.identifier("advertiserId"),
        name=shape.text("name"),
        country=iso(shape.text("country")),
        currency=shape.text("currency"),
        timezone=shape.text("timezone"),
        url=shape.text("url"),
    )
