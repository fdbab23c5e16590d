"""A workflow file (`.dig`): its `td>` tasks in order, with `_export` and `${...}` filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lading.dialects.treasure_data.marks import Marked, Way, marked, wrong
from lading.nearest import hint, meant

_VARIABLE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
_OPERATOR: Final = "td>"
#: What a task may say; what is no concern of an export, and was for Treasure Data's engine, is read over.
_TASK: Final = frozenset({
    _OPERATOR, "query", "database", "engine", "type", "result_connection", "result_settings", "_export", "priority", "retry",
})  # fmt: skip
_TOP: Final = frozenset({"_export", "timezone", "schedule", "_error", "_check", "_parallel", "sla"})
#: Groups within groups.
_DEEPEST: Final = 20
_NO_TASKS: Final = "has no tasks: write `+NAME:` with `td>: FILE.sql` below"

#: A task, and the keys in it that lead to a value.
_Spot = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One `td>` task, filled in."""

    name: str
    query: str
    database: str | None
    result_connection: str | None
    #: As it stands; None where the task exports nothing.
    result_settings: Mapping[str, Any] | None
    #: What messages call the task (no keys), or a value of it: file, line, task, keys.
    place: Callable[..., str] = field(compare=False)


def tasks(text: str, where: str, read: Callable[[str], str], given: Mapping[str, Any]) -> tuple[Task, ...]:
    """All tasks of a workflow. `read`: the text of a file that it names; `given`: variables from outside.

    Raises:
        SettingsError: it is no workflow, names a variable that nobody set, or a task that is no `td>`.

    """
    file = marked(text, where)
    if not isinstance(file.data, dict):
        raise wrong(_NO_TASKS, where)
    found = tuple(_Reader(file, read).group(file.data, (), dict(given)))
    if not found:
        raise wrong(_NO_TASKS, where)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    file: Marked
    read: Callable[[str], str]

    def group(self, block: Mapping[Any, Any], way: Way, known: dict[str, Any]) -> Iterator[Task]:
        """The tasks of a block, which may hold groups of tasks."""
        if len(way) > _DEEPEST:
            raise wrong(f"groups are nested more than {_DEEPEST} deep", self.file.file)
        inner = known | self._exported(block, way, known)
        for key, value in block.items():
            if str(key).startswith("+"):
                task = (*way, str(key))
                if not isinstance(value, dict):
                    raise wrong("a task is a block of keys", self.file.place(task))
                if any(str(one).startswith("+") for one in value):
                    yield from self.group(value, task, inner)
                else:
                    yield self._task(value, task, inner | self._exported(value, task, inner))
            elif not way and str(key) not in _TOP:
                says = f"unknown key {key!r}: tasks begin with a plus; {hint(str(key), _TOP)}"
                raise wrong(says, self.file.place((), str(key)))

    def _exported(self, block: Mapping[Any, Any], way: Way, known: Mapping[str, Any]) -> dict[str, Any]:
        values = block.get("_export", {})
        if not isinstance(values, dict):
            raise wrong("is a block of keys", self.file.place(way, "_export"))
        return {
            str(key): self._filled(value, (way, "_export", str(key)), {**known, **values})
            for key, value in values.items()
        }

    def _task(self, block: Mapping[Any, Any], way: Way, known: Mapping[str, Any]) -> Task:
        for key in block:
            if str(key) not in _TASK:
                raise wrong(_unknown(str(key)), self.file.place(way, str(key)))
        said = {
            str(key): self._filled(value, (way, str(key)), known)
            for key, value in block.items()
            if key not in {"_export", _OPERATOR}
        }
        settings = said.get("result_settings")
        if settings is not None and not isinstance(settings, dict):
            raise wrong("is a block of keys", self.file.place(way, "result_settings"))
        td = known.get("td")
        database = said.get("database") or (td.get("database") if isinstance(td, dict) else None)
        return Task(
            "".join(way), self._query(block, said, way, known), _text(database), _text(said.get("result_connection")), settings,
            lambda *keys: self.file.place(way, *keys),
        )  # fmt: skip

    def _query(
        self, block: Mapping[Any, Any], said: Mapping[str, Any], way: Way, known: Mapping[str, Any]
    ) -> str:
        file, inline = block.get(_OPERATOR), said.get("query")
        if file is None and inline is None:
            raise wrong("needs `td>: FILE.sql`, or `td>:` and `query:`", self.file.place(way))
        if file is None:
            return str(inline)
        spot = (way, _OPERATOR)
        return str(self._filled(self.read(str(self._filled(file, spot, known))), spot, known))

    def _filled(self, value: Any, spot: _Spot, known: Mapping[str, Any]) -> Any:
        """A value with its `${...}` filled in; a text that is nothing but one keeps the value's kind."""
        way, *keys = spot
        if isinstance(value, dict):
            return {
                str(key): self._filled(inner, (way, *keys, str(key)), known) for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._filled(inner, spot, known) for inner in value]
        if not isinstance(value, str):
            return value
        if whole := _VARIABLE.fullmatch(value):
            return self._looked_up(whole[1], spot, known)
        return _VARIABLE.sub(lambda found: _written(self._looked_up(found[1], spot, known)), value)

    def _looked_up(self, name: str, spot: _Spot, known: Mapping[str, Any]) -> Any:
        value: Any = known
        for part in name.split("."):
            if not isinstance(value, dict) or part not in value:
                near = meant(part, map(str, value)) if isinstance(value, dict) else ""
                raise wrong(
                    f"nothing sets ${{{name[:60]}}}: write it under _export, or give it with -p NAME=VALUE{near and f'; {near}'}",
                    self.file.place(*spot),
                )
            value = value[part]
        return value


def _unknown(key: str) -> str:
    kind = "operator" if key.endswith(">") else "key"
    found = meant(key, _TASK)
    return f"unknown {kind} {key!r}: only td> tasks are carried out{found and f'; {found}'}"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)
