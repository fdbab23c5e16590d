"""What an upload is asked to do, and how it ended: values between the operations and the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DataType = Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"]
Period = Literal["PT1H", "P1D", "P1M"]
Strategy = Literal["ADDITIVE", "FULL_REPLACE", "OVERLAP_KEEP", "OVERLAP_REPLACE"]
Compression = Literal["BZIP", "GZIP", "NONE", "SNAPPY", "ZIP"]
Consent = Literal["TCF", "GPP", "AMZN_USER_DATA", "AMZN_AD_STORAGE"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data set as it stands now; those that AMC adds itself are among them."""

    name: str
    data_type: DataType
    column_type: Literal["DIMENSION", "METRIC"] = "DIMENSION"
    nullable: bool = True
    main_event_time: bool = False
    main_user_id: bool = False
    main_user_id_type: bool = False
    country_code: bool = False
    #: EMAIL, PHONE, FIRST_NAME ...: the column holds hashes of it.
    hashed_pii: str | None = None
    #: MAID, LIVERAMP ...: the column holds ids of another system.
    external_identity: str | None = None
    consent: Consent | None = None

    @property
    def identifies(self) -> bool:
        """Whether its values are identifiers, which are never kept."""
        return self.hashed_pii is not None or self.external_identity is not None


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    instance_id: str
    dataset_id: str
    columns: tuple[Column, ...]
    #: How a FACT set is cut; None for a DIMENSION, which is one partition.
    period: Period | None = None
    country_code: str | None = None
    key_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files lie: one of key, prefix and manifest is given."""

    bucket: str
    key: str | None = None
    prefix: str | None = None
    manifest: str | None = None


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """The options of `csvDataFormat` with their defaults. [S:ADU]"""

    delimiter: str = ","
    quote: str = '"'
    quote_escape: str = "\\"
    record_delimiter: str = "\n"
    comment: str | None = None


FileFormat = CsvOptions | Literal["LINES", "DOCUMENT", "PARQUET"]


@dataclass(frozen=True, slots=True)
class UploadSpec:
    upload_id: str
    source: Source
    file_format: FileFormat
    compression: Compression
    strategy: Strategy
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an upload ended. A failed one wrote nothing."""

    ok: bool
    message: str | None = None
    #: {"OutputRowCount": rows written} of a good one, {} of a failed one.
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """One person of a deletion request: an id of another system, or hashes by their names (EMAIL, PHONE ...)."""

    external: tuple[str, str] | None = None
    hashed: Mapping[str, str] = field(default_factory=dict)
