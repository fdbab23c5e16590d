"""Quality is counted right, batch by batch, and holds no value of the list."""

import hashlib
import json
from dataclasses import replace

import polars as pl

from lading.model.frames import REJECTIONS, ROW
from lading.prepare.mapping import resolve
from lading.prepare.quality import add, tally, turned_away
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare
from lading.report.list_quality import People
from lading.report.quality import quality
from lading.report.quality_page import page
from lading.report.rejections import reasons

PEOPLE = [
    # id, email, phone, first name, city, country, amzn_user_data
    ("c-1", "anna@shop.example", "", "Anna", "Köln", "DE", ""),
    ("c-2", "no address", "", "Renée", "Paris", "FR", "GRANTED"),
    ("c-3", "9eceb13483d7f187ec014fd6d4854d1420cfc634328af85f51d0323ba8622e21", "", "", "", "US", ""),
    ("c-4", "bob@shop.example", "12", "太郎", "", "US", ""),
    ("", "nobody@shop.example", "", "", "", "US", ""),
    ("c-6", "n/a", "", "Zoe", "Bern", "CH", ""),
]
NAMES = ("external_id", "email", "phone", "first_name", "city", "country", "amzn_user_data")
NO_BAD_ROWS = pl.DataFrame(schema=REJECTIONS)


def rows(people=PEOPLE, first=1):
    frame = pl.DataFrame(people, schema=NAMES, orient="row")
    return frame.with_row_index(ROW, first).with_columns(pl.col(ROW).cast(pl.UInt64))


RECIPE = Recipe(mapping=resolve(NAMES, None))


def counted(frame, bad=NO_BAD_ROWS):
    return tally(frame, prepare(frame, RECIPE), RECIPE, bad)


def found():
    return quality(counted(rows()))


def field(name):
    return next(one for one in found().fields if one.field == name)


def test_every_row_is_found_weakly_found_lost_or_rejected():
    made = found()
    assert (made.rows, made.accepted, dict(made.rejected)) == (6, 5, {"external_id_missing": 1})
    assert (made.findable, made.weakly_findable, made.unfindable) == (3, 1, 1)


def test_filled_is_valid_and_emptied():
    email = field("email")
    assert (email.filled, email.valid, email.hashed, dict(email.emptied)) == (4, 3, 1, {"email_invalid": 1})
    phone = field("phone")
    assert (phone.filled, phone.valid, dict(phone.emptied)) == (1, 0, {"phone_invalid": 1})


def test_what_was_changed_with_loss_is_valid_all_the_same():
    first = field("first_name")
    assert (first.filled, first.valid) == (4, 3)
    assert dict(first.lossy) == {"letters_deleted": 1}
    assert dict(first.emptied) == {"nothing_left": 1}


def test_countries_say_who_lacks_consent_and_whom_amazon_does_not_match():
    by = {one.country: one for one in found().countries}
    assert (by["DE"].needs_consent, by["DE"].no_consent) == (True, 1)
    assert (by["FR"].needs_consent, by["FR"].no_consent) == (True, 0)
    assert (by["CH"].matched_by_amazon, by["CH"].rows) == (False, 1)


CONSENTS = [
    ("c-1", "a@shop.example", "", "", "", "DE", "GRANTED"),
    ("c-2", "b@shop.example", "", "", "", "DE", "DENIED"),
    ("c-3", "c@shop.example", "", "", "", "DE", ""),
    ("c-4", "d@shop.example", "", "", "", "FR", "ja"),
    ("c-5", "e@shop.example", "", "", "", "US", ""),
    ("c-6", "f@shop.example", "", "", "", "US", "DENIED"),
    ("c-7", "g@shop.example", "", "", "", "", ""),
]


def test_consent_is_told_by_country_whether_it_is_asked_for_or_not():
    for required in ("uk_eea", "never"):
        recipe = replace(RECIPE, consent=required)
        made = quality(tally(rows(CONSENTS), prepare(rows(CONSENTS), recipe), recipe, NO_BAD_ROWS))
        by = {one.country: (one.no_consent, one.denied, one.needs_consent) for one in made.countries}
        assert by == {"DE": (1, 1, True), "FR": (1, 0, True), "US": (0, 1, False), "": (1, 0, True)}
        assert made.accepted + sum(made.rejected.values()) == made.rows == 7
        advice = {one.code: one.count for one in made.advice}
        assert advice["no_consent"] == 3
        assert advice["consent_denied"] == 2
        assert made.accepted == (2 if required == "uk_eea" else 5)


def test_rows_of_somebody_who_denies_elsewhere_are_taken_off_their_country():
    late = turned_away(pl.Series(["DE", None]), "consent_denied_elsewhere")
    made = quality(add([counted(rows([CONSENTS[0], CONSENTS[6]])), late]))
    assert (made.rows, made.accepted, dict(made.rejected)) == (2, 0, {"consent_denied_elsewhere": 2})
    assert {one.country: (one.rows, one.denied) for one in made.countries} == {"DE": (0, 1), "": (0, 1)}


