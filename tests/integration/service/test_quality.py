"""The quality of a file and of a run's source, as a file of the form that its ending names."""

import json

import pytest

from lading.errors import SettingsError
from lading.service import quality
from lading.service.prepare import PrepareOrder, prepare_file
from lading.service.progress import Silence
from lading.service.sync import plan

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


MANY = "external_id,email,country,ads\n" + "".join(
    f"{line}\n" for line in (
        "c-1,a@example.com,DE,GRANTED", "c-1,a@example.com,DE,GRANTED", "c-1,b@example.com,DE,", "c-2,x@example.com,DE,DENIED",
        "c-2,x@example.com,DE,GRANTED", "c-3,not at all,DE,GRANTED", "c-4,d@example.com,,", "c-5,e@example.com,CH,",
    )
)  # fmt: skip


def test_a_file_is_judged_as_a_sync_would_find_it(tmp_path):
    (tmp_path / "in.csv").write_text(MANY)
    order = PrepareOrder(
        source=tmp_path / "in.csv", out=tmp_path / "out.parquet", report=tmp_path / "q.json", country="US",
        consent=("amzn_user_data=ads",),
    )  # fmt: skip
    prepare_file(order, Silence())
    made = json.loads((tmp_path / "q.json").read_text())
    assert made["people"] == {"people": 3, "merged": 1, "duplicate": 1, "too_many_sets": 0}
    assert made["rejected"] == {"consent_denied": 1, "consent_denied_elsewhere": 1, "no_identifier": 1}
    assert made["accepted"] == 5
    assert made["country_defaulted"] == 1
    by = {one["country"]: one for one in made["countries"]}
    assert (by["DE"]["rows"], by["DE"]["no_consent"], by["DE"]["denied"]) == (3, 1, 2)
    assert (by["CH"]["matched_by_amazon"], made["unfindable"]) == (False, 1)
    examples = {one["code"]: one["examples"] for one in made["reasons"]}
    assert examples["no_identifier"] == [{"row": 6, "column": "email", "masked": "n***"}]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in.csv", "out.parquet", "out.rejections.parquet", "q.json",
    ]  # fmt: skip


@pytest.mark.parametrize("choice", ["ads", "=ads", "amzn_user_data=", "tfc=ads", "tcf=adz"])
def test_a_wrong_column_of_consent_is_refused(tmp_path, choice):
    (tmp_path / "in.csv").write_text(MANY)
    order = PrepareOrder(source=tmp_path / "in.csv", out=tmp_path / "out.parquet", consent=(choice,))
    with pytest.raises(SettingsError):
        prepare_file(order, Silence())


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


def test_a_run_warns_of_people_who_are_harder_to_match(shop):
    (shop.folder / "lading.yaml").write_text(
        (shop.folder / "lading.yaml").read_text().replace(", country: US}", "}")
        + "    consent: {required: never}\n    guards: {max_unknown_countries: 100%}\n"
    )
    lines = [f"c-1,somebody{number}@shop.example,US" for number in range(101)]
    lines += ["c-2,b@shop.example,CH", "c-3,c@shop.example,", "c-4,d@shop.example,Narnia"]
    (shop.folder / "customers.csv").write_text("customer_id,email,country\n" + "\n".join(lines) + "\n")
    wanted = {"country_assumed": 2, "country_not_matched": 1, "too_many_sets": 1}
    with shop.parts() as parts:
        assert plan(parts, "customers").explained.warnings == wanted
    report = shop.apply()
    assert {one.code: one.count for one in report.warnings} == wanted
    assert any("more than 100 identifier sets" in line for line in report.lines())
    with shop.parts() as parts:
        found = quality.of_run(parts, report.run)
    assert found.people.too_many_sets == 1
    assert {one.code for one in found.advice} >= {"too_many_sets", "country_assumed", "country_not_matched"}


def test_a_run_warns_where_the_country_is_only_assumed(shop):
    shop.write(
        {
            "c-1": {"email": "a@shop.example", "country": ""},
            "c-2": {"email": "b@shop.example", "country": "US"},
        }
    )
    with shop.parts() as parts:
        assert plan(parts, "customers").explained.warnings == {"country_defaulted": 1}


def test_a_country_that_changed_is_sent_again(shop):
    people = {
        "c-1": {"email": "a@shop.example", "country": "US"},
        "c-2": {"email": "b@shop.example", "country": "CA"},
    }
    shop.write(people)
    shop.apply()
    people["c-1"]["country"] = "Canada"
    people["c-2"]["country"] = "ca"
    shop.write(people)
    report = shop.apply()
    assert (report.books.changed, report.books.unchanged) == (1, 1)
    shop.members()
    assert {one["externalUserId"]: one["country"] for one in shop.sandbox.members(shop.audience_id)} == {
        "c-1": "CA", "c-2": "CA",
    }  # fmt: skip
