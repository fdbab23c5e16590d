"""`/amc/audiences/connections/terms`: AMC's terms, accepted once by the user who gave the grant, in each region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lading.amazon.exact import written
from lading.amazon.gateway import CONNECTIONS, Call, Gateway
from lading.amazon.shapes import Shape

_PATH: Final = "/amc/audiences/connections/terms"


@dataclass(frozen=True, slots=True)
class TermsOfUse:
    """Where the acceptance stands. Once accepted, Amazon sends neither the text nor the token any more."""

    accepted: bool
    #: The agreement, in HTML; "" once accepted.
    content: str = field(repr=False)
    #: What accepting refers to; "" once accepted.
    token: str = field(repr=False)


class Terms:
    """The terms of the region."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def get(self) -> TermsOfUse:
        """The terms, and whether they were accepted."""
        shape = Shape.of(self._gateway.ask(Call("GET", _PATH, CONNECTIONS)))
        return TermsOfUse(
            shape.flag("hasAccepted"), shape.text("agreementContent"), shape.text("agreementToken")
        )

    def accept(self, token: str) -> None:
        """Accept the terms that came with this token: a legal act, for a person to decide."""
        if not token:
            raise ValueError("the token of the terms is missing: read the terms first")
        body = written({"agreementToken": token, "hasAccepted": True})
        self._gateway.ask(Call("PATCH", _PATH, CONNECTIONS, body=body))
