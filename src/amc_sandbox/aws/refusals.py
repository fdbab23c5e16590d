"""What AWS says no with: each service has its own shape of an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

Environ = Mapping[str, str]

_S3: Final = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{0}</Code><Message>{1}</Message></Error>"
_QUERY: Final = (
    "<ErrorResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><Error><Type>Sender</Type><Code>{0}</Code>"
    "<Message>{1}</Message></Error></ErrorResponse>"
)
_UNKNOWN_KEY: Final = {
    "s3": ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
    "sts": ("InvalidClientTokenId", "The security token included in the request is invalid."),
    "kms": ("UnrecognizedClientException", "The security token included in the request is invalid."),
}


def credential(environ: Environ) -> tuple[str, str] | None:
    """The access key id and the service that a request is signed for (version 4, header or query)."""
    text = environ.get("HTTP_AUTHORIZATION", "") + "&" + environ.get("QUERY_STRING", "")
    _, found, rest = text.replace("%2F", "/").partition("Credential=")
    parts = rest.split(",")[0].split("&")[0].split("/")
    return (parts[0], parts[3]) if found and len(parts) == 5 else None


def unknown_key(service: str) -> tuple[bytes, str]:
    """The body and media type for an access key that nobody has."""
    return _body(service, *_UNKNOWN_KEY.get(service, _UNKNOWN_KEY["s3"]))


def denied(service: str, action: str, account: str) -> tuple[bytes, str]:
    """The body and media type for what a user may not do."""
    user = f"arn:aws:iam::{account}:user/example"
    code = "AccessDeniedException" if service == "kms" else "AccessDenied"
    return _body(service, code, f"User: {user} is not authorized to perform: {action}")


def _body(service: str, code: str, message: str) -> tuple[bytes, str]:
    if service == "kms":
        return json.dumps({"__type": code, "message": message}).encode(), "application/x-amz-json-1.1"
    form = _QUERY if service == "sts" else _S3
    return form.format(code, escape(message)).encode(), "application/xml"
