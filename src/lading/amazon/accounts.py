"""`GET /amc/accounts`: the AMC accounts that this grant may use."""

from __future__ import annotations

from dataclasses import dataclass

from lading.amazon.gateway import CONNECTIONS, Call, Gateway
from lading.amazon.paging import pages
from lading.amazon.shapes import Shape


@dataclass(frozen=True, slots=True)
class AmcAccount:
    """One account of Amazon Marketing Cloud."""

    #: `ENTITY...`
    account_id: str
    name: str
    marketplace_id: str


class Accounts:
    """The AMC accounts."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self) -> tuple[AmcAccount, ...]:
        """All accounts, of all pages."""
        call = Call("GET", "/amc/accounts", CONNECTIONS)
        found = (shape for page in pages(self._gateway, call) for shape in page.items("amcAccounts"))
        return tuple(_account(shape) for shape in found)


def _account(shape: Shape) -> AmcAccount:
    return AmcAccount(
        account_id=shape.identifier("accountId"),
        name=shape.text("accountName"),
        marketplace_id=shape.text("marketplaceId"),
    )
