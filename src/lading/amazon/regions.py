"""Which hosts answer for which region."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from lading.amazon.errors import TOKEN_PATH


class Region(StrEnum):
    """Amazon's three regions. Profiles and DSP advertisers live in one of them alone."""

    NA = "NA"
    EU = "EU"
    FE = "FE"


#: Marketplaces of each region, by Amazon's "API overview" for the Ads API (2025). Amazon writes UK; ISO writes GB.
MARKETPLACES: Final[dict[Region, frozenset[str]]] = {
    Region.NA: frozenset({"US", "CA", "MX", "BR"}),
    Region.EU: frozenset(
        {"GB", "FR", "IT", "ES", "DE", "NL", "AE", "PL", "TR", "EG", "SA", "SE", "BE", "IN", "ZA"}
    ),
    Region.FE: frozenset({"JP", "AU", "SG"}),
}


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses of one region."""

    #: The Ads API: paths such as `/v2/profiles` follow it.
    api: str
    #: The token endpoint of Login with Amazon.
    token: str
    #: The consent page of Login with Amazon, for a browser.
    consent: str
    #: True on this very machine: no proxy stands between.
    loopback: bool = False


#: By Amazon's pages "API overview", "Access tokens" and "Create an authorization grant" (2025).
_HOSTS: Final[dict[Region, tuple[str, str, str]]] = {
    Region.NA: ("advertising-api.amazon.com", "api.amazon.com", "www.amazon.com"),
    Region.EU: ("advertising-api-eu.amazon.com", "api.amazon.co.uk", "eu.account.amazon.com"),
    Region.FE: ("advertising-api-fe.amazon.com", "api.amazon.co.jp", "apac.account.amazon.com"),
}
_CONSENT_PATH: Final = "/ap/oa"


def hosts_of(region: Region | str, endpoint: str | None = None) -> Hosts:
    """The hosts of a region, or all of them at one endpoint (a sandbox): the Ads API under /na, /eu or /fe.

    Raises:
        ValueError: there is no such region, or the endpoint is no plain http(s) address.

    """
    region = _region(region)
    if endpoint is None:
        api, token, consent = (f"https://{host}" for host in _HOSTS[region])
        return Hosts(api, token + TOKEN_PATH, consent + _CONSENT_PATH)
    base = _base(endpoint)
    host = urlsplit(base).hostname or ""
    return Hosts(
        f"{base}/{region.lower()}", base + TOKEN_PATH, base + _CONSENT_PATH, loopback=_is_loopback(host)
    )


def _region(region: Region | str) -> Region:
    try:
        return Region(region)
    except ValueError:
        raise ValueError(f"region is NA, EU or FE, not {str(region)[:20]!r}") from None


def _base(endpoint: str) -> str:
    """The endpoint without a trailing slash. A name or password in it would travel as an Authorization header."""
    try:
        parts = urlsplit(endpoint)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("the endpoint is an address such as http://127.0.0.1:8377")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("the endpoint holds no name, password, ? or #")
    return endpoint.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
