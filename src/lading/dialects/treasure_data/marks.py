"""A workflow's YAML as data, with the line of each key, so that whatever is wrong with it can be named by its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lading.errors import SettingsError

#: Keys from the top of the file to a value.
Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """What a file says, and where."""

    #: What messages call it.
    file: str
    data: Any
    #: A key's way -> its line, from 1.
    lines: Mapping[Way, int]

    def place(self, task: Way, *keys: str) -> str:
        """A task, or a key of it, with the line: of the nearest key above it that stands in the file."""
        way = (*task, *keys)
        while way and way not in self.lines:
            way = way[:-1]
        line = f":{self.lines[way]}" if way else ""
        name = "".join(task) or "top"
        return ".".join((f"{self.file}{line} ({name})", *keys))


def marked(text: str, file: str) -> Marked:
    """The data of a text. Raises SettingsError where it is not YAML, or a key stands twice in one block."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
        lines: dict[Way, int] = {}
        for way, line in _keys(node, (), frozenset()):
            if way in lines:
                raise wrong(
                    f"{way[-1]!r} stands here twice, first in line {lines[way]}: keep one of them",
                    f"{file}:{line}",
                )
            lines[way] = line
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise wrong(
            "is not valid YAML here", f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise wrong("is not valid YAML", file) from None
    finally:
        loader.dispose()
    return Marked(file, data, lines)


def wrong(says: str, where: str) -> SettingsError:
    """What is wrong with a workflow."""
    return SettingsError(says, where=where, code="wrong_workflow")


def _keys(node: yaml.Node | None, way: Way, above: frozenset[int]) -> Iterator[tuple[Way, int]]:
    """The keys of a block and of those in it; a block that holds itself is entered once."""
    if not isinstance(node, yaml.MappingNode) or id(node) in above:
        return
    for key, value in node.value:
        here = (*way, str(key.value))
        yield here, key.start_mark.line + 1
        yield from _keys(value, here, above | {id(node)})
