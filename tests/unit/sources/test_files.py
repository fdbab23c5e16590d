from __future__ import annotations

import bz2
import gzip
import os
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lading.errors import SettingsError
from lading.model.frames import REJECTIONS
from lading.sources import delimited
from lading.sources.decoding import open_text
from lading.sources.files import FileSource
from lading.sources.source import SourceFrame


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(data: bytes, name: str = "people.csv", **options: str) -> FileSource:
        (tmp_path / name).write_bytes(data)
        return FileSource(tmp_path, name, **options)

    return write


def rows(source: FileSource, batch: int = 1000) -> list[tuple[Any, ...]]:
    return [row for frame in source.frames(batch) for row in frame.rows.rows()]


def frames(source: FileSource, batch: int = 1000) -> list[SourceFrame]:
    return list(source.frames(batch))


def refused(source: FileSource) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        rows(source)
    return caught.value


def test_every_cell_stays_the_text_that_it_is(written: Any) -> None:
    source = written(b'id,zip,name,x\n1,00501,NA,null\n2,1e5,"a ""b"", c",\n')
    assert source.columns() == ("id", "zip", "name", "x")
    assert rows(source) == [(1, "1", "00501", "NA", "null"), (2, "2", "1e5", 'a "b", c', "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(written: Any, delimiter: str) -> None:
    source = written(f'"a, or; b"{delimiter}b\n1{delimiter}2\n'.encode())
    assert source.columns() == ("a, or; b", "b")
    assert rows(source) == [(1, "1", "2")]


def test_a_given_delimiter_is_taken(written: Any) -> None:
    assert rows(written(b"a,b;c:d\n1,2;3:4\n", delimiter=":")) == [(1, "1,2;3", "4")]
    assert rows(written(b"a\tb\n1\t2\n", delimiter="tab")) == [(1, "1", "2")]
    with pytest.raises(SettingsError, match="one ASCII character"):
        written(b"a", delimiter="::")


def test_one_column_needs_no_delimiter(written: Any) -> None:
    assert rows(written(b"email\na@x.yz\n")) == [(1, "a@x.yz")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_known(written: Any, line_end: str) -> None:
    assert rows(written(line_end.join(["a,b", "1,2", "3,4"]).encode())) == [(1, "1", "2"), (2, "3", "4")]


def test_a_quoted_cell_may_hold_lines(written: Any) -> None:
    assert rows(written(b'a,b\n1,"x\ny"\n3,"4"')) == [(1, "1", "x\ny"), (2, "3", "4")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
def test_unicode_is_read_with_and_without_a_mark(written: Any, encoding: str) -> None:
    data = "a;b\nü;太郎\n".encode("utf-16" if encoding.endswith("bom") else encoding)
    assert rows(written(data)) == [(1, "ü", "太郎")]


def test_big_endian_utf_16_is_read(written: Any) -> None:
    assert rows(written(b"\xfe\xff" + "a;b\nü;太郎\n".encode("utf-16-be"))) == [(1, "ü", "太郎")]


def test_another_encoding_is_refused_with_the_place_and_what_to_write(written: Any) -> None:
    source = written("a,b\n1,2\nMüller,3\n".encode("latin-1"))
    error = refused(source)
    assert error.where == "people.csv:3"
    assert "byte 9 " in str(error)
    assert "encoding: latin-1" in str(error)
    assert "ller" not in str(error)


def test_another_encoding_is_read_where_it_is_declared(written: Any) -> None:
    assert rows(written("a,b\nMüller,3\n".encode("latin-1"), encoding="latin-1")) == [(1, "Müller", "3")]
    assert rows(written("a,b\n山田,3\n".encode("shift_jis"), encoding="shift_jis")) == [(1, "山田", "3")]


def test_a_declared_encoding_that_is_wrong_is_refused(written: Any) -> None:
    assert "not as declared (ascii)" in str(refused(written("a\nü\n".encode(), encoding="ascii")))
    assert "no encoding 'klingon'" in str(refused(written(b"a\n1\n", encoding="klingon")))


def test_japanese_text_is_recognized(written: Any) -> None:
    text = "名前,住所\n" + "山田太郎,東京都千代田区丸の内一丁目\n佐藤花子,大阪府大阪市北区梅田二丁目\n" * 20
    error = refused(written(text.encode("cp932")))
    assert "encoding: cp932" in str(error) or "encoding: shift" in str(error)


def test_gzip_is_unpacked(written: Any) -> None:
    assert rows(written(gzip.compress(b"a,b\n1,2\n"), "people.csv.gz")) == [(1, "1", "2")]
    assert rows(written(gzip.compress(b'{"a": 1}\n'), "people.jsonl.gz")) == [(1, "1")]
    assert rows(written(bz2.compress(b'{"a": 1}\n'), "people.jsonl.bz2")) == [(1, "1")]


def test_a_damaged_gzip_is_refused(written: Any) -> None:
    packed = gzip.compress(os.urandom(5000).hex().encode())
    assert refused(written(packed[:-500], "people.csv.gz")).problem_code == "damaged_file"
    assert refused(written(b"BZh9" + packed, "people.csv.bz2")).problem_code == "damaged_file"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"a,b,a\n1,2,3\n", "duplicate_column"),
        (b"c-1,jane.doe@a.example\nc-2,joe@b.example\n", "no_header"),
        (b"a,b\n1,\x002\n", "nul_byte"),
        ("a,b\n1,2\n".encode("utf-16-le"), "nul_byte"),
        (b'a,b\n1,"2\n3,4\n5,6\n', "open_quote"),
        (b'a,b\n"1,2\n3,4\n5,6\n', "open_quote"),
    ],
)
def test_a_file_that_is_unfit_is_refused(written: Any, data: bytes, code: str) -> None:
    error = refused(written(data))
    assert error.problem_code == code
    assert error.where.startswith("people.csv")
    assert "jane" not in str(error)


@pytest.mark.parametrize("data", [b"a,b\n", b"a,b", b"a,b\r\n\r\n"])
def test_a_header_alone_is_a_source_with_nobody_in_it(written: Any, data: bytes) -> None:
    source = written(data)
    assert source.columns() == ("a", "b")
    assert list(source.frames(10)) == []


def test_a_quote_that_never_closes_is_found_in_bounded_memory(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 4096)
    assert refused(written(b'a,b\n1,2\n3,"' + b"x\n" * 20_000)).problem_code == "open_quote"


def test_a_row_may_be_as_long_as_a_block_and_a_longer_one_is_told_as_such(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = b"x" * (3 << 20)
    assert rows(written(b"a,b\n1,2\n%s,%s\n3,4\n" % (long, long)))[1][1:] == (long.decode(), long.decode())
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 4096)
    error = refused(written(b"a,b\n1,2\n3," + b"x" * 20_000))
    assert error.problem_code == "unreadable_file"
    assert "after row 1 is longer than" in str(error)


def test_a_text_that_is_closed_has_nothing_more_to_read(written: Any, tmp_path: Path) -> None:
    written(b"a,b\n1,2\n")
    text = open_text((tmp_path / "people.csv").open("rb"), None, "people.csv")
    text.close()
    assert text.read(10) == b""


def test_a_missing_file_names_the_nearest(written: Any, tmp_path: Path) -> None:
    written(b"a\n1\n", "customers.csv")
    error = refused(FileSource(tmp_path, "custmers.csv"))
    assert "did you mean 'customers.csv'?" in str(error)
    assert refused(FileSource(tmp_path, "no/file.csv")).problem_code == "missing_file"
    (tmp_path / "folder").mkdir()
    assert refused(FileSource(tmp_path, "folder")).problem_code == "not_a_file"
    os.mkfifo(tmp_path / "pipe")
    assert refused(FileSource(tmp_path, "pipe")).problem_code == "not_a_file"


def test_rows_with_another_number_of_cells_are_told_by_number(written: Any) -> None:
    (frame,) = frames(written(b"a,b\n1,2\n3\n\n4,5,6\n7,8\n"))
    assert frame.read == 4
    assert frame.rows.rows() == [(1, "1", "2"), (4, "7", "8")]
    assert frame.bad_rows.schema == REJECTIONS
    assert frame.bad_rows.select("row", "code", "masked").rows() == [
        (2, "wrong_number_of_cells", None),
        (3, "wrong_number_of_cells", None),
    ]


@pytest.mark.parametrize("block", [64, 300, 1 << 20])
@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_rows_are_numbered_the_same_however_they_are_cut(
    written: Any, monkeypatch: pytest.MonkeyPatch, block: int, batch: int
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", block)
    lines = [f"{n},x" if n % 5 else f"{n}" for n in range(1, 101)]
    got = frames(written(("a,b\n" + "\n".join(lines)).encode()), batch)
    good = [row[:2] for frame in got for row in frame.rows.rows()]
    assert good == [(n, str(n)) for n in range(1, 101) if n % 5]
    assert [row for frame in got for row in frame.bad_rows["row"]] == [n for n in range(1, 101) if n % 5 == 0]
    assert sum(frame.read for frame in got) == 100
    assert all(frame.rows.height <= batch for frame in got)


def test_a_file_whose_rows_are_all_bad_says_that_the_delimiter_is_wrong(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_HOPELESS", 50)
    assert refused(written(b"a,b\n" + b"1\n" * 100)).problem_code == "wrong_delimiter"
    monkeypatch.undo()
    (frame,) = frames(written(b"a,b\n1\n2\n"))
    assert (frame.read, frame.rows.height, frame.bad_rows.height) == (2, 0, 2)


def test_a_cell_of_a_megabyte_is_read(written: Any) -> None:
    ((_, _, cell),) = rows(written(b"a,b\n1," + b"y" * 1_000_000 + b"\n"))
    assert len(cell) == 1_000_000


def test_json_lines_are_text(written: Any) -> None:
    lines = b'{"a": 14155550142, "b": "007"}\n\n{"a": null, "c": true}\n{"b": "x\\ud800", "a": 1.5}\n'
    source = written(lines, "people.jsonl")
    assert source.columns() == ("a", "b", "c")
    got = rows(source, 2)
    assert got[:2] == [(1, "14155550142", "007", None), (2, None, None, "true")]
    assert got[2][:2] == (3, "1.5")


def test_half_a_surrogate_pair_and_not_a_number_cost_no_row(written: Any) -> None:
    source = written(b'{"a": "x\\udc00y"}\n{"a": NaN}\nbroken\n{"a": "z"}\n', "people.jsonl")
    (frame,) = frames(source)
    assert frame.rows.rows() == [(1, "xy"), (2, None), (4, "z")]
    assert frame.bad_rows["row"].to_list() == [3]


@pytest.mark.parametrize("number", [b"1e999", b"1" + b"0" * 400])
def test_a_number_that_no_reader_takes_costs_its_own_row_alone(written: Any, number: bytes) -> None:
    (frame,) = frames(written(b'{"a": 1}\n{"a": ' + number + b'}\n{"a": 3}\n', "people.jsonl"))
    assert frame.rows.rows() == [(1, "1"), (3, "3")]
    assert frame.bad_rows["row"].to_list() == [2]


def test_files_that_were_put_together_are_read_on(written: Any) -> None:
    (frame,) = frames(written(b'{"a": 1}\n\xef\xbb\xbf{"a": 2}\n', "people.jsonl"))
    assert frame.rows.rows() == [(1, "1"), (2, "2")]


def test_broken_lines_are_told_by_number(written: Any) -> None:
    got = frames(written(b'{"a": 1}\nbroken\n[2]\n{"a": 4}\n', "people.ndjson"))
    assert [row for frame in got for row in frame.rows.rows()] == [(1, "1"), (4, "4")]
    assert [row for frame in got for row in frame.bad_rows.select("row", "code").rows()] == [
        (2, "not_json"),
        (3, "not_json"),
    ]
    assert sum(frame.read for frame in got) == 4


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b'[{"a": 1}]'])
def test_a_file_without_json_objects_is_refused(written: Any, data: bytes) -> None:
    assert refused(written(data, "people.json")).problem_code == "empty_file"


def test_parquet_is_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": [1, None],
            "phone": [14155550142.0, 1.5],
            "s": ["x", None],
            "list": [[1], [2]],
            "ok": [True, False],
        }
    )
    pq.write_table(table, tmp_path / "people.parquet")
    source = FileSource(tmp_path, "people.parquet")
    assert source.columns() == ("id", "phone", "s", "ok")
    assert rows(source, 1) == [(1, "1", "14155550142", "x", "true"), (2, None, "1.5", None, "false")]


