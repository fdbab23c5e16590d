"""The doctor's lines about a bucket that uploads go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lading.destinations import kms_key
from lading.destinations.bucket_policy import TAG, missing
from lading.errors import LadingError
from lading.service.checks.line import CheckLine, fine, wrong
from lading.service.datasets.bucket_setup import Need, advice_of, needs_of
from lading.service.parts import Parts

_SET_UP: Final = "`lading bucket setup`"
#: What the set-up needs of AWS, for those whose bucket is not there yet.
PERMISSIONS: Final = (
    "s3:CreateBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:GetBucketTagging", "s3:PutBucketTagging",
    "s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration", "s3:PutObject", "s3:ListBucket",
)  # fmt: skip


def bucket_lines(parts: Parts, names: tuple[str, ...]) -> Iterator[CheckLine]:
    """What the buckets of these syncs lack, one line for each thing."""
    for name in names:
        if parts.sync(name).to.dataset is None:
            continue
        try:
            [need] = needs_of(parts, name)
        except LadingError as error:
            yield wrong(f"{name}: bucket", "cannot be told", str(error))
            continue
        yield from _lines(parts, name, need)


def _lines(parts: Parts, name: str, need: Need) -> Iterator[CheckLine]:
    for what, look in _LOOKS:
        try:
            line = look(parts, f"{need.bucket}: {what}", need)
        except LadingError as error:
            line = wrong(f"{need.bucket}: {what}", "refused", str(error))
        if line is not None:
            yield _with_sync(line, name)
            if line.ok is False and what == "bucket":
                return


def _with_sync(line: CheckLine, name: str) -> CheckLine:
    remedy = line.remedy.replace(_SET_UP, f"`lading bucket setup {name}`") if line.remedy else line.remedy
    return CheckLine(line.name, ok=line.ok, message=line.message, remedy=remedy)


def _bucket(parts: Parts, what: str, need: Need) -> CheckLine:
    region = parts.bucket(need.bucket).region()
    if region is None:
        return wrong(
            what, "there is no such bucket",
            f"{_SET_UP} makes it, with credentials that may {', '.join(PERMISSIONS)}",
        )  # fmt: skip
    advice = "; ".join(advice_of(need))
    return fine(what, f"in {region}{f'. {advice}' if advice else ''}")


def _policy(parts: Parts, what: str, need: Need) -> CheckLine:
    policy = parts.bucket(need.bucket).policy()
    lacking = [one for account in need.accounts for one in missing(policy, need.bucket, account)]
    if lacking:
        return wrong(what, f"does not allow {', '.join(lacking)}", f"{_SET_UP} adds it, and keeps all else")
    return fine(what, f"lets {', '.join(need.accounts)} read")


def _tag(parts: Parts, what: str, need: Need) -> CheckLine:
    tagged = parts.bucket(need.bucket).tags().get(TAG, "").split()
    lacking = [one for one in need.instances if one not in tagged]
    if lacking:
        return wrong(
            what, f"{TAG} does not name {', '.join(lacking)}", f"{_SET_UP} adds it, and keeps all else"
        )
    return fine(what, f"{TAG} names {', '.join(need.instances)}")


def _key(parts: Parts, what: str, need: Need) -> CheckLine | None:
    if need.key is None:
        return None
    bucket = parts.bucket(need.bucket)
    report = kms_key.look(parts.aws(), need.key, bucket.region() or "", need.accounts)
    if report.faults:
        return wrong(
            what, "; ".join(report.faults), "mend it in KMS; Amazon cannot change the key of a dataset"
        )
    if bucket.encryption_key() != need.key:
        return wrong(what, "the bucket does not encrypt by it", f"{_SET_UP} sets it")
    return fine(what, "; ".join(report.unseen) or f"{need.key}, multi-Region")


_LOOKS: Final[tuple[tuple[str, Callable[[Parts, str, Need], CheckLine | None]], ...]] = (
    ("bucket", _bucket), ("policy", _policy), ("tag", _tag), ("key", _key),
)  # fmt: skip
