"""`/amc/audiences/connections`: which AMC instance and which DSP advertiser an audience goes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lading.amazon.exact import written
from lading.amazon.gateway import CONNECTIONS, Call, Gateway
from lading.amazon.shapes import Shape

_PATH: Final = "/amc/audiences/connections"


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """What to connect: an AMC instance with its account, a DSP advertiser with its profile, or both."""

    amc_account_id: str | None = None
    amc_marketplace_id: str | None = None
    amc_instance_id: str | None = None
    dsp_advertiser_id: str | None = None
    dsp_profile_id: str | None = None
    #: An id of your own choice; Amazon makes one otherwise.
    connection_id: str | None = None
    is_default: bool | None = None

    def __post_init__(self) -> None:
        if not (self.amc_instance_id or self.dsp_advertiser_id):
            raise ValueError("a connection needs an AMC instance or a DSP advertiser")
        if self.amc_instance_id and not self.amc_account_id:
            raise ValueError("an AMC instance needs the id of its AMC account")


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as Amazon keeps it; fields that it leaves out are ""."""

    connection_id: str
    amc_account_id: str
    amc_account_name: str
    amc_marketplace_id: str
    amc_instance_id: str
    amc_instance_name: str
    dsp_advertiser_id: str
    dsp_advertiser_name: str
    dsp_profile_id: str
    is_default: bool


class Connections:
    """The active connections of this user with this client."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, spec: ConnectionSpec) -> str:
        """Connect; returns the connection id."""
        asked = {
            "amcAccountId": spec.amc_account_id,
            "amcAccountMarketplaceId": spec.amc_marketplace_id,
            "amcInstanceId": spec.amc_instance_id,
            "connectionId": spec.connection_id,
            "dspAdvertiserId": spec.dsp_advertiser_id,
            "dspProfileId": spec.dsp_profile_id,
            "isDefault": spec.is_default,
        }
        body = written({name: value for name, value in asked.items() if value is not None})
        answer = self._gateway.ask(Call("POST", _PATH, CONNECTIONS, body=body))
        return Shape.of(answer).identifier("connectionId")

    def list(self, connection_id: str | None = None) -> tuple[Connection, ...]:
        """All connections (Amazon lists at most 100), or the one with this id if it exists."""
        params = {} if connection_id is None else {"connectionId": _named(connection_id)}
        answer = self._gateway.ask(Call("GET", _PATH, CONNECTIONS, params=params))
        return tuple(_connection(shape) for shape in Shape.of(answer).items("connections"))

    def delete(self, connection_id: str) -> None:
        """Remove one connection.

        Raises:
            ValueError: no id was given. Amazon would remove ALL connections then, so nothing is sent.

        """
        params = {"connectionId": _named(connection_id)}
        self._gateway.ask(Call("DELETE", _PATH, CONNECTIONS, params=params))


def _named(connection_id: str) -> str:
    if not isinstance(connection_id, str) or not connection_id.strip():
        raise ValueError("the connection id is missing")
    return connection_id


def _connection(shape: Shape) -> Connection:
    return Connection(
        connection_id=shape.identifier("connectionId"),
        amc_account_id=shape.text("amcAccountId"),
        amc_account_name=shape.text("amcAccountName"),
        amc_marketplace_id=shape.text("amcAccountMarketplaceId"),
        amc_instance_id=shape.text("amcInstanceId"),
        amc_instance_name=shape.text("amcInstanceName"),
        dsp_advertiser_id=shape.maybe_identifier("dspAdvertiserId") or "",
        dsp_advertiser_name=shape.text("dspAdvertiserName"),
        dsp_profile_id=shape.maybe_identifier("dspProfileId") or "",
        is_default=shape.maybe_flag("isDefault"),
    )
