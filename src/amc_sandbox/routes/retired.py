"""Addresses of the APIs of single instances, advertiser data upload 1.0 among them. They have been retired."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amc_sandbox.wire import respond

METHODS: Final = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def gone(_request: Request) -> Response:
    """410, whoever asks."""
    told = "The instance-level API was retired on 2024-08-01: use the AMC APIs of the Amazon Ads API"
    return respond(410, {"message": told}, "application/json", {})


ROUTES: Final = tuple(
    Route(path, gone, methods=METHODS)
    for path in ("/dataSets", "/dataSets/{rest:path}", "/data/{rest:path}", "/prod/{rest:path}")
)
