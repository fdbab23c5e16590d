"""An export with its query as a sync of ours: the block that would stand in lading.yaml."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from lading.dialects.treasure_data.result import Export

#: The columns that Treasure Data demands of a query's answer, as the documentation's sample calls them.
_NEEDED: Final[Mapping[str, str]] = {"email": "email", "external_id": "externaluserid"}

#: What our guards see that Treasure Data has no word for: another query is another one on purpose, and an answer may be empty.
_GUARDS: Final[Mapping[str, str]] = {"schema_changed": "off", "empty_source": "off"}


def as_sync(  # noqa: PLR0913  (facts by name)
    export: Export, *, source: str, query: str, connection: str, external_id: str, name: str, email_needed: bool,
    schedule: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The sync. `external_id` and `name`: those of its audience, which an update may leave to us."""
    audience: dict[str, Any] = {
        "connection": connection, "name": name, "external_id": external_id, "target": export.target,
        "country": export.country_code,
    }  # fmt: skip
    if export.audience_description is not None:
        audience["description"] = export.audience_description
    if export.time_to_live is not None:
        audience["ttl"] = export.time_to_live
    if export.fee:
        audience["fees"] = [{"currency": export.fee[0], "cpm_cents": _number(export.fee[1])}]
    if export.action == "UPDATE":
        audience["audience_id"] = export.audience_id
    columns = dict(_NEEDED) if email_needed else {"external_id": _NEEDED["external_id"]}
    sync: dict[str, Any] = {
        "from": {"source": source, "query": query}, "to": {"audience": audience},
        "mode": "remove" if export.upload_mode == "DELETE" else "add", "map": columns, "guards": dict(_GUARDS),
    }  # fmt: skip
    if schedule is not None:
        sync["schedule"] = dict(schedule)
    return sync


def name_of(text: str) -> str:
    """A text as the name of a sync: letters, digits, `-` and `_`, at most 60. Two texts never have the same name."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-_")[:50]
    if plain == text:
        return plain
    return f"{plain or 'export'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
