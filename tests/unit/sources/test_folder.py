"""Several files as one source."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.errors import SettingsError
from lading.sources.files import FileSource
from lading.sources.folder import FolderSource, files_of


def days(folder: Path, **files: str) -> FolderSource:
    (folder / "days").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"days/{name}.csv").write_text(text, "utf-8")
    source = files_of(folder, "days/*.csv")
    assert isinstance(source, FolderSource)
    return source


def test_files_are_read_in_the_order_of_their_names_and_numbered_through(tmp_path: Path) -> None:
    source = days(tmp_path, b="id,at\n4,x\n5,y,z\n6,x\n", a="at;id\nx;1\nx;2\nx;3\n", c="id,at\n")
    assert source.columns() == ("at", "id")
    frames = list(source.frames(2))
    assert [frame.rows.rows() for frame in frames] == [
        [(1, "x", "1"), (2, "x", "2")], [(3, "x", "3")], [(4, "x", "4"), (6, "x", "6")],
    ]  # fmt: skip
    assert [row for frame in frames for row in frame.bad_rows["row"]] == [5]
    assert sum(frame.read for frame in frames) == 6


def test_the_version_changes_when_a_file_comes(tmp_path: Path) -> None:
    source = days(tmp_path, a="id\n1\n")
    before = source.version()
    assert source.version() == before
    assert days(tmp_path, b="id\n2\n").version() != before


def test_files_need_the_same_columns(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"days/b.csv and days/a.csv do not .* only one has at, time"):
        days(tmp_path, a="id,at\n", b="id,time\n").columns()


@pytest.mark.parametrize("pattern", ["days/*.csv", "/etc/*.csv"])
def test_a_pattern_that_names_nothing_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SettingsError) as refused:
        files_of(tmp_path, pattern).columns()
    assert refused.value.problem_code == "missing_file"


def test_a_path_is_a_file_even_if_its_name_looks_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].csv").write_text("id\n1\n", "utf-8")
    assert isinstance(files_of(tmp_path, "a[1].csv"), FileSource)
    assert isinstance(files_of(tmp_path, "customers.csv"), FileSource)
