"""A sync for a dataset, to begin with: from a file, from a template of ours, or from both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl
import yaml

from lading.errors import SettingsError
from lading.model.frames import ROW
from lading.prepare.datasets.inferring import Guesses, infer
from lading.settings import Settings
from lading.sources.files import FileSource

#: Templates by what they are for.
TEMPLATES: Final = {
    "purchases": "what people bought outside Amazon",
    "signups": "who signed up",
    "store_visits": "visits and purchases in stores",
    "products": "more about your products, without people",
    "crm_segments": "people and the segments that they are in",
    "mapping": "which id of yours is which of Amazon's",
    "blank": "anything else",
}
#: Rows that are looked at.
SAMPLE: Final = 20_000
_BUCKET: Final = "s3://your-bucket/lading"
#: What only a person knows.
_TO_WRITE: Final = {
    "bucket": "write the name of yours",
    "country": "that of rows that name none: write yours",
}
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./*, -]*")
_WORDS_OF_YAML: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A block for `syncs:`."""

    sync: str
    #: As it is written into lading.yaml.
    text: str
    #: What a person should look at.
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for; None for what the file, the settings or the template say."""

    path: Path | None = None
    template: str | None = None
    sync: str | None = None
    connection: str | None = None


def propose(wish: Wish, settings: Settings | None) -> Proposal:
    """The block.

    Raises:
        SettingsError: neither a file nor a template is named, or the file cannot be read.

    """
    if wish.path is None and wish.template is None:
        raise SettingsError(f"name a file, or a template: --template {', '.join(TEMPLATES)}", code="usage")
    template = _template(wish.template or "blank")
    name = wish.sync or _slug(wish.path.stem if wish.path else wish.template or "")
    dataset = dict(template["to"]["dataset"]) | {
        "connection": _connection(wish, settings),
        "id": name.replace("-", "_"),
    }
    remarks: dict[str, str] = {}
    where = dict(template["from"])
    if wish.path is not None:
        guesses = infer(_sample(wish.path))
        dataset, remarks = _filled(dataset, guesses, template_given=wish.template is not None)
        where = _from(wish.path, settings)
    return Proposal(
        sync=name, text=_text(name, where, dataset, remarks),
        remarks=tuple(f"{column}: {remark}" for column, remark in remarks.items()),
    )  # fmt: skip


def _template(name: str) -> dict[str, Any]:
    if name not in TEMPLATES:
        raise SettingsError(
            f"there is no template {name!r}: take one of {', '.join(TEMPLATES)}", code="usage"
        )
    text = files("lading.service.datasets").joinpath("templates", f"{name}.yaml").read_text("utf-8")
    [block] = yaml.safe_load(text).values()
    return dict(block)


def _sample(path: Path) -> pl.DataFrame:
    source = FileSource(path.parent, path.name)
    frame = next(iter(source.frames(SAMPLE)), None)
    columns = source.columns()
    return frame.rows.drop(ROW) if frame else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _filled(
    dataset: dict[str, Any], guesses: Guesses, *, template_given: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """The dataset with the file's columns. Where a template has one of the same name, that says what it is."""
    known = dataset["columns"] if template_given else {}
    columns: dict[str, dict[str, Any]] = {}
    for one in guesses.columns:
        says = dict(known.get(one.name, one.says))
        columns[one.name] = says if one.source == one.name else {**says, "source": one.source}
    if template_given and sum(bool(one.get("event_time")) for one in columns.values()) > 1:
        columns = {name: _without_time(one) if name not in known else one for name, one in columns.items()}
    events = any(one.get("event_time") for one in columns.values())
    kept = {
        key: value for key, value in dataset.items() if events or key not in {"period", "late", "lookback"}
    }
    if events:
        kept.setdefault("period", "P1D")
    if any(one.get("identifier") for one in columns.values()) and not any(
        one.get("country") for one in columns.values()
    ):
        kept.setdefault("country", "US")
    if guesses.dropped:
        kept["drop"] = list(guesses.dropped)
    kept.pop("columns")
    kept["columns"] = columns
    if any(key not in columns for key in kept.get("row_key", ())):
        kept.pop("row_key")
    remarks = {one.name: one.remark for one in guesses.columns if one.remark and one.name not in known}
    return kept, remarks | {f"drop {name}": why for name, why in guesses.dropped.items()}


def _without_time(column: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in column.items() if key != "event_time"}


def _connection(wish: Wish, settings: Settings | None) -> str:
    if wish.connection:
        return wish.connection
    known = [name for name, one in settings.connections.items() if one.amc] if settings else []
    return known[0] if known else "amazon"


def _from(path: Path, settings: Settings | None) -> dict[str, str]:
    """The source of files that the file lies in, and its path there."""
    for name, source in settings.sources.items() if settings else ():
        if source.type == "files" and settings is not None:
            root = (settings.path.parent / source.root).resolve()
            if path.resolve().is_relative_to(root):
                return {"source": name, "path": str(path.resolve().relative_to(root))}
    return {"source": "files", "path": str(path)}


def _text(name: str, where: Mapping[str, str], dataset: Mapping[str, Any], remarks: Mapping[str, str]) -> str:
    return "\n".join((
        f"  {name}:",
        f"    from: {_flow(where)}",
        "    to:",
        "      dataset:",
        *(f"        {key}: {_flow(value)}{_remark(key)}" for key, value in dataset.items() if key != "columns"),
        "        columns:",
        *_column_lines(dataset["columns"], remarks),
        "",
    ))  # fmt: skip


def _column_lines(columns: Mapping[str, Mapping[str, Any]], remarks: Mapping[str, str]) -> Iterator[str]:
    for name, says in columns.items():
        line = f"          {_scalar(name)}: {_flow(says)}"
        yield f"{line}  # {remarks[name]}" if name in remarks else line


def _remark(key: str) -> str:
    return f"  # {_TO_WRITE[key]}" if key in _TO_WRITE else ""


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    plain = (
        _PLAIN.fullmatch(text)
        and "," not in text
        and text == text.strip()
        and text.lower() not in _WORDS_OF_YAML
    )
    return text if plain or text == _BUCKET else json.dumps(text, ensure_ascii=False)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "dataset"
