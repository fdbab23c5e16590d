"""The reference page of lading.yaml, written from the models: `python -m lading.settings.page > docs/reference/settings.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

from lading.settings.load import json_schema

_TOP: Final = """# Settings: every key of lading.yaml

This page is written from the models that read the file; a test holds it to them.
`lading schema` prints the same as a JSON Schema (draft 2020-12), and `lading init` writes `lading.schema.json`,
which editors use to complete and check keys as you type.

- The file is found by `--config`, else `LADING_CONFIG`, else `./lading.yaml`.
- A key that is not listed here is refused, and the nearest known one is named.
- Secrets stand here by reference only: `env:NAME` (an environment variable) or `file:PATH` (a file; relative to
  lading.yaml). With `?` at the end, `env:NAME?`, it may be unset.
- Ids are text: always in quotes. So is anything that YAML would read as something else, such as `"NO"`.
- A time is written `397d`, `12h`, `30m`, `2w`, or as a whole number of seconds.
- A limit is a number, `500`, or a share, `10%`.
"""

#: Title and schema name of each block, in the order of the file.
_BLOCKS: Final = (
    ("lading.yaml", ""),
    ("connections.NAME", "Connection"),
    ("connections.NAME.amc", "Amc"),
    ("sources.NAME with type: files", "FilesSource"),
    ("sources.NAME with type: postgresql", "PostgresSource"),
    ("sources.NAME with type: sqlite", "SqliteSource"),
    ("sources.NAME with type: plugin", "PluginSource"),
    ("sources.NAME with type: segment", "SegmentSource"),
    ("sources.NAME.mappings[]", "EventMapping"),
    ("sources.NAME.mappings[].fields", "EventFields"),
    ("sources.NAME.create", "CreatedAudiences"),
    ("syncs.NAME", "Sync"),
    ("syncs.NAME.from", "From"),
    ("syncs.NAME.from.strings.COLUMN", "BuiltString"),
    ("syncs.NAME.from.segment", "Segment"),
    ("syncs.NAME.to or syncs.NAME.to[]", "Target"),
    ("syncs.NAME.to.audience", "AudienceTarget"),
    ("syncs.NAME.to.audience.fees[]", "Fee"),
    ("syncs.NAME.to.dataset", "DatasetTarget"),
    ("syncs.NAME.to.dataset.csv", "CsvFormat"),
    ("syncs.NAME.to.dataset.columns.COLUMN", "DatasetColumn"),
    ("syncs.NAME.map", "ColumnMap"),
    ("syncs.NAME.map.consent", "ConsentColumns"),
    ("syncs.NAME.identity", "Identity"),
    ("syncs.NAME.consent", "Consent"),
    ("syncs.NAME.guards", "Guards"),
    ("syncs.NAME.verify", "Verify"),
    ("syncs.NAME.schedule", "Schedule"),
    ("treasure_data", "TreasureData"),
    ("retention", "Retention"),
    ("server", "Server"),
    ("server.tls", "Tls"),
    ("notify[]", "Notify"),
)


def settings_page() -> str:
    """The whole page as Markdown."""
    schema = json_schema()
    return _TOP + "".join(
        _section(title, schema["$defs"][name] if name else schema) for title, name in _BLOCKS
    )


def _section(title: str, block: dict[str, Any]) -> str:
    rows = "\n".join(_rows(block))
    says = f"{block['description']}\n\n" if title != "lading.yaml" else ""
    return f"\n## `{title}`\n\n{says}| key | default | meaning |\n| --- | --- | --- |\n{rows}\n"


def _rows(block: dict[str, Any]) -> Iterator[str]:
    for key, prop in block["properties"].items():
        default = "needed" if key in block.get("required", ()) else _default(prop.get("default"))
        yield f"| `{key}` | {default} | {prop['description'].replace('|', '/')} |"


def _default(value: Any) -> str:
    if value is None or value in ("", [], {}) or isinstance(value, dict):
        return ""
    return f"`{value}`" if not isinstance(value, bool) else f"`{str(value).lower()}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
