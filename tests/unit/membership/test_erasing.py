"""People are found in files, and the files written anew without them."""

import polars as pl

from lading.membership import erasing
from lading.membership.erasing import of_asked, of_suppressed, of_values
from lading.membership.files import write_parquet
from lading.model.frames import REJECTIONS
from lading.prepare.suppression import Suppression, marked

KEY = bytes(32)


def records(kit):
    path = kit.records(
        [
            kit.Person("a", ({"email": "a@x"}, {"email": "a2@x", "phone": "1"})),
            kit.Person("b", ({"phone": "1"},)),
            kit.Person("c", ({"email": "c@x"},)),
        ]
    )
    return path, write_ref(path)


def write_ref(path):
    return type("Named", (), {"name": path.name, "sha256": "", "bytes": 0, "rows": 3})()


def hashed(kit, name, text):
    return kit.hashed({name: text})[name]


def test_a_person_is_found_with_all_that_stands_beside_him(kit):
    path, _ = records(kit)
    found = erasing.people([path], of_asked({"external_id": {"a"}, "email": set(), "phone": set()}))
    assert found.ids == {"a"}
    assert found.hashes["email"] == {hashed(kit, "email", "a@x"), hashed(kit, "email", "a2@x")}
    others = erasing.carried_by_others([path], found)
    assert (others["phone"], others["email"]) == ({hashed(kit, "phone", "1")}, set())


def test_an_identifier_finds_everybody_who_carries_it(kit):
    path, _ = records(kit)
    asked = of_asked({"external_id": set(), "email": set(), "phone": {hashed(kit, "phone", "1")}})
    assert erasing.people([path], asked).ids == {"a", "b"}


def test_the_marks_find_the_same_people(kit):
    path, _ = records(kit)
    marks = marked(KEY, "external_id", ["c"]) | marked(KEY, "email", [hashed(kit, "email", "a2@x")])
    assert erasing.people([path], of_suppressed(Suppression(KEY, marks))).ids == {"a", "c"}


def test_a_file_is_written_anew_without_them_and_the_old_one_stays(kit):
    path, file = records(kit)
    gone = []
    fresh = erasing.without(kit.folder, file, of_values("external_id", ["a"]), gone.append)
    assert kit.read(fresh)["external_id"].to_list() == ["b", "c"]
    assert (pl.concat(gone)["external_id"].to_list(), path.exists()) == (["a"], True)
    assert fresh.name.rpartition("-")[0] == file.name.rpartition("-")[0] != ""
    assert pl.read_parquet_schema(kit.folder / fresh.name) == pl.read_parquet_schema(path)


def test_a_file_without_them_is_left_alone(kit):
    _, file = records(kit)
    assert erasing.without(kit.folder, file, of_values("external_id", ["z"])) is None


def test_masks_are_blanked_once(kit):
    row = {"row": 1, "column": "email", "code": "email_invalid", "message": "m", "masked": "a***"}
    file = write_parquet(kit.folder, "findings", pl.DataFrame([row], schema=REJECTIONS), REJECTIONS)
    fresh = erasing.blanked(kit.folder, file, "masked")
    assert kit.read(fresh).to_dicts() == [{**row, "masked": None}]
    assert erasing.blanked(kit.folder, fresh, "masked") is None