def test_parquet_of_every_kind_is_text(tmp_path: Path) -> None:
    columns = {
        "decimal": pa.array([Decimal("14155550142.00"), Decimal("1.50")], pa.decimal128(14, 2)),
        "bytes": pa.array([b"a@x.yz", b"\xff@x.yz"], pa.binary()),
        "span": pa.array([timedelta(seconds=90), None]),
        "time": pa.array([time(1, 2), None]),
        "word": pa.array(["a", None]).dictionary_encode(),
        "nothing": pa.array([None, None], pa.null()),
    }
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    assert rows(FileSource(tmp_path, "people.parquet")) == [
        (1, "14155550142", "a@x.yz", "PT1M30S", "01:02:00", "a", None),
        (2, "1.50", "\ufffd@x.yz", None, None, None, None),
    ]


def test_of_lists_and_structs_it_is_told_where_an_identifier_is_missed(tmp_path: Path) -> None:
    columns = {
        "email": [["a@example.com"], None],
        "orders": [[1], [2]],
        "address": [{"street": "1 Main St"}, None],
    }
    pq.write_table(pa.table(columns), tmp_path / "people.parquet")
    source = FileSource(tmp_path, "people.parquet")
    assert source.columns() == ("email", "address")
    assert rows(source) == [(1, '["..."]', '["..."]'), (2, None, None)]


