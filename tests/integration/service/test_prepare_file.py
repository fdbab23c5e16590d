"""Hashing a file without sending it."""

import hashlib

import polars as pl
import pytest

from lading.errors import SettingsError
from lading.model.identifiers import IDENTIFIERS
from lading.service.prepare import PrepareOrder, prepare_file
from lading.service.progress import Silence

# Source: Amazon's own test vector in the guide "Prepare data for upload".
ABC = "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21"


def prepared(folder, text, **order):
    (folder / "in.csv").write_text(text)
    return prepare_file(
        PrepareOrder(source=folder / "in.csv", out=folder / "out.parquet", **order), Silence()
    )


def test_the_output_has_the_inputs_names_and_hashes_or_null(tmp_path):
    prepared(tmp_path, "External ID,E-Mail,City\nc-1,ABC@Example.com ,\n", country="US")
    rows = pl.read_parquet(tmp_path / "out.parquet")
    assert rows.columns == ["row", "external_user_id", *IDENTIFIERS, "country"]
    assert rows.row(0, named=True) == dict.fromkeys(IDENTIFIERS) | {
        "row": 1, "external_user_id": "c-1", "email": ABC, "country": "US",
    }  # fmt: skip


def test_rejected_rows_are_beside_it_with_reasons(tmp_path):
    done = prepared(tmp_path, "external_id,email\nc-1,abc@example.com\n,b@example.com\nc-3,\nc-4\n")
    turned_away = pl.read_parquet(done.rejections_file)
    assert dict(zip(turned_away["row"], turned_away["code"], strict=True)) == {
        2: "external_id_missing", 3: "no_identifier", 4: "wrong_number_of_cells",
    }  # fmt: skip
    assert (done.read, done.written, done.rejected) == (4, 1, 3)
    assert sum(done.rejections.values()) == 3


def test_a_file_without_ids_gets_derived_ones(tmp_path):
    done = prepared(tmp_path, "email\nabc@example.com\n")
    assert pl.read_parquet(done.out)["external_user_id"].to_list() == [ABC]


def test_a_failure_leaves_nothing_behind(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"external_id,email\nc-1,\xe9t\xe9@example.com\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        prepare_file(PrepareOrder(source=tmp_path / "in.csv", out=tmp_path / "out.parquet"), Silence())
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_another_kind_of_output_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"\.parquet"):
        prepare_file(PrepareOrder(source=tmp_path / "in.csv", out=tmp_path / "out.csv"), Silence())


@pytest.mark.parametrize("out", ["in.parquet", "link.parquet"])
def test_the_source_is_not_written_over(tmp_path, out):
    pl.DataFrame({"external_id": ["c-1"], "email": ["a@x.yz"]}).write_parquet(tmp_path / "in.parquet")
    (tmp_path / "link.parquet").symlink_to("in.parquet")
    before = (tmp_path / "in.parquet").read_bytes()
    with pytest.raises(SettingsError, match="would be written over"):
        prepare_file(PrepareOrder(source=tmp_path / "in.parquet", out=tmp_path / out), Silence())
    assert (tmp_path / "in.parquet").read_bytes() == before


def test_normalized_texts_stand_beside_the_hashes_where_they_are_asked_for(tmp_path):
    text = "external_id,email,phone,city\nc-1,ABC@Example.com ,415-555-0160,Köln\nc-2," + "a" * 64 + ",,\n"
    prepared(tmp_path, text, country="US", with_normalized=True)
    lines = pl.read_parquet(tmp_path / "out.parquet")
    assert lines.select("email_normalized", "phone_normalized", "city_normalized").rows() == [
        ("abc@example.com", "14155550160", "kln"),
        (None, None, None),
    ]


def test_settings_of_identity_reach_the_rules(tmp_path):
    prepared(tmp_path, "external_id,email\nc-1,a+b@x.yz\n", identity=("email_plus=drop-tag",))
    assert pl.read_parquet(tmp_path / "out.parquet")["email"][0] == hashlib.sha256(b"a@x.yz").hexdigest()
