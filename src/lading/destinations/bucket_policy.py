"""What a bucket's policy and tags have to say, so that Amazon may read uploads from it. Pure: JSON in, JSON out.

Source: Amazon's guide "Advertiser data upload, S3 bucket".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

#: AWS's own uploader calls its statement so; a bucket that it made is gone on with.
STATEMENT: Final = "AllowDataUploadFromAmc"
ACTIONS: Final = (
    "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetObjectTagging", "s3:GetBucketTagging",
)  # fmt: skip
TAG: Final = "instanceId"
#: Instances in the tag, and characters of any tag's value (S3, "Object tagging").
MAX_INSTANCES: Final = 25
MAX_TAG_LENGTH: Final = 256

#: A policy, or one of its statements.
Json = dict[str, Any]


class TooManyInstances(ValueError):
    """The tag has no room for another instance."""


def principal(account: str) -> str:
    """How a policy names an AWS account."""
    return f"arn:aws:iam::{account}:root"


def with_accounts(policy: Mapping[str, Any] | None, bucket: str, accounts: Collection[str]) -> Json:
    """The policy with these accounts allowed, beside those that are already, and with every other statement as it was."""
    statements = _statements(policy)
    mine = next((one for one in statements if one.get("Sid") == STATEMENT), None)
    principals = sorted({*_principals(mine or {}), *map(principal, accounts)})
    statement = {
        "Sid": STATEMENT,
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": list(ACTIONS),
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    if mine is None:
        statements.append(statement)
    elif not _same(mine, statement):
        statements[statements.index(mine)] = statement
    return {"Version": "2012-10-17", **(policy or {}), "Statement": statements}


def missing(policy: Mapping[str, Any] | None, bucket: str, account: str) -> tuple[str, ...]:
    """What the policy lacks for an account: actions, each with what it is needed on; the account itself if it is not named."""
    statements = [one for one in _statements(policy) if one.get("Effect") == "Allow" and _names(one, account)]
    if not statements:
        return (f"the principal {principal(account)}",)
    wanted = [(action, f"arn:aws:s3:::{bucket}{_scope(action)}") for action in ACTIONS]
    return tuple(
        f"{action} on {on}"
        for action, on in wanted
        if not any(_allows(one, action, on) for one in statements)
    )


def with_instances(tags: Mapping[str, str], instances: Iterable[str]) -> dict[str, str]:
    """The tags with these instances named beside those that are already; all other tags as they were.

    Raises:
        TooManyInstances: more than 25, or more text than a tag may have.

    """
    named = list(dict.fromkeys([*tags.get(TAG, "").split(), *instances]))
    value = " ".join(named)
    if len(named) > MAX_INSTANCES or len(value) > MAX_TAG_LENGTH:
        raise TooManyInstances(
            f"the tag {TAG} of a bucket names at most {MAX_INSTANCES} instances in {MAX_TAG_LENGTH} characters, and this would be "
            f"{len(named)} in {len(value)}: take another bucket for some of them"
        )
    return {**tags, TAG: value}


def _statements(policy: Mapping[str, Any] | None) -> list[Json]:
    return _listed((policy or {}).get("Statement", []))


def _principals(statement: Mapping[str, Any]) -> list[str]:
    named = statement.get("Principal", {})
    return _listed(named.get("AWS", [])) if isinstance(named, dict) else _listed(named)


def _names(statement: Mapping[str, Any], account: str) -> bool:
    return not {principal(account), account, "*"}.isdisjoint(_principals(statement))


def _allows(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    actions, resources = _listed(statement.get("Action", [])), _listed(statement.get("Resource", []))
    return any(_covers(one.lower(), action.lower()) for one in actions) and any(
        _covers(one, resource) for one in resources
    )


def _covers(pattern: str, wanted: str) -> bool:
    """Whether a policy's pattern, with a `*` at its end or none, covers a name."""
    return wanted.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == wanted


def _scope(action: str) -> str:
    return "/*" if "Object" in action else ""


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _sorted(one) == _sorted(other)


def _sorted(statement: Mapping[str, Any]) -> Json:
    """A statement in one form: AWS gives lists of one back as their only value, and lists in any order."""
    plain = {key: sorted(_listed(value)) for key, value in statement.items() if key in {"Action", "Resource"}}
    return {**statement, **plain, "Principal": sorted(_principals(statement))}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
