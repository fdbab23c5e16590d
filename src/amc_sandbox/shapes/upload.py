"""Uploads: where the files lie, and how they are to be read."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox import dataset_rules
from amc_sandbox.shapes.dataset import Country
from amc_sandbox.shapes.reading import STRICT

SOURCES: Final = ("sourceManifestS3Key", "sourceFileS3Key", "sourceS3Prefix")
FORMATS: Final = ("csvDataFormat", "jsonDataFormat", "parquetDataFormat")
#: Key names on older pages of the guide, and those of the specification.
OLDER_KEYS: Final = {
    "s3Bucket": "sourceS3Bucket",
    "s3ObjectKey": "sourceFileS3Key",
    "s3PrefixKey": "sourceS3Prefix",
    "sourcePrefixKey": "sourceS3Prefix",
}


@with_config(STRICT)
class DataSource(TypedDict):
    sourceS3Bucket: Annotated[
        str,
        StringConstraints(
            min_length=dataset_rules.BUCKET_LENGTH[0], max_length=dataset_rules.BUCKET_LENGTH[1]
        ),
    ]
    sourceManifestS3Key: NotRequired[str]
    sourceFileS3Key: NotRequired[str]
    sourceS3Prefix: NotRequired[str]


@with_config(STRICT)
class CsvFormat(TypedDict):
    fieldDelimiter: NotRequired[str]
    quoteCharacter: NotRequired[str]
    quoteEscapeCharacter: NotRequired[str]
    recordDelimiter: NotRequired[str]
    commentCharacter: NotRequired[str]


@with_config(STRICT)
class FileFormat(TypedDict):
    csvDataFormat: NotRequired[CsvFormat]
    jsonDataFormat: NotRequired[Literal["DOCUMENT", "LINES"]]
    parquetDataFormat: NotRequired[Literal["PARQUET_DATA_FORMAT"]]


@with_config(STRICT)
class NewUpload(TypedDict):
    updateStrategy: Literal["ADDITIVE", "FULL_REPLACE", "OVERLAP_KEEP", "OVERLAP_REPLACE"]
    compressionFormat: Literal["BZIP", "GZIP", "NONE", "SNAPPY", "ZIP"]
    dataSource: DataSource
    fileFormat: FileFormat
    countryCode: NotRequired[Country]


def modern(body: Any) -> Any:
    """The body with the older key names of its data source translated."""
    source = body.get("dataSource") if isinstance(body, dict) else None
    if not isinstance(source, dict):
        return body
    return body | {"dataSource": {OLDER_KEYS.get(key, key): value for key, value in source.items()}}


NEW: Final = TypeAdapter(NewUpload)
