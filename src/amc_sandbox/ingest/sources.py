"""Which objects an upload reads: one by its key, all under a prefix, or those that a manifest names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amc_sandbox.aws.shelf import Bucket, Object
from amc_sandbox.ingest.access import Reader
from amc_sandbox.ingest.refused import Refused
from amc_sandbox.ingest.specs import Source

MAX_BUCKETS: Final = 100  # an upload [amc/advertiser-data-upload/advertiser-data-s3-bucket]
MAX_MANIFEST_BYTES: Final = 64 << 20


def objects(source: Source, reader: Reader) -> list[Object]:
    """The objects in the order in which they are read; Refused when one is missing or may not be read."""
    bucket = reader.enter(source.bucket)
    if source.manifest is not None:
        return list(_listed(_one(reader, bucket, source.manifest), reader))
    if source.key is not None:
        return [_one(reader, bucket, source.key)]
    prefix = source.prefix or ""
    found = [one for one in reader.shelf.objects(bucket.name, prefix) if not one.key.endswith("/")]
    if not found:
        raise Refused(f"No such file or directory 's3://{bucket.name}/{prefix}'")
    return [reader.admit(bucket, _named(one)) for one in found]


def _one(reader: Reader, bucket: Bucket, key: str) -> Object:
    found = reader.shelf.object(bucket.name, key)
    if found is None:
        raise Refused(f"No such file or directory 's3://{bucket.name}/{key}'")
    return reader.admit(bucket, _named(found))


def _named(one: Object) -> Object:
    name = one.key.rpartition("/")[2]
    if name.startswith((".", "_")):
        raise Refused(f"File names must not start with '.' or '_': '{one.url}'")
    return one


def _listed(manifest: Object, reader: Reader) -> Iterator[Object]:
    places = list(_places(manifest))
    names = list(dict.fromkeys(bucket for bucket, _ in places))
    if len(names) > MAX_BUCKETS:
        raise Refused(
            f"Manifest '{manifest.url}' names {len(names)} buckets: at most {MAX_BUCKETS} are allowed"
        )
    buckets = {name: reader.enter(name) for name in names}
    for bucket, key in places:
        yield _one(reader, buckets[bucket], key)


def _places(manifest: Object) -> Iterator[tuple[str, str]]:
    if manifest.size > MAX_MANIFEST_BYTES:
        raise Refused(f"Manifest '{manifest.url}' is larger than {MAX_MANIFEST_BYTES >> 20} MiB")
    try:
        lines = manifest.path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise Refused(f"Manifest '{manifest.url}' is not UTF-8") from None
    if not any(line.strip() for line in lines):
        raise Refused(f"Manifest '{manifest.url}' names no file")
    for number, line in enumerate(lines, start=1):
        bucket, _, key = line.strip().removeprefix("s3://").partition("/")
        if line.strip() and not (line.strip().startswith("s3://") and bucket and key):
            raise Refused(f"Line {number} of manifest '{manifest.url}' is not of the form s3://bucket/key")
        if line.strip():
            yield bucket, key