def test_what_is_no_parquet_is_refused(written: Any) -> None:
    assert refused(written(b"PAR1 not", "people.parquet")).problem_code == "damaged_file"


def test_the_version_changes_with_the_file(written: Any, tmp_path: Path) -> None:
    source = written(b"a\n1\n")
    first = source.version()
    assert source.version() == first
    (tmp_path / "people.csv").write_bytes(b"a\n1\n2\n")
    assert source.version() != first


def test_a_frame_does_not_show_its_values(written: Any) -> None:
    (frame,) = frames(written(b"email\nsecret@x.yz\n"))
    assert repr(frame) == "SourceFrame(rows=1, bad_rows=0, read=1, values=***)"


def test_reading_twice_gives_the_same(written: Any) -> None:
    source = written(b"a,b\n1,2\n3\n4,5\n")
    assert rows(source, 1) == rows(source, 1000)


def test_a_parquet_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path, groups = tmp_path / "people.parquet", 40
    table = pa.table({"email": [os.urandom(32).hex() for _ in range(5_000)]})
    with pq.ParquetWriter(path, table.schema) as writer:
        for _ in range(groups):
            writer.write_table(table)
    source, before = FileSource(tmp_path, "people.parquet"), pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in source.frames(5_000)]
    assert len(held) == groups
    assert max(held) < path.stat().st_size / 4
