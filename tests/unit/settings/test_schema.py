"""The JSON Schema and the reference page say what the models do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lading.settings import json_schema
from lading.settings.page import settings_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def violations(value: Any, schema: dict[str, Any], root: dict[str, Any], way: str = "") -> Iterator[str]:
    """What of `value` the schema does not allow: the part of draft 2020-12 that our schema uses."""
    if "$ref" in schema:
        yield from violations(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, way)
    for choices in (schema.get("anyOf"), schema.get("oneOf")):
        if choices and not any(not list(violations(value, choice, root, way)) for choice in choices):
            yield f"{way}: none of the alternatives"
    if "const" in schema and value != schema["const"]:
        yield f"{way}: not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{way}: not one of {schema['enum']}"
    if not _of_type(value, schema):
        yield f"{way}: not {schema['type']}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{way}: pattern"
    yield from _inside(value, schema, root, way)


def _inside(value: Any, schema: dict[str, Any], root: dict[str, Any], way: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _keys(value, schema, root, way)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from violations(item, schema["items"], root, f"{way}[{number}]")


def _of_type(value: Any, schema: dict[str, Any]) -> bool:
    named = schema.get("type", list(TYPES))
    names = [named] if isinstance(named, str) else named
    return any(value is None if name == "null" else isinstance(value, TYPES[name]) for name in names)


def _keys(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], way: str) -> Iterator[str]:
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{way}: {key} is missing"
    rest = schema.get("additionalProperties", True)
    for key, inner in value.items():
        if key in schema.get("properties", {}):
            yield from violations(inner, schema["properties"][key], root, f"{way}.{key}")
        elif isinstance(rest, dict):
            yield from violations(inner, rest, root, f"{way}.{key}")
        elif rest is False:
            yield f"{way}: {key} is unknown"


def as_schema_sees_it(text: str) -> Any:
    """YAML 1.2, which editors read: `on` is a key there."""
    return yaml.safe_load(text.replace("{on:", '{"on":'))


def test_the_example_is_of_the_schemas_shape(example: str) -> None:
    assert list(violations(as_schema_sees_it(example), json_schema(), json_schema())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mode: mirror", "mod: mirror"),
        ("region: NA", "region: US"),
        ("ttl: 397d", "ttl: soon"),
        ('"1234567890"', "12"),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(example: str, old: str, new: str) -> None:
    assert list(violations(as_schema_sees_it(example.replace(old, new)), json_schema(), json_schema()))


def test_every_key_is_described() -> None:
    schema = json_schema()
    blocks = [schema, *schema["$defs"].values()]
    bare = [
        key
        for block in blocks
        for key, prop in block.get("properties", {}).items()
        if not prop.get("description")
    ]
    assert bare == []
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_page_has_every_block_and_every_key() -> None:
    page = settings_page()
    for block in [json_schema(), *json_schema()["$defs"].values()]:
        for key in block.get("properties", {}):
            assert f"| `{key}` |" in page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == settings_page(), (
        "run: python -m lading.settings.page > docs/reference/settings.md"
    )
