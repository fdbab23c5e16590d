"""PostgreSQL, as a database that is read by queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lading.errors import GaveUp, LadingError, SettingsError

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

#: One state of the data for all statements, nothing can be written, and the same rows come in the same order each time.
_SESSION: Final = (
    "set session characteristics as transaction isolation level repeatable read, read only",
    "set synchronize_seqscans = off",
    "set max_parallel_workers_per_gather = 0",
    "set timezone = 'UTC'",
    "set datestyle = 'ISO'",
)

#: The first two characters of SQLSTATE (PostgreSQL's manual, appendix A): mistakes in the query, which it is safe to show.
_QUERY_AT_FAULT: Final = frozenset({"42", "0A", "25"})
#: Something the server lacks for now.
_BUSY: Final = frozenset({"08", "53", "57", "40"})

_UNCONNECTED: Final = "Failed to connect"

#: What libpq says of a server, without the address that it was given, which holds a password.
_ABOUT_SERVER: Final = (
    "connection to server",
    "could not translate host name",
    "server closed the connection",
    "terminating connection",
)


@dataclass(frozen=True, slots=True, repr=False)
class PostgreSql:
    """`url` is asked for when a connection is made; `where` names the setting that it comes from."""

    url: Callable[[], str]
    where: str

    def connect(self) -> Connection:
        """A connection in a transaction of its own, which only reads."""
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415  (loaded only by those who read a database)

        connection: Connection = dbapi.connect(self.url())
        with connection.cursor() as cursor:
            for setting in _SESSION:
                cursor.execute(setting)
        connection.commit()
        return connection

    def columns(self, cursor: Cursor, query: str) -> tuple[str, ...]:
        """The names of the answer's columns; the query is not carried out."""
        return tuple(cursor.adbc_execute_schema(query).names)

    def state(self, cursor: Cursor, query: str) -> str:
        """How many rows the answer has, and the sum of their hashes: the server counts, and no row comes over for it."""
        cursor.execute(
            f"select concat_ws(' ', count(*), sum(hashtextextended(answer::text, 0)::numeric)) from (\n{query}\n) as answer"  # noqa: S608  (the user's own query)
        )
        return str(cursor.fetchone())

    def explained(self, error: Exception) -> LadingError | str | None:
        """By SQLSTATE, since only some messages are free of values."""
        state = str(getattr(error, "sqlstate", None) or "")
        said = _first_line(str(error))
        if state[:2] in _BUSY or any(words in str(error) for words in _ABOUT_SERVER):
            return self._not_served(said)
        if state[:2] in _QUERY_AT_FAULT:
            return f"PostgreSQL does not take the query: {said}"
        if not state and _UNCONNECTED in str(error):
            return SettingsError(
                "this is no address of a PostgreSQL database: write postgresql://USER:PASSWORD@HOST:5432/DATABASE, with %40 for an @ in "
                "the password", where=self.where, code="wrong_address",
            )  # fmt: skip
        return None

    def _not_served(self, said: str) -> LadingError:
        if "authentication failed" in said or "does not exist" in said or "no password" in said:
            return SettingsError(
                f"PostgreSQL does not let us in: {said}. Check user, password and database",
                where=self.where, code="database_denied",
            )  # fmt: skip
        return GaveUp(
            f"PostgreSQL does not serve us: {said}. Run the same command again once it does",
            where=self.where, code="database_unreachable",
        )  # fmt: skip


def _first_line(said: str) -> str:
    """What the server says in its first line, without the driver's words before it."""
    line = said.strip().splitlines()[0] if said.strip() else "no answer"
    return line.rpartition("ERROR:")[2].rpartition("FATAL:")[2].strip().removeprefix("IO: [libpq] ")
