"""Amazon's forms, value by value. The answers are those that Amazon's own tool and AWS's uploader give."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from amc_sandbox.people import normal_forms

COLUMNS = (*normal_forms.IDENTIFIERS, "work_email", "country")

FORMS = [
    ("email", "US", " UPPER_Under@Mail.Example ", "upper_under@mail.example"),
    ("email", "US", "rue+news@mail.example", "ruenews@mail.example"),
    ("email", "US", "Rue Oak <Rue@mail.example>", "rue@mail.example"),
    ("email", "US", "mailto:rue@mail.example", "rue@mail.example"),
    ("email", "US", "rue@mail.example\N{NO-BREAK SPACE}", "rue@mail.example"),
    ("email", "US", "rue@@mail.example", None),
    ("email", "US", "@mail.example", None),
    ("email", "US", "rue", None),
    ("first_name", "DE", "Jörg-Groß", "joerggross"),
    ("first_name", "FR", "Renée", "rene"),
    ("first_name", "FR", "Rene\u0301e", "rene"),
    ("first_name", "US", "  Tamsin ", "tamsin"),
    ("last_name", "GB", "O'Dowd", "odowd"),
    ("last_name", "JP", "太田", None),
    ("city", "DE", "München", "mnchen"),
    ("city", "DE", "Mu\u0308nchen", "mnchen"),
    ("city", "US", "St. Louis ", "stlouis"),
    ("address", "US", "12 West Oak Street", "12woakst"),
    ("address", "US", "12 Oak St.", "12oakst"),
    ("address", "US", "12 Oak Street, Apartment 4", "12oakstapt4"),
    ("address", "US", "12 Oak Ave\nApt 4", "12oakaveapt4"),
    ("address", "US", "#9 Oak Trail", "number9oaktrl"),
    ("address", "GB", "Flat 3, 14 Elm Road", "flat314elmrd"),
    ("address", "GB", "9 Elm Cl", "9elmclose"),
    ("address", "DE", "Lindenstraße 12", "lindenstrasse12"),
    ("address", "DE", "Lindenstr. 12", "lindenstr12"),
    ("address", "DE", "Mühlenweg 4-6", "mühlenweg4-6"),
    ("address", "FR", "45 avenue de l'Écluse", "45avedel'écluse"),
    ("address", "ES", "C/ del Olivo 14", "calledelolivo14"),
    ("address", "ES", "Avda. San Martín 3", "avenidasanmartín3"),
    ("address", "IT", "V.le San Rocco 4/A", "vialesanrocco4/a"),
    ("address", "IT", "P.zza dei Mille 1", "piazzadeimille1"),
    ("address", "JP", "Sakuragaoka 1-2-3", "sakuragaoka1-2-3"),
    ("address", "IN", "Flat 12, 4 Neem Road", "flat124neemrd"),
    ("state", "US", "California", "ca"),
    ("state", "US", "N.Y.", "ny"),
    ("state", "US", "tx", "tx"),
    ("state", "CA", "Québec", "qc"),
    ("state", "ES", "Madrid", "m"),
    ("state", "IT", "L'Aquila", "aq"),
    ("state", "IT", "Roma", "ro"),
    ("state", "IT", "Rome", "rm"),
    ("state", "ES", "Cádiz", "ca"),
    ("state", "US", "Cádiz", "cd"),
    ("state", "JP", "Tokyo", "to"),
    ("postal", "US", "94107-1234", "94107"),
    ("postal", "US", "2139", None),
    ("postal", "CA", "k1a 0b1", "K1A0B1"),
    ("postal", "CA", "K1A", None),
    ("postal", "GB", "ec1a 1bb", "EC1A1BB"),
    ("postal", "GB", "EC1A", None),
    ("postal", "DE", "D-80331", "80331"),
    ("postal", "JP", "１５０-０００１", "1500001"),
    ("postal", "IN", "400 001", "400001"),
    ("phone", "US", "(415) 555-0142", "14155550142"),
    ("phone", "US", "+1 415 555 0150 x7", "14155550150"),
    ("phone", "US", "14155550142", "14155550142"),
    ("phone", "US", "555-0142", None),
    ("phone", "US", "call me", None),
    ("phone", "GB", "01134 960123", "441134960123"),
    ("phone", "GB", "+44 (0)1134 960123", "441134960123"),
    ("phone", "DE", "492214710483", "492214710483"),
    ("phone", "DE", "+33 6 39 98 12 34", "33639981234"),
    ("phone", "FR", "0033639981234", "33639981234"),
    ("phone", "JP", "０６０-0123-4567", "816001234567"),
    ("phone", "IN", "tel:+916601234567", "916601234567"),
    ("phone", "US", "00 33 639981234", "33639981234"),
    ("phone", None, "0170 1234567", None),
    ("phone", None, "+49 221 4710483", "492214710483"),
]


def _people(field: str, country: str | None, value: str | None) -> pl.DataFrame:
    return pl.DataFrame([{field: value, "country": country}], schema=dict.fromkeys(COLUMNS, pl.String))


@pytest.mark.parametrize(("field", "country", "clear", "normal"), FORMS)
def test_form(field: str, country: str | None, clear: str, normal: str | None) -> None:
    assert normal_forms.normal(_people(field, country, clear)).item(0, field) == normal


@pytest.mark.parametrize("field", COLUMNS[:-1])
@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_nothing_stays_nothing_and_is_never_hashed(field: str, nothing: str | None) -> None:
    assert normal_forms.hashed(_people(field, "US", nothing)).item(0, field) is None


def test_the_hash_is_sha256_of_the_form_in_utf8() -> None:
    hashed = normal_forms.hashed(_people("address", "DE", "Am Königsteich 9")).item(0, "address")
    assert hashed == hashlib.sha256("amkönigsteich9".encode()).hexdigest()


def test_the_order_of_the_people_is_kept() -> None:
    mixed = pl.DataFrame(
        {"country": ["US", "DE", "US"], "first_name": ["A", "B", "C"]},
    ).with_columns(
        pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in {"country", "first_name"}
    )
    assert normal_forms.normal(mixed)["first_name"].to_list() == ["a", "b", "c"]
