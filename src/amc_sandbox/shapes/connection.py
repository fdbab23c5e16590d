"""Connections, and the terms that come before them."""

from __future__ import annotations

from typing import Final, NotRequired

from pydantic import TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox.shapes.reading import STRICT


@with_config(STRICT)
class NewConnection(TypedDict):
    amcAccountId: NotRequired[str]
    amcAccountMarketplaceId: NotRequired[str]
    amcInstanceId: NotRequired[str]
    connectionId: NotRequired[str]
    dspAdvertiserId: NotRequired[str]
    dspProfileId: NotRequired[str]
    isDefault: NotRequired[bool]


@with_config(STRICT)
class Acceptance(TypedDict):
    agreementToken: str
    hasAccepted: bool


NEW: Final = TypeAdapter(NewConnection)
ACCEPTANCE: Final = TypeAdapter(Acceptance)
