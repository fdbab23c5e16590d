"""From the words of the wire, as they are kept, to the values of the ingestion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from amc_sandbox.ingest import Column, CsvOptions, DatasetSpec, Identity, Source, UploadSpec
from amc_sandbox.ingest.specs import FileFormat
from amc_sandbox.state.datasets import Dataset
from amc_sandbox.state.uploads import Upload

CSV_WORDS: Final = {
    "fieldDelimiter": "delimiter",
    "quoteCharacter": "quote",
    "quoteEscapeCharacter": "quote_escape",
    "recordDelimiter": "record_delimiter",
    "commentCharacter": "comment",
}


def dataset_spec(dataset: Dataset) -> DatasetSpec:
    known = dataset.definition
    return DatasetSpec(
        dataset.instance_id,
        dataset.dataset_id,
        tuple(_column(one) for one in dataset.columns),
        known.get("period"),
        known.get("countryCode"),
        known.get("customerEncryptionKeyArn"),
    )


def _column(known: Mapping[str, Any]) -> Column:
    kind = known.get("externalUserIdType", {})
    return Column(
        known["name"],
        known["dataType"],
        known["columnType"],
        nullable=known["nullable"],
        main_event_time=known["isMainEventTime"],
        main_user_id=known["isMainUserId"],
        main_user_id_type=known["isMainUserIdType"],
        country_code=known["isCountryCode"],
        hashed_pii=kind.get("hashedPii"),
        external_identity=kind.get("externalIdentity"),
        consent=known.get("consentType"),
    )


def upload_spec(upload: Upload, *, always_replace: bool) -> UploadSpec:
    known = upload.request
    source = known["dataSource"]
    return UploadSpec(
        upload.upload_id,
        Source(
            source["sourceS3Bucket"],
            key=source.get("sourceFileS3Key"),
            prefix=source.get("sourceS3Prefix"),
            manifest=source.get("sourceManifestS3Key"),
        ),
        _format(known["fileFormat"]),
        known["compressionFormat"],
        "FULL_REPLACE" if always_replace else known["updateStrategy"],
        known.get("countryCode"),
    )


def _format(known: Mapping[str, Any]) -> FileFormat:
    if "csvDataFormat" in known:
        options = known["csvDataFormat"]
        return CsvOptions(**{CSV_WORDS[key]: value for key, value in options.items() if key in CSV_WORDS})
    return "PARQUET" if "parquetDataFormat" in known else known["jsonDataFormat"]


def identity(known: Mapping[str, Any]) -> Identity:
    """One person of a deletion request."""
    external = known.get("externalIdentity")
    if external is not None:
        return Identity(external=(external["type"], external["value"]))
    return Identity(hashed=known["hashedIdentity"])
