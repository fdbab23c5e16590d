"""The families of endpoints: media type, scopes, and how an error looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from amc_sandbox import dataset_rules, rules

JSON: Final = "application/json"


class Refusal(Exception):
    """The answer is an error; the family says how its body looks."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.headers, self.extra = dict(headers or {}), dict(extra or {})


ErrorBody = Callable[[Refusal, str], dict[str, Any]]


def _message_only(refusal: Refusal, _request_id: str) -> dict[str, Any]:
    """Audience metadata and records. What could not even be read is named by a capital M."""
    return {"Message" if refusal.extra.get("unreadable") else "message": refusal.message}


def _message_and_id(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """Connections, terms, accounts."""
    return {"message": refusal.message, "requestId": request_id}


def _code_and_details(refusal: Refusal, _request_id: str) -> dict[str, Any]:
    """AMC administration: the code is the text of the status."""
    return {"code": HTTPStatus(refusal.status).phrase, "details": refusal.message}


def _generic(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """Profiles, and addresses that nobody knows."""
    return {"code": HTTPStatus(refusal.status).name, "details": refusal.message, "requestId": request_id}


def _dsp(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """DSP advertisers."""
    return {"message": refusal.message, "requestId": request_id, "errors": refusal.extra.get("errors", [])}


def _code_and_errors(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """Advertiser data: the code is the number of the status, and every error is told."""
    errors = refusal.extra.get("errors") or [refusal.message]
    return {
        "code": str(refusal.status),
        "details": refusal.message,
        "errors": list(errors[: dataset_rules.MAX_ERRORS]),
        "requestId": request_id,
    }


@dataclass(frozen=True, slots=True)
class Family:
    """What a group of endpoints has in common."""

    media_type: str
    error: ErrorBody
    #: Scopes beside the one that everything needs.
    scopes: tuple[str, ...] = ()
    #: The media type of its errors, if they have another.
    error_media: str | None = None

    def understands(self, media_type: str) -> bool:
        return media_type in (self.media_type, JSON)


CONNECTIONS_MEDIA: Final = "application/vnd.amcaudiencesconnections.v1+json"
PROFILES: Final = Family(JSON, _generic)
DSP: Final = Family(JSON, _dsp)
ACCOUNTS: Final = Family(CONNECTIONS_MEDIA, _message_and_id)
INSTANCES: Final = Family("application/vnd.amcinstances.v1+json", _code_and_details)
TERMS: Final = Family(CONNECTIONS_MEDIA, _message_and_id)
CONNECTIONS: Final = Family(CONNECTIONS_MEDIA, _message_and_id, (rules.AUDIENCES,))
AUDIENCES: Final = Family("application/vnd.amcaudiences.v1+json", _message_only, (rules.AUDIENCES,))
DATASETS, COLUMNS, UPLOADS, DELETIONS = (
    Family(f"application/vnd.amcadvertiser{word}.v1+json", _code_and_errors, (rules.AUDIENCES,), JSON)
    for word in ("dataset", "datasetcolumn", "dataupload", "userdeletionrequest")
)
