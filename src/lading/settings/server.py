"""The server: what it takes, from whom, and how fast."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from lading.settings.shape import Shape, wrong
from lading.settings.values import Duration, Whole

_MEGABYTE: Final = 1_000_000


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise wrong("write an IP address or a network, such as 10.0.0.7 or 10.0.0.0/8") from None
    return value


class Tls(Shape):
    """The server's own certificate. Leave it out behind a proxy that ends TLS."""

    certificate: str = Field(
        min_length=1, description="The file with the certificate and its chain, PEM; relative to this file."
    )
    key: str = Field(
        min_length=1, description="The file with the certificate's private key, PEM; relative to this file."
    )


class Server(Shape):
    """What `lading serve` takes, from whom, and how fast."""

    tls: Tls | None = Field(default=None, description="The server's own certificate.")
    max_body: Whole = Field(
        default=16 * _MEGABYTE,
        ge=1000,
        le=256 * _MEGABYTE,
        description="The largest body of a request, in bytes.",
    )
    body_timeout: Duration = Field(
        default=timedelta(seconds=30),
        description="How long a request may take to arrive.",
        json_schema_extra={"default": "30s"},
    )
    requests_per_second: Whole = Field(
        default=200,
        ge=1,
        description="How many requests one address may make in a second, with twice as many at once.",
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(),
        description="Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Nobody's are, if left out.",
    )
