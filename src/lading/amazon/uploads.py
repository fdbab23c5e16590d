"""`/amc/advertiserData/{instanceId}/uploads`: rows from S3 into a dataset. Nothing tells Amazon that two uploads are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Literal

from lading.amazon import countries
from lading.amazon.amc_instance import AmcInstance, headers_of, path_in
from lading.amazon.audience_rules import WrongField
from lading.amazon.datasets import PAGE
from lading.amazon.exact import written
from lading.amazon.gateway import UPLOADS, Call, Gateway
from lading.amazon.masking import shown
from lading.amazon.paging import pages
from lading.amazon.shapes import Shape

#: Characters of a bucket's name ("Advertiser data upload" OpenAPI file).
_BUCKET_LENGTH: Final = range(3, 64)
#: What Amazon counts of an upload that it wrote.
_OUTPUT_ROWS: Final = "OutputRowCount"


class UploadState(StrEnum):
    """Where an upload stands. OTHER is a word that Amazon does not document: not an end."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OTHER = "other"

    @property
    def final(self) -> bool:
        """True when Amazon will say nothing new about it."""
        return self in {UploadState.DONE, UploadState.FAILED}


#: Amazon's OpenAPI file and its guides use different words for the same.
_STATES: Final = {
    "SUBMITTED": UploadState.QUEUED,
    "PENDING": UploadState.QUEUED,
    "IN_PROGRESS": UploadState.RUNNING,
    "RUNNING": UploadState.RUNNING,
    "SUCCESS": UploadState.DONE,
    "SUCCEEDED": UploadState.DONE,
    "COMPLETED": UploadState.DONE,
    "FAILED": UploadState.FAILED,
}


@dataclass(frozen=True, slots=True)
class UploadSource:
    """What is read: one object, every object under a prefix, or those that a manifest lists. Exactly one of the three."""

    bucket: str
    key: str | None = None
    prefix: str | None = None
    manifest: str | None = None


@dataclass(frozen=True, slots=True)
class CsvDataFormat:
    """CSV in UTF-8 with a header; how its cells are set apart. None leaves it to Amazon."""

    field_delimiter: str | None = None
    quote_character: str | None = None
    quote_escape_character: str | None = None
    record_delimiter: str | None = None
    comment_character: str | None = None


@dataclass(frozen=True, slots=True)
class JsonDataFormat:
    """JSON, one object a line."""

    shape: Literal["LINES", "DOCUMENT"] = "LINES"


@dataclass(frozen=True, slots=True)
class ParquetDataFormat:
    """Parquet."""


@dataclass(frozen=True, slots=True)
class UploadSpec:
    """An upload to create."""

    source: UploadSource
    file_format: CsvDataFormat | JsonDataFormat | ParquetDataFormat
    #: BZIP, GZIP, SNAPPY or NONE.
    compression: str
    #: ADDITIVE, FULL_REPLACE, OVERLAP_REPLACE or OVERLAP_KEEP; the last two for datasets with a main event time.
    strategy: str
    #: For rows that name no country.
    country: str | None = None


