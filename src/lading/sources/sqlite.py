"""SQLite, as a database that is read by queries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from lading.errors import LadingError, SettingsError

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

#: Files that a database consists of: beside its own, what was written and not yet moved into it.
_FILES: Final = ("", "-wal")
_NO_DATABASE: Final = "file is not a database"


@dataclass(frozen=True, slots=True)
class Sqlite:
    """`path` is the database's file; `where` names the setting that it comes from."""

    path: Path
    where: str

    def connect(self) -> Connection:
        """A connection in a transaction of its own, which only reads."""
        from adbc_driver_sqlite import dbapi  # noqa: PLC0415  (loaded only by those who read a database)

        if not self.path.is_file():
            raise SettingsError(f"there is no such file: {self.path}", where=self.where, code="missing_file")
        connection: Connection = dbapi.connect(f"file:{quote(str(self.path))}?mode=ro")
        return connection

    def columns(self, cursor: Cursor, query: str) -> tuple[str, ...]:
        """The names of the answer's columns."""
        cursor.execute(f"select * from (\n{query}\n) limit 0")  # noqa: S608  (the user's own query)
        return tuple(str(column[0]) for column in cursor.description or ())

    def state(self, cursor: Cursor, query: str) -> str:
        """What the files of the database look like, once the query is seen to be one."""
        self.columns(cursor, query)
        found = (self.path.with_name(self.path.name + end) for end in _FILES)
        marks = (path.stat() for path in found if path.is_file())
        return " ".join(f"{one.st_size} {one.st_mtime_ns}" for one in marks if one.st_size)

    def explained(self, error: Exception) -> LadingError | str | None:
        """SQLite's messages name tables, columns and places in the query, and no values."""
        if isinstance(error, OSError):  # while rows come
            return None
        said = str(error).strip().splitlines()[0].rpartition("query: ")[2]
        if _NO_DATABASE in str(error):
            return SettingsError(f"{self.path} is no SQLite database", where=self.where, code="wrong_address")
        return f"SQLite does not take the query: {said}"
