"""From the settings to the source that they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lading.errors import SettingsError
from lading.settings import Settings
from lading.settings.reading import From
from lading.settings.segment import SegmentSource
from lading.settings.sources import FilesSource, PluginSource, PostgresSource, SqliteSource
from lading.sources.folders import Folder, LocalFolder
from lading.sources.many import files_of
from lading.sources.plugins import Wanted, plugged
from lading.sources.postgresql import PostgreSql
from lading.sources.query import QuerySource
from lading.sources.source import Source
from lading.sources.sql import SqlSource
from lading.sources.sqlite import Sqlite

if TYPE_CHECKING:
    from lading.aws import Aws


def made(wanted: From, settings: Settings, aws: Callable[[], Aws]) -> Source:
    """What a sync reads, or whoever tries a source. `aws` is opened only where a folder lies in a bucket."""
    source, at, setting = (
        settings.sources[wanted.source],
        f"sources.{wanted.source}",
        _setting(wanted, settings),
    )
    match source:
        case FilesSource():
            return _files(_folder(source.root, settings.path.parent, aws), wanted, setting)
        case PostgresSource():
            return SqlSource(PostgreSql(source.url.reveal, f"{at}.url"), wanted.query or "", setting)
        case SqliteSource():
            file = settings.path.parent / source.path
            return SqlSource(Sqlite(file, f"{at}.path"), wanted.query or "", setting)
        case SegmentSource():
            raise SettingsError(
                "events come in by HTTP and cannot be read: `lading event test FILE` shows what becomes of one",
                where=at, code="nothing_to_read",
            )  # fmt: skip
        case PluginSource():
            secrets = {name: one.reveal() for name, one in source.secrets.items()}
            return plugged(
                source.name, Wanted(wanted.path, wanted.query, source.options | secrets), f"{at}.name"
            )


def _files(folder: Folder, wanted: From, setting: str) -> Source:
    if wanted.query is not None:
        return QuerySource(
            folder, wanted.query, setting, encoding=wanted.encoding, delimiter=wanted.delimiter
        )
    return files_of(folder, wanted.path or "", encoding=wanted.encoding, delimiter=wanted.delimiter)


def _folder(root: str, beside: Path, aws: Callable[[], Aws]) -> Folder:
    if not root.startswith("s3://"):
        return LocalFolder(beside / root)
    from lading.sources.s3 import S3Folder  # noqa: PLC0415  (loaded only by those who read from a bucket)

    return S3Folder(root, lambda: aws().client("s3"))


def _setting(wanted: From, settings: Settings) -> str:
    """The setting that holds a query; one that stands nowhere was given on the command line."""
    named = (name for name, one in settings.written_syncs.items() if one.from_ == wanted)
    return next((f"syncs.{name}.from.query" for name in named), "--query")
