"""From the settings to the source that they mean."""

from __future__ import annotations

from pathlib import Path

from lading.settings import Settings
from lading.settings.sources import FilesSource, PluginSource, PostgresSource, SqliteSource
from lading.settings.syncs import From
from lading.sources.folders import Folder, LocalFolder
from lading.sources.many import files_of
from lading.sources.plugins import Wanted, plugged
from lading.sources.postgresql import PostgreSql
from lading.sources.query import QuerySource
from lading.sources.source import Source
from lading.sources.sql import SqlSource
from lading.sources.sqlite import Sqlite


def made(wanted: From, settings: Settings) -> Source:
    """What a sync reads, or whoever tries a source."""
    source, at, setting = (
        settings.sources[wanted.source],
        f"sources.{wanted.source}",
        _setting(wanted, settings),
    )
    match source:
        case FilesSource():
            return _files(_folder(source.root, settings.path.parent), wanted, setting)
        case PostgresSource():
            return SqlSource(PostgreSql(source.url.reveal, f"{at}.url"), wanted.query or "", setting)
        case SqliteSource():
            file = settings.path.parent / source.path
            return SqlSource(Sqlite(file, f"{at}.path"), wanted.query or "", setting)
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


def _folder(root: str, beside: Path) -> Folder:
    return LocalFolder(beside / root)


def _setting(wanted: From, settings: Settings) -> str:
    """The setting that holds a query; one that stands nowhere was given on the command line."""
    named = (name for name, one in settings.written_syncs.items() if one.from_ == wanted)
    return next((f"syncs.{name}.from.query" for name in named), "--query")
