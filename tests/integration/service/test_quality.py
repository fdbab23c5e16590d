"""The quality of a file and of a run's source, as a file of the form that its ending names."""

import json

import pytest

from lading.errors import SettingsError
from lading.service import quality
from lading.service.prepare import PrepareOrder, prepare_file
from lading.service.progress import Silence

LIST = "external_id,email\nc-1,abc@example.com\nc-2,no address\n"


def prepared(folder, name):
    (folder / "in.csv").write_text(LIST)
    order = PrepareOrder(
        source=folder / "in.csv", out=folder / "out.parquet", report=folder / name, country="US"
    )
    prepare_file(order, Silence())
    return (folder / name).read_text()


def test_json_has_the_numbers(tmp_path):
    made = json.loads(prepared(tmp_path, "quality.json"))
    assert (made["rows"], made["accepted"], made["rejected"]) == (2, 1, {"no_identifier": 1})


def test_html_and_text_say_the_same(tmp_path):
    assert "nothing that Amazon could match by" in prepared(tmp_path, "quality.html")
    assert "nothing that Amazon could match by" in prepared(tmp_path, "quality.txt")


def test_another_ending_is_refused_before_any_work(tmp_path):
    with pytest.raises(SettingsError, match=r"\.html"):
        prepared(tmp_path, "quality.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_a_run_keeps_the_quality_of_what_it_read(shop):
    shop.write(shop.people(8))
    report = shop.apply()
    with shop.parts() as parts:
        found = quality.of_run(parts, report.run)
    assert (found.rows, found.accepted, found.findable) == (8, 8, 8)
