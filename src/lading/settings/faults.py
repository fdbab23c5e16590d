"""What is wrong with a settings file, in plain words: the checks' findings become problems with a place and a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from lading.nearest import hint
from lading.settings.tree import Tree, Way

_CODES: Final = {"missing": "missing_key", "extra_forbidden": "unknown_key"}
#: Codes that our own checks raise; they pass through as they are.
_OURS: Final = frozenset({"wrong_value", "not_quoted", "literal_secret"})

#: What each finding of pydantic means, in the words of the file's writer. `{}` is filled from the finding's context.
_WORDS: Final = {
    "int_type": "write a whole number, without quotes",
    "bool_type": "write true or false",
    "dict_type": "write a block of keys here, indented below it",
    "model_type": "write a block of keys here, indented below it",
    "model_attributes_type": "write a block of keys here, indented below it",
    "tuple_type": "write a list here: [a, b]",
    "list_type": "write a list here: [a, b]",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_short": "is too short: it needs {min_length} characters or more",
    "string_too_long": "is too long: it may have {max_length} characters",
    "too_short": "needs {min_length} or more entries",
    "too_long": "may have {max_length} entries",
    "literal_error": "write {expected}",
    "enum": "write {expected}",
    "union_tag_invalid": "there is no such type: write {expected_tags}",
    "union_tag_not_found": "needs the key `type:`, such as `type: files`",
    "string_pattern_mismatch": "is not of the form that is needed here",
    "decimal_type": "write a number",
    "decimal_parsing": "write a number",
}


def note_findings(error: ValidationError, tree: Tree, schema: dict[str, Any]) -> None:
    """Adds every finding to the tree's problems."""
    findings = error.errors(include_url=False, include_input=False)
    inner = {finding["loc"][:length] for finding in findings for length in range(len(finding["loc"]))}
    for finding in findings:
        kind = finding["type"]
        if kind == "too_short" and finding["loc"] in inner:  # its entries are refused, so they do not count
            continue
        way = _way(finding["loc"], tree, complete=kind == "missing")
        if kind == "union_tag_invalid":
            way = (*way, "type")
        code = kind if kind in _OURS else _CODES.get(kind, "wrong_value")
        message = _message(kind, way, tree, schema) or _words(kind, finding, way, tree, schema)
        tree.report(code, way, message, key=kind == "extra_forbidden" or finding["loc"][-1:] == ("[key]",))


def _way(loc: tuple[str | int, ...], tree: Tree, *, complete: bool) -> Way:
    """The finding's place as keys of the file: pydantic adds names of its own, which stand nowhere in it."""
    way: Way = ()
    for number, part in enumerate(loc):
        if (*way, part) in tree.spots or (complete and number == len(loc) - 1):
            way = (*way, part)
    return way


def _message(kind: str, way: Way, tree: Tree, schema: dict[str, Any]) -> str:
    match kind:
        case "missing":
            return f"needs the key `{way[-1]}:`. {_describe(schema, way)}".strip()
        case "extra_forbidden":
            return f"unknown key: {hint(str(way[-1]), sorted(known_keys(schema, way[:-1], tree.data)))}"
        case "string_type":
            raw = tree.spots[way].raw if way in tree.spots else ""
            return f'this is text: put it in quotes, "{raw}"' if raw else "write a text here"
    return ""


def _words(kind: str, finding: Any, way: Way, tree: Tree, schema: dict[str, Any]) -> str:
    if way in tree.spots and not tree.spots[way].raw and kind not in _OURS and _is_empty(tree, way):
        return f"is empty: give it a value or leave the key out. {_describe(schema, way)}".strip()
    says = _WORDS.get(kind, finding["msg"])
    words = says.format_map(finding.get("ctx", {})) if kind in _WORDS else says
    return f"{words}. {_describe(schema, way)}" if kind == "string_pattern_mismatch" else words


def _is_empty(tree: Tree, way: Way) -> bool:
    value = tree.data
    for part in way:
        value = _inner(value, part)
    return value is None


def known_keys(schema: dict[str, Any], way: Way, data: Any) -> set[str]:
    """The keys that the block at `way` may have."""
    return {key for block in _blocks(schema, way, data) for key in block.get("properties", {})}


def _describe(schema: dict[str, Any], way: Way) -> str:
    for block in _blocks(schema, way[:-1], None):
        if (prop := block.get("properties", {}).get(way[-1] if way else "")) is not None:
            return str(prop.get("description", ""))
    return ""


def _blocks(schema: dict[str, Any], way: Way, data: Any) -> list[dict[str, Any]]:
    """The parts of the schema that describe the value at `way`; of several kinds, those whose constants agree."""
    blocks = list(_open(schema, schema, data))
    for part in way:
        data = _inner(data, part)
        inner = [_step(block, part) for block in blocks]
        blocks = [block for step in inner if step for block in _open(step, schema, data)]
    return blocks


def _inner(data: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return data[part] if isinstance(data, list) and part < len(data) else None
    return data.get(part) if isinstance(data, dict) else None


def _step(block: dict[str, Any], part: str | int) -> dict[str, Any] | None:
    if isinstance(part, int):
        return block.get("items")
    found = block.get("properties", {}).get(part, block.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _open(block: dict[str, Any], schema: dict[str, Any], data: Any) -> Iterator[dict[str, Any]]:
    """The block itself, with references followed and alternatives spread out."""
    if "$ref" in block:
        block = schema["$defs"][block["$ref"].rpartition("/")[2]]
    for choice in [*block.get("anyOf", ()), *block.get("oneOf", ())]:
        yield from _open(choice, schema, data)
    if _agrees(block, data):
        yield block


def _agrees(block: dict[str, Any], data: Any) -> bool:
    constants = {key: prop["const"] for key, prop in block.get("properties", {}).items() if "const" in prop}
    return not isinstance(data, dict) or all(
        data.get(key, value) == value for key, value in constants.items()
    )
