"""The door to AWS: sessions by boto3's own chain of credentials, and AWS's refusals in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import (
    ConnectionError as AwsConnectionError,
)

from lading.errors import AccessError, GaveUp, LadingError, SettingsError

#: Where buckets are made if nothing names a region.
DEFAULT_REGION: Final = "us-east-1"

_DENIED: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "403", "Forbidden", "UnauthorizedOperation"}
)
_UNKNOWN_KEYS: Final = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "InvalidToken",
        "UnrecognizedClientException",
    }
)
_GONE: Final = frozenset({"NoSuchBucket", "404", "NotFound"})
_TAKEN: Final = frozenset({"BucketAlreadyExists", "OperationAborted"})
_BUSY: Final = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "ServiceUnavailable", "InternalError", "503", "500"}
)


class Aws:
    """Clients of AWS's services for one set of credentials."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._endpoint = environ.get("AWS_ENDPOINT_URL") or None
        with explained("opening AWS"):
            self._session = boto3.session.Session()
        self.region: str = self._session.region_name or DEFAULT_REGION

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of a service, in a region or the session's own. One more costs 20 ms: keep it."""
        config = Config(
            retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10, read_timeout=60,
            s3={"addressing_style": "path"} if self._endpoint else None, max_pool_connections=4,
        )  # fmt: skip
        try:
            return self._session.client(
                service, region_name=region or self.region, endpoint_url=self._endpoint, config=config
            )  # type: ignore[call-overload]  # the stubs know each service by its literal name
        except ValueError as error:  # botocore's only word for an address that is none
            raise SettingsError(
                "this is no address: write one such as https://s3.example.com, or leave the variable out for AWS's own",
                where="AWS_ENDPOINT_URL", code="aws_refused",
            ) from error  # fmt: skip


def code_of(error: ClientError) -> str:
    """AWS's word for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


#: What to do about a bucket that is not there, unless something else is said.
_MAKE_IT: Final = "`lading bucket setup SYNC` makes it"


@contextmanager
def explained(
    doing: str, where: str = "", *, permission: str = "", no_bucket: str = _MAKE_IT
) -> Iterator[None]:
    """Errors of AWS within come out as ours; `permission` is the one that `doing` needs, `no_bucket` what to do where there is none."""
    try:
        yield
    except ClientError as error:
        raise _refusal(error, doing, where, permission, no_bucket) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise AccessError(
            "no AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for the AWS "
            "command line",
            where="AWS", code="no_aws_credentials",
        ) from error  # fmt: skip
    except (AwsConnectionError, HTTPClientError) as error:
        raise GaveUp(
            f"{doing}: AWS could not be reached. Check the network, and AWS_ENDPOINT_URL where it is set; then run the same "
            "command again: nothing is lost",
            where=where, code="aws_unreachable",
        ) from error  # fmt: skip
    except BotoCoreError as error:
        raise SettingsError(f"{doing}: {error}", where=where, code="aws_refused") from error


def _refusal(error: ClientError, doing: str, where: str, permission: str, no_bucket: str) -> LadingError:
    code = code_of(error)
    said = str(error.response.get("Error", {}).get("Message", "")) or code
    if code in _UNKNOWN_KEYS:
        return AccessError(
            f"AWS does not take these credentials: {said}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, anew",
            where="AWS", code="no_aws_credentials",
        )  # fmt: skip
    if code in _DENIED:
        needed = f" Give these credentials the permission {permission}" if permission else ""
        return AccessError(f"{doing}: AWS denies it.{needed}", where=where, code="aws_denied")
    if code in _GONE:
        return AccessError(
            f"{doing}: there is no such bucket. {no_bucket}", where=where, code="no_bucket"
        )  # fmt: skip
    if code in _TAKEN:
        return SettingsError(
            "this bucket's name is taken by another AWS account: take another name",
            where=where,
            code="bucket_taken",
        )
    if code in _BUSY:
        return GaveUp(
            f"{doing}: AWS is busy ({said}). Run the same command again later: nothing is lost",
            where=where,
            code="aws_unreachable",
        )
    return SettingsError(f"{doing}: AWS refused it: {said}", where=where, code="aws_refused")
