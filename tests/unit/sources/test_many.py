"""Several files as one source: counted on, the same columns, partitions, and noticed when they change."""

import os

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.sources.conformance import check
from lading.sources.many import ManyFiles, files_of


@pytest.fixture
def days(tmp_path):
    """Three days of events, of three, two and no rows; the second is Parquet, with its columns turned round."""
    for day, rows in (("01", [1, 2, 3]), ("03", [])):
        (tmp_path / f"day={day}").mkdir()
        lines = "".join(f"c-{n},{n}@x.example\n" for n in rows)
        (tmp_path / f"day={day}" / "part.csv").write_text("id,email\n" + lines)
    (tmp_path / "day=02").mkdir()
    second = pl.DataFrame({"email": ["4@x.example", "5@x.example"], "id": ["c-4", "c-5"]})
    second.write_parquet(tmp_path / "day=02" / "part.parquet")
    return tmp_path


def refused(source):
    with pytest.raises(SettingsError) as caught:
        list(source.frames(10))
    return caught.value


def test_rows_are_counted_on_and_folders_give_a_column(days):
    source = files_of(days, "day=*/part.*")
    assert source.columns() == ("id", "email", "day")
    assert pl.concat(frame.rows for frame in source.frames(2)).rows() == [
        (1, "c-1", "1@x.example", "01"),
        (2, "c-2", "2@x.example", "01"),
        (3, "c-3", "3@x.example", "01"),
        (4, "c-4", "4@x.example", "02"),
        (5, "c-5", "5@x.example", "02"),
    ]


def test_it_is_a_source(days):
    check(lambda: files_of(days, "**/*.*"), rows=5)


def test_a_bad_row_has_its_number_among_all(days):
    (days / "day=03" / "part.csv").write_text("id,email\nc-6,6@x.example\nc-7\n")
    bad = pl.concat(frame.bad_rows for frame in files_of(days, "day=*/*").frames(10))
    assert bad["row"].to_list() == [7]


def test_a_column_of_the_file_goes_before_what_its_folder_says(days):
    (days / "day=01" / "part.csv").write_text("id,day\nc-1,monday\n")
    [frame] = files_of(days, "day=01/*").frames(10)
    assert frame.rows.row(0) == (1, "c-1", "monday")


def test_files_of_other_columns_are_refused_by_name(days):
    (days / "day=03" / "part.csv").write_text("id,mail\n")
    error = refused(files_of(days, "day=*/*"))
    assert (error.problem_code, error.where) == ("different_columns", "day=*/*")
    assert "day=03/part.csv and day=01/part.csv" in error.message
    assert "email, mail" in error.message


def test_a_pattern_that_nothing_fits_is_refused(tmp_path):
    error = refused(files_of(tmp_path, "purchases/*.csv"))
    assert (error.problem_code, error.where) == ("missing_file", "purchases/*.csv")


def test_a_pattern_outside_of_the_folder_is_refused(tmp_path):
    error = refused(files_of(tmp_path, "/tmp/*.csv"))
    assert (error.problem_code, error.where) == ("missing_file", "/tmp/*.csv")


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "people[1].csv").write_text("id\n1\n")
    (tmp_path / "people1.csv").write_text("id\n2\n")
    [frame] = files_of(tmp_path, "people[1].csv").frames(10)
    assert frame.rows["id"].to_list() == ["1"]


def test_the_version_changes_with_any_file(days):
    def version():
        return files_of(days, "day=*/*").version()

    first = version()
    (days / "day=03" / "part.csv").write_text("id,email\n1,2\n")
    second = version()
    (days / "day=02" / "part.parquet").rename(days / "day=02" / "other.parquet")
    assert len({first, second, version()}) == 3


@pytest.mark.parametrize("pattern", ["day=*/*", "day=01/part.csv"])
def test_a_file_that_changes_while_it_is_read_is_noticed(days, pattern):
    reading = files_of(days, pattern).frames(2)
    next(reading)
    os.utime(days / "day=01" / "part.csv", ns=(1, 1))
    with pytest.raises(SettingsError) as caught:
        list(reading)
    assert caught.value.problem_code == "source_changing"


def test_a_file_that_comes_while_others_are_read_is_noticed(days):
    source = files_of(days, "day=*/*")
    assert isinstance(source, ManyFiles)
    reading = source.frames(2)
    next(reading)
    (days / "day=03" / "more.csv").write_text("id,email\n")
    with pytest.raises(SettingsError) as caught:
        list(reading)
    assert caught.value.problem_code == "source_changing"