def test_each_country_has_its_fields():
    by = {one.country: {field.field: field for field in one.fields} for one in found().countries}
    assert (by["DE"]["email"].filled, by["DE"]["email"].valid) == (1, 1)
    assert (by["FR"]["email"].filled, by["FR"]["email"].valid) == (1, 0)
    assert dict(by["FR"]["first_name"].lossy) == {"letters_deleted": 1}
    for one in found().fields:
        assert one.filled == sum(fields[one.field].filled for fields in by.values() if one.field in fields)


def test_a_country_that_is_only_assumed_is_told():
    recipe = replace(RECIPE, default_country="US")
    people = [("c-1", "a@shop.example", "", "", "", land, "") for land in ("DE", "", " ", "n/a", "Narnia")]
    made = quality(tally(rows(people), prepare(rows(people), recipe), recipe, NO_BAD_ROWS))
    assert {one.code: one.count for one in made.advice}["country_defaulted"] == made.country_defaulted == 3
    without = replace(recipe, mapping=resolve(("external_id", "email"), None))
    made = quality(tally(rows(people), prepare(rows(people), without), without, NO_BAD_ROWS))
    assert made.country_defaulted == 5
    assert found().country_defaulted == 0


def test_no_country_at_all_is_told():
    made = quality(counted(rows([("c-1", "a@shop.example", "", "", "", "", "")])))
    assert {one.code for one in made.advice} >= {"no_country", "no_consent"}
    assert (made.findable, made.unfindable) == (0, 1)


def test_people_with_too_many_sets_and_many_duplicates_are_told():
    people = People(people=2, merged=1, duplicate=2, too_many_sets=1)
    made = quality(counted(rows()), people=people)
    assert {"too_many_sets", "many_duplicates"} <= {one.code for one in made.advice}
    assert "2  people; 1 rows add to one, 2 are duplicates" in "\n".join(made.lines())


def test_examples_are_masked_in_every_form():
    done = prepare(rows(), RECIPE)
    made = quality(counted(rows()), reasons=reasons(pl.concat([done.findings, done.rejections]).lazy()))
    texts = (page(made, "list"), "\n".join(made.lines()), json.dumps(made.as_dict()))
    for text in texts:
        assert "n***" in text
        assert "no address" not in text


def test_a_rejected_row_counts_by_its_reason_alone():
    made = quality(counted(rows([("c-1", "no address", "", "", "", "US", "")])))
    assert (dict(made.rejected), made.fields) == ({"no_identifier": 1}, ())


def test_advice_names_what_stands_out():
    codes = [one.code for one in found().advice]
    assert {"email_invalid", "phone_invalid", "no_consent", "country_not_matched", "half_hashed"} <= set(
        codes
    )


def test_phones_without_a_country_are_counted_before_anything_is_sent():
    made = quality(
        counted(
            rows(
                [
                    ("c-1", "a@shop.example", "0151 23456789", "", "", "", ""),
                    ("c-2", "@", "+1 415 555 0160", "", "", "", ""),
                ]
            )
        )
    )
    assert {one.code: one.count for one in made.advice}.items() >= {
        "phone_no_country": 1,
        "email_invalid": 1,
    }.items()


def test_a_list_without_strong_identifiers_is_told_so():
    recipe = Recipe(mapping=resolve(("external_id", "first_name", "city", "country"), None))
    frame = rows()
    made = quality(tally(frame, prepare(frame, recipe), recipe, NO_BAD_ROWS))
    assert made.advice[0].code == "no_strong_field"


def test_what_was_hashed_twice_and_what_is_in_clear_among_hashes_has_its_advice():
    twice = hashlib.sha256(hashlib.sha256(b"smith").hexdigest().encode()).hexdigest()
    frame = pl.DataFrame(
        {"row": [1], "external_id": ["c-1"], "hashed_email": ["a@shop.example"], "last_name": [twice]},
        schema_overrides={"row": pl.UInt64},
    )
    recipe = Recipe(mapping=resolve(frame.columns, None), default_country="US")
    made = quality(tally(frame, prepare(frame, recipe), recipe, NO_BAD_ROWS))
    assert {one.code: one.count for one in made.advice}.items() >= {
        "hashed_twice": 1,
        "clear_in_hashed_column": 1,
    }.items()


def test_batches_add_up():
    halves = [counted(rows(PEOPLE[:3])), counted(rows(PEOPLE[3:], first=4))]
    assert add(halves).equals(counted(rows()))


def test_rows_that_were_no_rows_count_as_read_and_rejected():
    bad = pl.DataFrame([(7, "wrong_number_of_cells")], schema=[ROW, "code"], orient="row")
    made = quality(counted(rows(), bad))
    assert (made.rows, made.rejected["wrong_number_of_cells"]) == (7, 1)


def test_an_empty_list_has_a_quality():
    made = quality(add([]))
    assert (made.rows, made.fields, made.countries) == (0, (), ())
    assert "<html" in page(made, "nothing")


def test_no_value_of_the_list_is_in_the_report():
    text = page(found(), "list") + "\n".join(found().lines()) + str(found().as_dict())
    for value in ("anna", "shop.example", "Renée", "Köln", "c-1", "9eceb13"):
        assert value not in text


def test_the_title_is_text_and_no_markup():
    assert "<b>" not in page(found(), "<b>list</b>")