@dataclass(frozen=True, slots=True)
class UploadReceipt:
    """What Amazon answers at once: taken, not yet done."""

    upload_id: str
    #: Amazon's word for where it stands.
    status: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as Amazon tells it."""

    upload_id: str
    dataset_id: str
    #: Amazon's word, and what it means.
    status: str
    state: UploadState
    source: UploadSource
    country: str | None
    created_at: datetime | None
    updated_at: datetime | None
    #: Why it failed: cleaned, masked, at most 500 characters.
    message: str
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def output_rows(self) -> int | None:
        """The rows that Amazon wrote; None where it does not say."""
        return int(self.metrics[_OUTPUT_ROWS]) if _OUTPUT_ROWS in self.metrics else None


class Uploads:
    """The uploads of AMC instances."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, instance: AmcInstance, dataset_id: str, spec: UploadSpec) -> UploadReceipt:
        """Let Amazon read files. Sent twice, an ADDITIVE upload doubles its rows: after a lost answer, list first.

        Raises:
            WrongField: a field is not as Amazon wants it; nothing was sent.

        """
        call = Call(
            "POST",
            path_in(instance, "uploads", dataset_id),
            UPLOADS,
            headers=headers_of(instance),
            body=written(_asked(spec)),
        )
        shape = Shape.of(self._gateway.ask(call))
        return UploadReceipt(shape.identifier("uploadId"), shape.text("status"))

    def get(self, instance: AmcInstance, dataset_id: str, upload_id: str) -> Upload:
        """Where an upload stands.

        Raises:
            NotFound: Amazon knows no such upload of this dataset.

        """
        call = Call(
            "GET", path_in(instance, "uploads", dataset_id, upload_id), UPLOADS, headers=headers_of(instance)
        )
        return _upload(Shape.of(self._gateway.ask(call)).inner("upload"))

    def list(
        self,
        instance: AmcInstance,
        *,
        dataset_id: str | None = None,
        status: str | None = None,
        created_after: datetime | None = None,
    ) -> tuple[Upload, ...]:
        """All uploads of the instance, or those of one dataset, in one of Amazon's words, or made at or after a moment."""
        params = {"maxResults": str(PAGE)}
        if dataset_id is not None:
            params["dataSetId"] = dataset_id
        if status is not None:
            params["status"] = status
        if created_after is not None:
            moment = created_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            params |= {"createdAt": moment, "createdAtComparator": "GTE"}
        path = path_in(instance, "uploads", "list")
        call = Call("POST", path, UPLOADS, params=params, headers=headers_of(instance))
        return tuple(_upload(one) for page in pages(self._gateway, call) for one in page.items("uploads"))


def state_of(status: str) -> UploadState:
    """What Amazon's word for a status means."""
    return _STATES.get(status.upper(), UploadState.OTHER)


def _asked(spec: UploadSpec) -> dict[str, object]:
    asked: dict[str, object] = {
        "updateStrategy": spec.strategy,
        "compressionFormat": spec.compression,
        "dataSource": _source_asked(spec.source),
        "fileFormat": _format_asked(spec.file_format),
    }
    return asked if spec.country is None else asked | {"countryCode": countries.checked(spec.country)}


def _source_asked(source: UploadSource) -> dict[str, str]:
    if len(source.bucket) not in _BUCKET_LENGTH:
        raise WrongField("sourceS3Bucket", "is a bucket's name, 3..63 characters")
    named = {
        "sourceFileS3Key": source.key,
        "sourceS3Prefix": source.prefix,
        "sourceManifestS3Key": source.manifest,
    }
    given = {name: value for name, value in named.items() if value}
    if len(given) != 1:
        raise WrongField("dataSource", f"needs exactly one of {', '.join(named)}")
    if source.key and source.key.rpartition("/")[2].startswith((".", "_")):
        raise WrongField("sourceFileS3Key", "must not begin with . or _: Amazon reads no such file")
    return {"sourceS3Bucket": source.bucket, **given}


def _format_asked(file_format: CsvDataFormat | JsonDataFormat | ParquetDataFormat) -> dict[str, object]:
    match file_format:
        case ParquetDataFormat():
            return {"parquetDataFormat": "PARQUET_DATA_FORMAT"}
        case JsonDataFormat(shape):
            return {"jsonDataFormat": shape}
    options = {
        "fieldDelimiter": file_format.field_delimiter,
        "quoteCharacter": file_format.quote_character,
        "quoteEscapeCharacter": file_format.quote_escape_character,
        "recordDelimiter": file_format.record_delimiter,
        "commentCharacter": file_format.comment_character,
    }
    return {"csvDataFormat": {name: value for name, value in options.items() if value is not None}}


def _upload(shape: Shape) -> Upload:
    status = shape.text("status")
    return Upload(
        upload_id=shape.identifier("uploadId"),
        dataset_id=shape.text("dataSetId"),
        status=status,
        state=state_of(status),
        source=_source(shape.inner("dataSource")),
        country=countries.iso(shape.text("countryCode")) or None,
        created_at=shape.moment("createdAt"),
        updated_at=shape.moment("updatedAt"),
        message=shown(shape.text("message")),
        metrics=shape.numbers("metrics"),
    )


def _source(shape: Shape) -> UploadSource:
    return UploadSource(
        bucket=shape.text("sourceS3Bucket"),
        key=shape.text("sourceFileS3Key") or None,
        prefix=shape.text("sourceS3Prefix") or None,
        manifest=shape.text("sourceManifestS3Key") or None,
    )
