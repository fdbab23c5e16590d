"""Sources: where rows lie."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lading.settings.secret import SecretReference
from lading.settings.segment import SegmentSource
from lading.settings.shape import Shape


class FilesSource(Shape):
    """Files in a folder of this machine or of a bucket: CSV, TSV, JSON Lines, Parquet."""

    type: Literal["files"] = Field(
        description="`files`: CSV, TSV, JSON Lines and Parquet files, packed with gzip, bzip2, xz or zstd, or not."
    )
    root: str = Field(
        default=".",
        min_length=1,
        description="The folder that paths start from, relative to this file; or one in S3: `s3://bucket/folder`, read with AWS's own "
        "credentials.",
    )


class PostgresSource(Shape):
    """A PostgreSQL database."""

    type: Literal["postgresql"] = Field(description="`postgresql`: a PostgreSQL database, read by a query.")
    url: SecretReference = Field(
        description="The database's address with its password, by reference: postgresql://USER:PASSWORD@HOST:5432/DATABASE."
    )


class SqliteSource(Shape):
    """A SQLite database."""

    type: Literal["sqlite"] = Field(description="`sqlite`: a SQLite database, read by a query.")
    path: str = Field(min_length=1, description="The database's file, relative to this file.")


class PluginSource(Shape):
    """A source that another package brings."""

    type: Literal["plugin"] = Field(
        description="`plugin`: a source that an installed package brings (entry point group `lading.sources`)."
    )
    name: str = Field(min_length=1, description="What the package calls it.")
    options: dict[str, str] = Field(
        default={}, description="What it wants to know, in texts. No secrets: this file goes to git."
    )
    secrets: dict[str, SecretReference] = Field(
        default={}, description="What it wants to know and nobody else may: each by reference."
    )


Source = Annotated[
    FilesSource | PostgresSource | SqliteSource | PluginSource | SegmentSource, Field(discriminator="type")
]
