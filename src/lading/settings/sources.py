"""Sources: where rows lie."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lading.settings.secret import SecretReference
from lading.settings.segment import SegmentSource
from lading.settings.shape import Shape


class FilesSource(Shape):
    """Files in a folder: CSV, TSV, JSON Lines, Parquet."""

    type: Literal["files"] = Field(
        description="`files`: CSV, TSV, JSON Lines and Parquet files, packed with gzip or not."
    )
    root: str = Field(
        default=".", min_length=1, description="The folder that paths start from; relative to this file."
    )


class PostgresSource(Shape):
    """A PostgreSQL database."""

    type: Literal["postgresql"] = Field(description="`postgresql`: a PostgreSQL database, read by a query.")
    url: SecretReference = Field(description="The database's address with its password, by reference.")


class SqliteSource(Shape):
    """A SQLite database."""

    type: Literal["sqlite"] = Field(description="`sqlite`: a SQLite database in a file, read by a query.")
    path: str = Field(min_length=1, description="The database's file; relative to this file.")


Source = Annotated[FilesSource | PostgresSource | SqliteSource | SegmentSource, Field(discriminator="type")]
