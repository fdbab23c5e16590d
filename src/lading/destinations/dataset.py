"""A dataset of AMC as a destination: what the settings say of it, in Amazon's words."""

from __future__ import annotations

from typing import Final

from lading.amazon import (
    Column,
    CsvDataFormat,
    Dataset,
    JsonDataFormat,
    ParquetDataFormat,
    UploadSource,
    UploadSpec,
)
from lading.settings.dataset_columns import DatasetColumn
from lading.settings.dataset_files import CsvFormat
from lading.settings.datasets import DatasetTarget

#: Amazon fills them where there are identifiers. Older servers refuse a dataset that does not declare them itself.
USER_COLUMNS: Final = (
    Column("user_id", "STRING", description="The person, filled by Amazon", main_user_id=True),
    Column(
        "user_id_type", "STRING", description="The kind of user_id, filled by Amazon", main_user_id_type=True
    ),
)


def dataset_of(target: DatasetTarget) -> Dataset:
    """The dataset that a target asks for."""
    columns = tuple(column_of(name, column) for name, column in target.columns.items())
    return Dataset(
        dataset_id=target.id,
        columns=columns + (USER_COLUMNS if target.has_identifiers else ()),
        period=target.period if target.event_time else None,
        country=target.country,
        encryption_key_arn=target.encryption_key,
        description=target.description,
    )


def column_of(name: str, column: DatasetColumn) -> Column:
    """One column as Amazon takes it."""
    return Column(
        name=name,
        data_type=column.data_type,
        column_type=column.kind,
        description=column.description,
        nullable=column.nullable,
        main_event_time=column.event_time,
        country_code=column.country,
        hashed_pii=column.identifier if column.hashed_identifier else None,
        external_identity=column.identifier if column.external_identifier else None,
        consent_type=column.consent,
    )


def upload_of(target: DatasetTarget, source: UploadSource, strategy: str | None = None) -> UploadSpec:
    """An upload of files that were written as the target says; `strategy` in Amazon's word, where it is not the target's own."""
    return UploadSpec(
        source=source,
        file_format=format_of(target.format, target.csv),
        compression=target.file_compression.upper(),
        strategy=strategy or target.update_strategy,
        country=target.country,
    )


def format_of(name: str, csv: CsvFormat | None = None) -> CsvDataFormat | JsonDataFormat | ParquetDataFormat:
    """The form of files, by the settings' word for it. All of CSV is spelt out: Amazon's own escape is a backslash."""
    match name:
        case "parquet":
            return ParquetDataFormat()
        case "json":
            return JsonDataFormat()
    csv = csv or CsvFormat()
    return CsvDataFormat(csv.delimiter, csv.quote, csv.quote_escape, csv.record_delimiter, csv.comment)
