"""What a request to AWS asks to do, by the name that policies know it by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

Environ = Mapping[str, str]

#: (method, what the path names, the part of the query that says what is meant) -> action.
_S3: Final = {
    ("GET", "", ""): "ListAllMyBuckets",
    ("PUT", "bucket", ""): "CreateBucket",
    ("DELETE", "bucket", ""): "DeleteBucket",
    ("GET", "bucket", ""): "ListBucket",
    ("GET", "bucket", "location"): "GetBucketLocation",
    ("GET", "bucket", "policy"): "GetBucketPolicy",
    ("PUT", "bucket", "policy"): "PutBucketPolicy",
    ("DELETE", "bucket", "policy"): "DeleteBucketPolicy",
    ("GET", "bucket", "tagging"): "GetBucketTagging",
    ("PUT", "bucket", "tagging"): "PutBucketTagging",
    ("DELETE", "bucket", "tagging"): "PutBucketTagging",
    ("GET", "bucket", "encryption"): "GetEncryptionConfiguration",
    ("PUT", "bucket", "encryption"): "PutEncryptionConfiguration",
    ("DELETE", "bucket", "encryption"): "PutEncryptionConfiguration",
    ("POST", "bucket", "delete"): "DeleteObject",
    ("GET", "object", ""): "GetObject",
    ("PUT", "object", ""): "PutObject",
    ("POST", "object", ""): "PutObject",
    ("DELETE", "object", ""): "DeleteObject",
    ("DELETE", "object", "uploadId"): "AbortMultipartUpload",
    ("GET", "object", "tagging"): "GetObjectTagging",
    ("PUT", "object", "tagging"): "PutObjectTagging",
}
_MEANT: Final = frozenset(what for _, _, what in _S3)


def action(environ: Environ, service: str) -> str:
    """Such as `s3:PutObject`; `sts:GetCallerIdentity` for everything of STS, `s3:*` for what is in no table."""
    if service == "kms":
        return f"kms:{environ.get('HTTP_X_AMZ_TARGET', '').rpartition('.')[2] or '*'}"
    if service == "sts":
        return "sts:GetCallerIdentity"
    bucket, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
    named = "object" if key else "bucket" if bucket else ""
    asked = [name for name, _ in parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)]
    meant = next((name for name in asked if name in _MEANT), "")
    method = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
    return f"s3:{_S3.get((method, named, meant), '*')}"
