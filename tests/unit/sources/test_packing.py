"""Packed files are read by what they are, not by what they are called."""

import bz2
import gzip
import lzma
import zipfile

import pyarrow as pa
import pytest

from lading.errors import SettingsError
from lading.sources.files import FileSource

TEXT = b"id,email\n" + b"".join(b"c-%d,%d@x.example\n" % (n, n) for n in range(3_000))


def zstd(data):
    return pa.compress(data, "zstd", asbytes=True)


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("name", ["people.csv.{}", "people.csv", "people"])
def test_what_is_packed_is_read(tmp_path, ending, name):
    path = tmp_path / name.format(ending)
    path.write_bytes(PACKERS[ending](TEXT))
    source = FileSource(tmp_path, path.name)
    assert source.columns() == ("id", "email")
    assert sum(frame.rows.height for frame in source.frames(1_000)) == 3_000


@pytest.mark.parametrize("ending", PACKERS)
def test_json_lines_are_known_under_their_packing(tmp_path, ending):
    (tmp_path / f"people.jsonl.{ending}").write_bytes(PACKERS[ending](b'{"id": 1}\n{"id": 2}\n'))
    [frame] = FileSource(tmp_path, f"people.jsonl.{ending}").frames(10)
    assert frame.rows["id"].to_list() == ["1", "2"]


@pytest.mark.parametrize("ending", PACKERS)
def test_a_file_that_is_cut_off_is_refused(tmp_path, ending):
    whole = PACKERS[ending](TEXT * 20)
    (tmp_path / "people.csv").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SettingsError) as caught:
        list(FileSource(tmp_path, "people.csv").frames(100_000))
    assert caught.value.problem_code == "damaged_file"


def test_an_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "people.zip", "w") as archive:
        archive.writestr("people.csv", TEXT)
    with pytest.raises(SettingsError, match="ZIP archive") as caught:
        FileSource(tmp_path, "people.zip").columns()
    assert caught.value.problem_code == "unreadable_file"
