"""A query's text as DuckDB reads it: one statement that only reads, the tables that it names, and what is wrong with it.

An answer of DuckDB about rows may hold their values, so of such an answer only the kind and the place are told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from lading.errors import SettingsError
from lading.nearest import meant

#: Words that stand for a time without being called like a function.
_TIMES: Final = frozenset(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
)

_POINTER: Final = re.compile(r"\n\n(?P<line>LINE \d+: )(?P<shown>.*)\n(?P<blanks> *)\^")
_ABSENT: Final = re.compile(r"^Table with name (.+?) does not exist")
_KIND: Final = re.compile(r"^[A-Z][A-Za-z -]*Error: ")
#: At the end of what DuckDB says of a cast, behind the value.
_CAST: Final = re.compile(r" to (\w+)(?: when casting from source column (\w+))?$")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a query asks for."""

    #: The tables that it reads, as written; names of its own parts (`with x as`) are among them.
    tables: tuple[str, ...]
    #: Whether the same files always give the same answer: not so with today's date, or chance.
    lasting: bool


def understood(connection: duckdb.DuckDBPyConnection, query: str, where: str) -> Statement:
    """What `query` asks for. Raises SettingsError unless it is one statement that reads."""
    ((text,),) = connection.execute("select json_serialize_sql($query)", {"query": query}).fetchall()
    said = json.loads(text)
    if said["error"]:
        raise _unreadable(said, query, where)
    if len(said["statements"]) != 1:
        raise _wrong("write one query, without a second one after a semicolon", where)
    nodes = tuple(_nodes(said["statements"]))
    tables = dict.fromkeys(
        ".".join(node["qualified_name"]["path"]) for node in nodes if node.get("type") == "BASE_TABLE"
    )
    moving = _moving(connection)
    lasting = not any(node.get("sample") or moving.intersection(_called(node)) for node in nodes)
    return Statement(tuple(tables), lasting)


def refused(error: duckdb.Error, query: str, where: str, tables: Sequence[str] = ()) -> SettingsError:
    """What a person can do about an error of DuckDB's; nothing of it that may hold a value. `tables`: names that there are."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return _wrong(
            "needs more memory than a query may take, for nothing of it is written to disk: join and group smaller tables, drop "
            "`order by`, or prepare a file with another program", where,
        )  # fmt: skip
    said = str(error)
    at = f"{where}{_place(said, query)}"
    head = _KIND.sub("", said.partition("\n\n")[0])
    if isinstance(error, duckdb.PermissionException):
        return _wrong(
            "a query reads only the files of its source, each as a table by its path there: from 'customers.csv'",
            at,
        )
    if absent := _ABSENT.search(head):
        return _wrong(_no_table(absent[1], tables), at)
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException):
        return _wrong(f"{'. '.join(head.splitlines())}{_hint(head)}", at)
    if isinstance(error, duckdb.ConversionException):
        return _wrong(_not_cast(head), at)
    return _wrong(
        f"the query stops at a row ({type(error).__name__.removesuffix('Exception')}). What DuckDB says of it may hold personal data, "
        "so it is not shown: run the query by hand, in DuckDB", at,
    )  # fmt: skip


def _unreadable(said: dict[str, Any], query: str, where: str) -> SettingsError:
    if said.get("error_type") != "parser":
        return _wrong("a query only reads: it begins with `select`, `from` or `with`", where)
    place = _counted(query, int(said.get("position") or 0))
    return _wrong(said["error_message"], f"{where}{place}")


def _wrong(message: str, where: str) -> SettingsError:
    return SettingsError(message, where=where, code="wrong_query")


def _no_table(name: str, tables: Sequence[str]) -> str:
    """DuckDB would name the nearest of its own tables."""
    found = meant(name, tables)
    return f"there is no table {name}: a table is a file of the source, by its path, or by its name alone" + (
        f"; {found}" if found else ""
    )


def _hint(head: str) -> str:
    """All columns are text, which SQL does not compare with numbers."""
    return ": every column of a file is text, so write cast(... as int)" if "explicit cast" in head else ""


def _not_cast(head: str) -> str:
    found = _CAST.search(head)
    kind, column = found.groups() if found else (None, None)
    return (
        f"a value{f' of column {column}' if column else ''} is no {kind or 'value of the type that is wanted'}. Write "
        "try_cast(...), which makes it null, or leave such rows out first"
    )


def _place(said: str, query: str) -> str:
    """Where in the query DuckDB points to: it counts lines of its own around it, and cuts long ones."""
    found = _POINTER.search(said)
    if found is None:
        return ""
    shown = found["shown"].removeprefix("...").removesuffix("...")
    cut = found["shown"].startswith("...") * len("...")
    start = query.find(shown)
    return _counted(query, start + len(found["blanks"]) - len(found["line"]) - cut) if start >= 0 else ""


def _counted(query: str, offset: int) -> str:
    before = query[:offset]
    return f", line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)


def _called(node: dict[str, Any]) -> Iterator[str]:
    yield str(node.get("function_name", "")).lower()
    if (names := node.get("column_names")) and len(names) == 1 and str(names[0]).lower() in _TIMES:
        yield "now"


def _moving(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Functions whose answer is another one next time."""
    sql = "select distinct function_name from duckdb_functions() where stability <> 'CONSISTENT'"
    return frozenset(str(name) for (name,) in connection.execute(sql).fetchall())
