"""Each rule by its cases: value, country, the text that is hashed, the finding."""

from __future__ import annotations

import polars as pl
import pytest

from lading.prepare.profiles import AMC
from lading.prepare.text import clean

Case = tuple[str, str | None, str | None, str | None]

EMAIL: list[Case] = [
    (" Jo.Doe@Example.COM ", None, "jo.doe@example.com", None),
    ("quill_ferro@x.yz", None, "quill_ferro@x.yz", None),
    ("a+b@x.yz", None, "ab@x.yz", None),
    ("Tilda <t@x.yz>", None, "t@x.yz", None),
    ("mailto:t@x.yz?subject=Hi", None, "t@x.yz", None),
    ("<mailto:T@x.yz>", None, "t@x.yz", None),
    ("t @ x.yz", None, "t@x.yz", None),
    ("[t@x.yz](mailto:t@x.yz)", None, "t@x.yz", None),
    ("Tilda <3 <t@x.yz>", None, "t@x.yz", None),
    ("t@x.yz <Tilda>", None, None, "email_invalid"),
    ("nobody", None, None, "email_invalid"),
    ("@x.yz", None, None, "email_invalid"),
    ("a@", None, None, "email_invalid"),
    ("+@x.yz", None, None, "email_invalid"),
    ("a@b@c", None, None, "email_invalid"),
    ("a@x.yz, b@x.yz", None, None, "email_invalid"),
    ("jürgen@x.yz", None, None, "email_non_ascii"),
    ("a@例え.jp", None, None, "email_non_ascii"),
]
PHONE: list[Case] = [
    ("415-555-0160", "US", "14155550160", None),
    ("(415) 555-0160", "US", "14155550160", None),
    ("9155550168", "US", "19155550168", None),
    ("+1 415 555 0160 x7", "US", "14155550160", None),
    ("1-800-FLOWERS", "US", "18003569377", None),
    (" tel:+1-415-555-0160", "US", "14155550160", None),
    ("07700 900468", "GB", "447700900468", None),
    ("+44 (0)20 7946 0018", "GB", "442079460018", None),
    ("0044 20 7946 0018", "US", "442079460018", None),
    ("011 44 20 7946 0018", "US", "442079460018", None),
    ("011+442079460018", "CA", "442079460018", None),
    ("00 +44 20 7946 0018", None, "442079460018", None),
    ("030 1234567+12", "DE", None, "phone_invalid"),
    ("14155550142.0", "US", "14155550142", None),
    ("4930123456.0", "DE", "4930123456", None),
    ("4.915112345678E12", "DE", None, "phone_invalid"),
    ("1.41556E+10", "US", None, "phone_invalid"),
    ("98765 43216 / 17", "IN", None, "phone_invalid"),
    ("+4930 12345 / +4930 12346", None, None, "phone_invalid"),
    ("030/1234567", "DE", "49301234567", None),
    ("415/555/0160", "US", "14155550160", None),
    ("0065 9123 4567", "SG", "6591234567", None),
    ("001 44 20 7946 0018", "SG", "442079460018", None),
    ("0044 20 7946 0018", "BR", "442079460018", None),
    ("0021 44 20 7946 0018", "BR", "442079460018", None),
    ("0011 44 20 7946 0018", "AU", "442079460018", None),
    ("+44 20 7946 0018", None, "442079460018", None),
    ("0044 20 7946 0018", None, "442079460018", None),
    ("030 1234567", "DE", "49301234567", None),
    ("06 12 34 56 78", "FR", "33612345678", None),
    ("612 345 678", "ES", "34612345678", None),
    ("06 1234 5678", "IT", "390612345678", None),
    ("098765 43216", "IN", "919876543216", None),
    ("9187545673", "IN", "919187545673", None),
    ("03-1234-5678", "JP", "81312345678", None),
    ("０３－１２３４－５６７８", "JP", "81312345678", None),
    ("٠١٠٠١٢٣٤٥٦٧", "EG", "201001234567", None),
    ("0412 345 678", "AU", "61412345678", None),
    ("044 668 18 00", "CH", "41446681800", None),
    ("415-555-0160", None, None, "phone_no_country"),
    ("415-555-0160", "AQ", None, "phone_no_country"),
    ("555-0171", "US", None, "phone_invalid"),
    ("12", "US", None, "phone_invalid"),
    ("ask me", "US", None, "phone_invalid"),
]
NAME: list[Case] = [
    ("Müller", None, "mueller", None),
    ("Großmann", None, "grossmann", None),
    ("Ørsted", None, "orsted", None),
    ("O'Dowd-Jones 3rd", None, "odowdjones3rd", None),
    ("Renée", None, "rene", "letters_deleted"),
    ("Rene\u0301e", None, "rene", "letters_deleted"),
    ("Łucja", None, "ucja", "letters_deleted"),
    ("太郎", None, None, "nothing_left"),
    ("---x", None, "x", None),
    ("''", None, None, "nothing_left"),
]
CITY: list[Case] = [
    ("New York", None, "newyork", None),
    ("29 Palms", None, "29palms", None),
    ("München", None, "mnchen", "letters_deleted"),
    ("東京", None, None, "nothing_left"),
]
STATE: list[Case] = [
    ("New York", "US", "ny", None),
    ("ny", "US", "ny", None),
    ("US-CA", "US", "ca", None),
    ("US_CA", "US", "ca", None),
    ("us – ca", "US", "ca", None),
    ("US CA", "DE", "us", "state_cut"),
    ("TEXÁS", "US", "tx", None),
    ("ALSÇACE", "FR", "aa", None),
    ("District of Columbia", "US", "dc", None),
    ("Washington, D.C.", "US", "dc", None),
    ("Puerto Rico", "US", "pr", None),
    ("Armed Forces Europe", "US", "ae", None),
    ("Virgin Islands, U.S.", "US", "vi", None),
    ("Armed Forces the Americas", "US", "aa", None),
    ("Kansas City", "US", "ka", "state_cut"),
    ("bß", "DE", "bss", "state_cut"),
    ("Québec", "CA", "qc", None),
    ("Baden-Württemberg", "DE", "bw", None),
    ("DE-BY", "DE", "by", None),
    ("Bayern", "DE", "ba", "state_cut"),
    ("Île-de-France", "FR", "if", None),
    ("Málaga", "ES", "ma", None),
    ("Madrid", "ES", "m", None),
    ("Rome", "IT", "rm", None),
    ("England", "GB", "en", None),
    ("GB-ENG", "GB", "en", None),
    ("Kerala", "IN", "ke", None),
    ("Tōkyō", "JP", "tk", None),
    ("New South Wales", "AU", "ne", None),
    ("東京都", "JP", None, "nothing_left"),
]
POSTAL: list[Case] = [
    ("94107-1234", "US", "94107", None),
    ("02139", "US", "02139", None),
    ("2139", "US", None, "postal_invalid"),
    ("2139.0", "US", None, "postal_invalid"),
    ("94107.0", "US", "94107", None),
    ("k1a 0b1", "CA", "K1A0B1", None),
    ("ec1a 1bb", "GB", "EC1A1BB", None),
    ("EC1A", "GB", None, "postal_invalid"),
    ("ß1 1AA", "GB", None, "postal_invalid"),
    ("101155", "DE", "10115", "postal_cut"),
    ("69401 CEDEX 03", "FR", "69401", None),
    ("PIN 400001", "IN", "400001", None),
    ("〒150-0001", "JP", "1500001", None),
    ("１５０－０００１", "JP", "1500001", None),
    ("1012 ab", "NL", "1012AB", None),
    ("00-950", "PL", "00950", None),
    ("2000", "AU", "2000", None),
    ("nowhere", "AU", None, "postal_invalid"),
    ("94107", None, "94107", None),
]
ADDRESS: list[Case] = [
    ("12 West Main Street", "US", "12wmainst", None),
    ("1 Ocean Boulevard", "US", "1oceanblvd", None),
    ("1 Ocean Boulevard", "CA", "1oceanboulevard", None),
    ("33-A Oak Rd", "US", "33aoakrd", None),
    ("33-35 Oak Rd", "US", "33-35oakrd", None),
    ("1-A 2-B Oak Rd", "US", "1a2boakrd", None),
    ("Flat 33-A, Block 4-B", "IN", "flat33ablock4-b", None),
    ("1-A 2-B 3-C", "FR", "1a2b3-c", None),
    ("14 Willow Rd #1 #2", "US", "14willowrdnumber1number2", None),
    ("9#1#2 Oak", "US", "9number1number2oak", None),
    ("c/o Rhys, 8 Main St.", "US", "rhys8mainst", None),
    ("Flat 3, 14 Brindle Road", "GB", "flat314brindlerd", None),
    ("Avda. San Martín 3", "ES", "avenidasanmartín3", None),
    ("Avda.San Martín 3", "ES", "avenidasanmartín3", None),
    ("Ctra.340", "ES", "carretera340", None),
    ("AV.D.Luis 3", "ES", "avdluis3", None),
    ("C/ Olivo 14", "ES", "calleolivo14", None),
    ("V.le San Rocco 4", "IT", "vialesanrocco4", None),
    ("C.so Garibaldi 1", "IT", "corsogaribaldi1", None),
    ("V. Verdi 3", "IT", "viaverdi3", None),
    ("Via V. Veneto 3", "IT", "viavveneto3", None),
    ("Lindenstr. 12", "DE", "lindenstr12", None),
    ("Lindenstraße 12", "DE", "lindenstrasse12", None),
    ("45 avenue Foch", "FR", "45avefoch", None),
    ("1-2-3 Midorigaoka", "JP", "1-2-3midorigaoka", None),
    ("5 George Street", "AU", "5georgest", None),
    ("14\u200b Willow Road", "US", "14willowrd", None),
    (",.!", "US", None, "nothing_left"),
]
CASES = {
    "email": EMAIL, "phone": PHONE, "first_name": NAME, "last_name": NAME, "city": CITY, "state": STATE, "postal": POSTAL,
    "address": ADDRESS,
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "country", "text", "finding"),
    [(field, *case) for field, cases in CASES.items() for case in cases],
)
def test_the_rule(field: str, value: str, country: str | None, text: str | None, finding: str | None) -> None:
    rule = AMC.rules[field]
    cleaned = clean(pl.Series([value]), rule.form)
    frame = pl.DataFrame({"value": cleaned, "country": pl.Series([country], dtype=pl.String)})
    assert rule.normalize(frame).row(0) == (text, finding)


@pytest.mark.parametrize("field", CASES)
def test_a_rule_keeps_the_order_of_values(field: str) -> None:
    rule = AMC.rules[field]
    cases = [*CASES[field], ("", None, None, None), *reversed(CASES[field])]
    values = clean(pl.Series([case[0] for case in cases]), rule.form)
    countries = pl.Series([case[1] for case in cases], dtype=pl.String)
    done = rule.normalize(pl.DataFrame({"value": values, "country": countries}))
    assert done.rows() == [case[2:] for case in cases]
