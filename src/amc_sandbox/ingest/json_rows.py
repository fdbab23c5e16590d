"""JSON: one object a line (LINES), or the objects of one document, whether in an array or after each other (DOCUMENT)."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, Literal

import polars as pl

from amc_sandbox.ingest.packing import MAX_RECORD, File, lines
from amc_sandbox.ingest.refused import Refused

_PIECE: Final = 8 << 20
_BATCH: Final = 20_000


def rows(file: File, form: Literal["LINES", "DOCUMENT"]) -> Iterator[pl.DataFrame]:
    """Batches in whatever types JSON gives their values."""
    if form == "LINES":
        return _lines(file)
    return _document(file)


def _lines(file: File) -> Iterator[pl.DataFrame]:
    number = 1
    for piece in lines(file.stream, b"\n", file.name, _PIECE):
        text = piece.removeprefix(codecs.BOM_UTF8) if number == 1 else piece
        if text.strip():
            yield _parsed(text, number, file.name)
        number += text.count(b"\n")


def _parsed(text: bytes, number: int, name: str) -> pl.DataFrame:
    try:
        text.decode()
        return pl.read_ndjson(io.BytesIO(text), infer_schema_length=None)
    except UnicodeDecodeError:
        raise Refused(f"JSON: '{name}' is not UTF-8") from None
    except pl.exceptions.PolarsError:
        return _frame(_objects(text, number, name), name)


def _objects(text: bytes, number: int, name: str) -> list[dict[str, Any]]:
    """One by one, to find what polars stumbled over."""
    found = []
    for at, line in enumerate(text.split(b"\n"), start=number):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError:
            one = None
        if not isinstance(one, dict):
            raise Refused(f"JSON: line {at} of '{name}' is not one object")
        found.append(one)
    return found


def _document(file: File) -> Iterator[pl.DataFrame]:
    objects = _documented(file)
    while batch := list(islice(objects, _BATCH)):
        yield _frame(batch, file.name)


def _documented(file: File) -> Iterator[dict[str, Any]]:
    """The objects of a document, decoded from a window of its text."""
    decoder, window, ended = json.JSONDecoder(), "", False
    reader = codecs.getreader("utf-8-sig")(file.stream)
    wrong = Refused(f"JSON: '{file.name}' is not a document of objects")
    while not ended:
        more = _text(reader, file.name)
        window, ended = window + more, not more
        at = _skip(window, 0)
        while at < len(window):
            try:
                one, at = decoder.raw_decode(window, at)
            except ValueError:
                if ended or len(window) - at > MAX_RECORD:
                    raise wrong from None
                break
            if not isinstance(one, dict):
                raise wrong
            yield one
            at = _skip(window, at)
        window = window[at:]


def _skip(text: str, at: int) -> int:
    """Past what stands between objects."""
    while at < len(text) and text[at] in " \t\r\n,[]":
        at += 1
    return at


def _text(reader: codecs.StreamReader, name: str) -> str:
    try:
        return str(reader.read(1 << 20))
    except UnicodeDecodeError:
        raise Refused(f"JSON: '{name}' is not UTF-8") from None


def _frame(objects: list[dict[str, Any]], name: str) -> pl.DataFrame:
    """Every value as text: that is how a value is read when its column holds values of several kinds."""
    keys = list(dict.fromkeys(key for one in objects for key in one))
    columns = {key: [_written(one.get(key), key, name) for one in objects] for key in keys}
    return pl.DataFrame(columns, schema=dict.fromkeys(keys, pl.String))


def _written(value: Any, key: str, name: str) -> str | None:
    if isinstance(value, dict | list):
        raise Refused(f"JSON: column '{key}' of '{name}' holds an object or an array")
    return value if value is None or isinstance(value, str) else json.dumps(value)
