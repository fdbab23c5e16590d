"""Frames that are prepared beside each other come back in the order of the source, and stop when nobody takes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.service import preparing
from lading.service.preparing import prepared_frames
from lading.sources.files import FileSource
from lading.sources.source import Source

LINES = [f"u{n},{f'p{n}@x.yz' if n % 3 else 'bad'}" for n in range(100)]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "people.csv").write_text("\n".join(["user_id,email", *LINES]), "utf-8")
    return FileSource(tmp_path, "people.csv")


def recipe(source: Source) -> Recipe:
    return Recipe(resolve(source.columns(), None))


def together(source: Source, name: str) -> pl.DataFrame:
    return pl.concat([getattr(one.done, name) for one in prepared_frames(source, recipe(source))])


@pytest.mark.parametrize("workers", [1, 3])
def test_frames_come_back_in_order(source: Source, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    whole = {name: together(source, name) for name in ("sets", "rejections", "findings")}
    monkeypatch.setattr(preparing, "FRAME_ROWS", 7)
    monkeypatch.setattr(preparing, "_workers", lambda: workers)
    assert whole["sets"].height == 66
    for name, frame in whole.items():
        assert together(source, name).rows() == frame.rows()


def test_no_more_frames_are_read_than_are_worked_on(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FRAME_ROWS", 5)
    monkeypatch.setattr(preparing, "_workers", lambda: 2)
    read = []

    def counted(rows: int) -> Iterator[object]:
        for frame in FileSource.frames(source, rows):  # type: ignore[arg-type]
            read.append(frame.read)
            yield frame

    monkeypatch.setattr(source, "frames", counted)
    for taken, _ in enumerate(prepared_frames(source, recipe(source)), start=1):
        assert len(read) <= taken + 1


def test_rows_in_clear_are_let_go_unless_they_are_asked_for(source: Source) -> None:
    assert [one.source.rows.height for one in prepared_frames(source, recipe(source))] == [0]
    (kept,) = prepared_frames(source, recipe(source), rows_too=True)
    assert kept.source.rows.columns == ["row", "user_id", "email"]
    assert kept.source.read == kept.source.rows.height == len(LINES)


def test_an_error_in_one_frame_ends_them_all(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise SettingsError("no", where="here")

    monkeypatch.setattr(preparing, "prepare", failing)
    with pytest.raises(SettingsError):
        list(prepared_frames(source, recipe(source)))
    assert not [one for one in threading.enumerate() if one.name.startswith("prepare")]
