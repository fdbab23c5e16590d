"""`/amc/audiences/connections/terms`: accepted by a user, once a region."""

from __future__ import annotations

from typing import Final

from starlette.routing import Route

from amc_sandbox.families import TERMS, Refusal
from amc_sandbox.shapes import connection as shapes
from amc_sandbox.shapes.reading import read
from amc_sandbox.wire import Answer, Call, endpoint

CONTENT: Final = (
    "<h1>Terms of the sandbox</h1><p>Invented terms in the place of Amazon Marketing Cloud's. "
    "Whoever accepts them promises to send no real people here.</p>"
)


def get_terms(call: Call) -> Answer:
    """Once they are accepted, the answer carries nothing but that."""
    terms = call.sandbox.terms
    if terms.accepted(call.grant.user, call.region):
        return Answer(200, {"hasAccepted": True})
    token = terms.token(call.grant.user, call.region)
    return Answer(200, {"agreementContent": CONTENT, "agreementToken": token, "hasAccepted": False})


def accept_terms(call: Call) -> Answer:
    wish = read(shapes.ACCEPTANCE, call.body)
    if wish["agreementToken"] != call.sandbox.terms.token(call.grant.user, call.region):
        raise Refusal(400, "agreementToken is not valid")
    if wish["hasAccepted"]:
        call.sandbox.terms.accept(call.grant.user, call.region)
    return Answer(204)


PATH: Final = "/amc/audiences/connections/terms"
ROUTES: Final = (
    Route(PATH, endpoint(TERMS, get_terms), methods=["GET"]),
    Route(PATH, endpoint(TERMS, accept_terms), methods=["PATCH"]),
)
