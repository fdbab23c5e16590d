"""The room's reader: YAML text becomes plain data, with the line and column of every key and value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from lading.errors import Problem, Remedy, SettingsError

#: Keys and list positions from the top of the file to a value.
Way = tuple[str | int, ...]

#: More values than any settings file has; stops anchors that repeat each other without end.
MAX_VALUES: Final = 50_000

#: Text that a syntax error quotes from the file: it may be a secret.
_QUOTED: Final = re.compile(r" '[^']{3,}'")
_PLAIN_WHOLE: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class Text(str):
    """Text of the file that knows where it stands, for messages that are needed later."""

    __slots__ = ("where",)
    where: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key and its value stand (both from 1), and a scalar's text as it was written."""

    key: tuple[int, int]
    value: tuple[int, int]
    raw: str


@dataclass(slots=True)
class Tree:
    """The data of a settings file, the spots of its values, and what is wrong with its form."""

    file: str
    data: Any = None
    spots: dict[Way, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Blocks that stand in the ledger, not in the file.
    made: set[Way] = field(default_factory=set)

    def where(self, way: Way, *, key: bool = False) -> str:
        """`lading.yaml:12:5 (syncs.customers.mode)`; of the nearest known parent if the key is not there."""
        if way[:2] in self.made:
            return f"the ledger ({dotted(way)})"
        known = way
        while known and known not in self.spots:
            known = known[:-1]
        spot = self.spots.get(known, Spot((1, 1), (1, 1), ""))
        line, column = spot.key if key or known != way else spot.value
        return f"{self.file}:{line}:{column}" + (f" ({dotted(way)})" if way else "")

    def report(self, code: str, way: Way, message: str, *, key: bool = False) -> None:
        """Notes a problem; nothing is raised before all are known."""
        self.problems.append(Problem(code, Remedy.SETTINGS, self.where(way, key=key), message))


def dotted(way: Way) -> str:
    """A setting's path as people write it: `notify[0].to`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in way).removeprefix(".")


def read_tree(path: Path) -> Tree:
    """Reads a settings file. SettingsError when it is not there or is not YAML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = (
            "there is no such file. `lading init` writes one; `--config FILE` or LADING_CONFIG names another"
        )
        raise SettingsError(message, where=str(path), code="no_settings") from None
    except OSError as error:
        raise SettingsError(
            f"cannot be read: {error.strerror}", where=str(path), code="no_settings"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        where = f"{path}:{line}:1"
        raise SettingsError(
            "is not UTF-8 here: save the file as UTF-8", where=where, code="bad_yaml"
        ) from None
    return parse_tree(text, str(path))


def parse_tree(text: str, file: str) -> Tree:
    """The tree of a YAML text. SettingsError with line and column when the text is not YAML at all."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise SettingsError(_syntax(error), where=_mark(file, error.problem_mark), code="bad_yaml") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = "has a character here that YAML does not allow: delete it"
        raise SettingsError(message, where=f"{file}:{line}:1", code="bad_yaml") from None
    tree = Tree(file)
    if node is None:
        tree.report("missing_key", (), "is empty: `lading init --force` writes a commented one")
    else:
        tree.data = _Builder(tree).build(node, ())
    return tree


def _syntax(error: yaml.MarkedYAMLError) -> str:
    says = " ".join(part for part in (error.context, error.problem) if part)
    says = _QUOTED.sub("", says)
    if "\\t" in says:
        says += ". Indent with blanks, not with tabs"
    return f"is not valid YAML here: {says}"


def _mark(file: str, mark: Any) -> str:
    return f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Builder:
    """Turns YAML nodes into data. Keys are always text; a key that is there twice is a problem."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._open: set[int] = set()
        self._built = 0

    def build(self, node: yaml.Node, way: Way) -> Any:
        position = _position(node)
        raw = node.value if isinstance(node, yaml.ScalarNode) else ""
        self._tree.spots.setdefault(way, Spot(position, position, raw))
        self._built += 1
        if id(node) in self._open or self._built > MAX_VALUES:
            self._tree.report("bad_yaml", way, "an alias repeats itself without end: write the value out")
            return None
        self._open.add(id(node))
        try:
            return self._value(node, way)
        finally:
            self._open.discard(id(node))

    def _value(self, node: yaml.Node, way: Way) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, way)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*way, number)) for number, child in enumerate(node.value)]
        return self._scalar(node, way)

    def _mapping(self, node: yaml.MappingNode, way: Way) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._tree.report("bad_yaml", way, "a key has to be plain text")
                continue
            inner = (*way, key_node.value)
            if key_node.value in data:
                first = self._tree.spots[inner].key[0]
                line, column = _position(key_node)
                where = f"{self._tree.file}:{line}:{column} ({dotted(inner)})"
                message = f"this key stands here twice (first in line {first}): keep one of them"
                self._tree.problems.append(Problem("duplicate_key", Remedy.SETTINGS, where, message))
                continue
            self._tree.spots[inner] = Spot(
                _position(key_node), _position(value_node), getattr(value_node, "value", "")
            )
            data[key_node.value] = self.build(value_node, inner)
        return data

    def _scalar(self, node: yaml.Node, way: Way) -> Any:
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return yaml.SafeLoader.bool_values[node.value.lower()]
            case "int":
                return self._whole(node.value, way)
            case "float":
                return _number(node.value)
        text = Text(node.value)
        text.where = self._tree.where(way)
        return text

    def _whole(self, raw: str, way: Way) -> int | str:
        if _PLAIN_WHOLE.fullmatch(raw):
            return int(raw)
        message = (
            f"YAML reads {raw} as another number: put it in quotes, or write a number without zeros in front"
        )
        self._tree.report("not_quoted", way, message)
        return raw


def _number(raw: str) -> float | str:
    try:
        return float(raw)
    except ValueError:
        return raw
