"""A workflow file (`.dig`): its `td>` tasks in order, with `_export` and `${...}` filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from lading.errors import SettingsError
from lading.nearest import meant

_VARIABLE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_OPERATOR: Final = "td>"
#: What a task may say; what is no concern of an export, and was for Treasure Data's engine, is read over.
_TASK: Final = frozenset({
    _OPERATOR, "query", "database", "engine", "type", "result_connection", "result_settings", "_export", "priority", "retry",
})  # fmt: skip
_TOP: Final = frozenset({"_export", "timezone", "schedule", "_error", "_check", "_parallel", "sla"})
#: Groups within groups.
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Task:
    """One `td>` task, filled in."""

    name: str
    query: str
    database: str | None
    result_connection: str | None
    #: As it stands; None where the task exports nothing.
    result_settings: Mapping[str, Any] | None


def tasks(text: str, where: str, read: Callable[[str], str], given: Mapping[str, Any]) -> tuple[Task, ...]:
    """All tasks of a workflow. `read`: the text of a file that it names; `given`: variables from outside.

    Raises:
        SettingsError: it is no workflow, names a variable that nobody set, or a task that is no `td>`.

    """
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
        raise _wrong("is not valid YAML here", place) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _wrong("is not valid YAML", where) from None
    if not isinstance(data, dict):
        raise _wrong("has no tasks: write `+NAME:` with `td>: FILE.sql` below", where)
    found = tuple(_Reader(where, read).group(data, "", dict(given), 0))
    if not found:
        raise _wrong("has no tasks: write `+NAME:` with `td>: FILE.sql` below", where)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    read: Callable[[str], str]

    def group(self, block: Mapping[Any, Any], name: str, known: dict[str, Any], depth: int) -> Iterator[Task]:
        """The tasks of a block, which may hold groups of tasks."""
        if depth > _DEEPEST:
            raise _wrong(f"groups are nested more than {_DEEPEST} deep", self.where)
        inner = known | self._exported(block, name, known)
        for key, value in block.items():
            if str(key).startswith("+"):
                task = f"{name}{key}"
                if not isinstance(value, dict):
                    raise _wrong("a task is a block of keys", f"{self.where} ({task})")
                if any(str(one).startswith("+") for one in value):
                    yield from self.group(value, task, inner, depth + 1)
                else:
                    yield self._task(value, task, inner | self._exported(value, task, inner))
            elif not name and str(key) not in _TOP:
                raise _wrong(
                    f"unknown key {key!r}{_near(str(key), _TOP)}: tasks begin with a plus", self.where
                )

    def _exported(self, block: Mapping[Any, Any], name: str, known: Mapping[str, Any]) -> dict[str, Any]:
        values = block.get("_export", {})
        if not isinstance(values, dict):
            raise _wrong("`_export` is a block of keys", f"{self.where} ({name or 'top'})")
        return {str(key): self._filled(value, name, {**known, **values}) for key, value in values.items()}

    def _task(self, block: Mapping[Any, Any], name: str, known: Mapping[str, Any]) -> Task:
        place = f"{self.where} ({name})"
        for key in block:
            if str(key) not in _TASK:
                kind = "operator" if str(key).endswith(">") else "key"
                raise _wrong(
                    f"unknown {kind} {key!r}{_near(str(key), _TASK)}; only td> tasks are carried out", place
                )
        said = {
            str(key): self._filled(value, name, known)
            for key, value in block.items()
            if key not in {"_export", _OPERATOR}
        }
        td, inline = known.get("td"), said.get("query")
        if (file := block.get(_OPERATOR)) is None and inline is None:
            raise _wrong("needs `td>: FILE.sql`, or `td>:` and `query:`", place)
        query = (
            str(inline) if file is None else self._of_file(str(self._filled(file, name, known)), name, known)
        )
        database = said.get("database") or (td.get("database") if isinstance(td, dict) else None)
        settings = said.get("result_settings")
        if settings is not None and not isinstance(settings, dict):
            raise _wrong("`result_settings` is a block of keys", place)
        connection = said.get("result_connection")
        return Task(name, query, _text(database), _text(connection), settings)

    def _of_file(self, file: str, name: str, known: Mapping[str, Any]) -> str:
        return str(self._filled(self.read(file), name, known))

    def _filled(self, value: Any, name: str, known: Mapping[str, Any]) -> Any:
        """A value with its `${...}` filled in; a text that is nothing but one keeps the value's kind."""
        if isinstance(value, dict):
            return {str(key): self._filled(inner, name, known) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, name, known) for inner in value]
        if not isinstance(value, str):
            return value
        if whole := _VARIABLE.fullmatch(value):
            return self._looked_up(whole[1], name, known)
        return _VARIABLE.sub(lambda found: _written(self._looked_up(found[1], name, known)), value)

    def _looked_up(self, way: str, name: str, known: Mapping[str, Any]) -> Any:
        value: Any = known
        for part in way.split("."):
            if not isinstance(value, dict) or part not in value:
                near = _near(part, value) if isinstance(value, dict) else ""
                raise _wrong(
                    f"nothing sets ${{{way[:60]}}}{near}: write it under _export, or give it with -p NAME=VALUE",
                    f"{self.where} ({name or 'top'})",
                )
            value = value[part]
        return value


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _near(name: str, known: Any) -> str:
    said = meant(name, map(str, known))
    return f" ({said})" if said else ""


def _wrong(says: str, where: str) -> SettingsError:
    return SettingsError(says, where=where, code="wrong_workflow")
