"""Uploads of Advertiser Data Upload: read from S3 under Amazon's rules, checked, matched, kept by partition."""

from amc_sandbox.ingest.specs import (
    Column,
    CsvOptions,
    DatasetSpec,
    Identity,
    Outcome,
    Source,
    UploadSpec,
)

__all__ = ["Column", "CsvOptions", "DatasetSpec", "Identity", "Outcome", "Source", "UploadSpec"]
