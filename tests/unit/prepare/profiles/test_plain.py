"""Every profile's columnar path against the same rules said plainly, one value at a time, for any text, field and country."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Final

import drawnkit
import phonenumbers
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lading.model.countries import MATCHED
from lading.model.identifiers import HASH_OF_NOTHING, IDENTIFIERS
from lading.prepare.hashing import hashed
from lading.prepare.normalize import phone_library
from lading.prepare.options import Options
from lading.prepare.profiles import PROFILES
from lading.prepare.profiles.amc import amc
from lading.prepare.tables import entity_resolution as er
from lading.prepare.tables.states import AMAZON, STATES
from lading.prepare.tables.words import DEFAULT_WORDS, DOTTED, WORDS

NINE: Final = ["US", "CA", "GB", "DE", "FR", "ES", "IT", "IN", "JP"]
UMLAUTS: Final = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae"})
Plain = Callable[[str, str | None], str | None]


def only(signs: str, text: str) -> str:
    return re.sub(f"[^{signs}]", "", text)


# Amazon Marketing Cloud, the default.

INVISIBLE: Final = {*range(9), *range(0xE, 0x1C), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF}  # fmt: skip


def clean(value: str, form: str) -> str:
    seen = "".join(sign for sign in value if ord(sign) not in INVISIBLE)
    text = unicodedata.normalize(form, seen)
    if form == "NFKC":
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return trim(text)


#: The white space that Unicode knows; Python's `strip` takes four separators more.
BLANKS: Final = "".join(
    sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign not in "\x1c\x1d\x1e\x1f"
)


def trim(text: str) -> str:
    return text.strip(BLANKS)


def amc_email(value: str, _: str | None) -> str | None:
    text = clean(value, "NFC").lower()
    if inside := re.search("<([^<>]*@[^<>]*)>", text):
        text = trim(inside[1])
    elif re.search("<[^<>]*>", text):
        return None
    if start := re.search(r"mailto:([^?]*)", text):
        text = start[1]
    kept = only("a-z0-9_.@-", text)
    foreign = any(sign.isalpha() and not "a" <= sign <= "z" for sign in text)
    return kept if not foreign and re.fullmatch("[^@]+@[^@]+", kept) else None


def amc_phone(value: str, country: str | None) -> str | None:
    number = clean(value, "NFKC").removeprefix("tel:")
    whole = re.fullmatch(r"(\+?[0-9]{4,})\.0", number)
    return phone_library.normalize(whole[1] if whole else number, country)


def amc_name(value: str, _: str | None) -> str:
    return only("a-z0-9", clean(value, "NFC").lower().translate(UMLAUTS))


def amc_city(value: str, _: str | None) -> str:
    return only("a-z0-9", clean(value, "NFC").lower())


def amc_address(value: str, country: str | None) -> str:
    upper = re.sub(r"\bC/O\b", " ", clean(value, "NFC").upper())
    dotted, tokens = DOTTED.get(country or "", {}), []
    for at, token in enumerate(re.split(r"[,!()\[\]{}\s]+", upper.strip())):
        via = country == "IT" and token == "V." and at == 0
        short, dot, rest = token.partition(".")
        if short + dot in dotted and re.match(r"[^\W_]{2}", rest):
            tokens += [dotted[short + dot], *rest.split(".")]
        else:
            tokens += ["VIA"] if via else dotted.get(token, token).split(".")
    known, out = WORDS.get(country or "", DEFAULT_WORDS), ""
    tokens = [token for token in tokens if token]
    for at in range(len(tokens)):
        number, _, rest = tokens[at].rpartition("-")
        if number.isnumeric() and rest and not rest.isnumeric():
            tokens[at : at + 1] = [number, rest]
    for token in tokens:
        out += "".join(known.get(word, word) for word in re.split("(#)", token))
    return out.lower()


def fold(text: str) -> str:
    parted = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.category(sign).startswith("M")
    )
    return parted.translate(str.maketrans({"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ı": "i", "ł": "l", "Ł": "L"}))  # fmt: skip


def amc_state(value: str, country: str | None) -> str:
    upper = clean(value, "NFC").upper()
    if (code := re.fullmatch("([A-Z]{2}) ?[-_ \u2010-\u2015] ?([A-Z]{1,3})", upper)) and code[1] == country:
        upper = code[2]
    letters, known = only("A-Z", upper), STATES.get(country or "", {})
    found = known.get(only("A-Z", fold(upper).upper())) or known.get(letters)
    return (found or (letters if len(clean(value, "NFC")) <= 2 else letters[:2])).lower()


AMC_POSTAL: Final = {
    "CA": ("0-9A-Z", 6, "([A-Z][0-9]){3}"),
    "GB": ("0-9A-Z", 7, "([A-Z]{1,2}[0-9]{2,3}|[A-Z]{1,2}[0-9][A-Z][0-9])[A-Z]{2}"),
    "IN": ("0-9", 6, "[0-9]{6}"),
    "JP": ("0-9", 7, "[0-9]{7}"),
    **dict.fromkeys(("US", "DE", "FR", "ES", "IT"), ("0-9", 5, "[0-9]{5}")),
}


ELSEWHERE: Final = {
    "AU": ("0-9", 64, "[0-9]{4}"),
    "BE": ("0-9", 64, "[1-9][0-9]{3}"),
    "BR": ("0-9", 64, "[0-9]{8}"),
    "EG": ("0-9", 64, "[0-9]{5}([0-9]{2})?"),
    "NL": ("0-9A-Z", 64, "[1-9][0-9]{3}[A-Z]{2}"),
    "SA": ("0-9", 5, "[0-9]{5}"),
    "SE": ("0-9", 64, "[1-9][0-9]{4}"),
    "SG": ("0-9", 64, "[0-9]{6}"),
    **dict.fromkeys(("MX", "PL", "TR"), ("0-9", 64, "[0-9]{5}")),
}


def amc_postal(value: str, country: str | None) -> str | None:
    signs, length, form = (AMC_POSTAL | ELSEWHERE).get(
        country or "", ("0-9A-Z", 64, "[A-Z]{0,4}[0-9][0-9A-Z]{2,9}")
    )
    text = re.sub(r"^([0-9]+)\.0$", r"\1", clean(value, "NFKC"))
    ascii_ = "".join(sign for sign in text if sign < "\x80")
    kept = only(signs, ascii_.upper())[:length]
    return kept if re.fullmatch(form, kept) else None


# AWS's uploader.


def strict_email(value: str, _: str | None) -> str | None:
    kept = re.sub(r"[^\w.@-]", "", value.lower())
    return kept if re.match("[^@]+@[^@]", kept) else None


def strict_phone(value: str, _: str | None) -> str | None:
    try:
        number = phonenumbers.parse(value if value.startswith("+") else "+" + value, None)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:] if possible else None


def strict_address(value: str, country: str | None) -> str:
    words = [word for word in re.split(r"\bC/O\b|[,!()\[\]{}.\s]", value.strip().upper()) if word]
    for at in range(len(words)):
        number, _, rest = words[at].rpartition("-")
        if number.isnumeric() and rest and not rest.isnumeric():
            words[at : at + 1] = [number, rest]
    for start in range(len(words)):
        at = start
        for hit in re.finditer("([A-Z]*)#([0-9A-Z/-]*)", words[start]):
            if parts := [part for part in hit.groups() if part]:
                found = (
                    [hit[1], "#", hit[2]] if len(parts) > 1 else (["#", hit[2]] if hit[2] else [hit[1], "#"])
                )
                words[at : at + 1] = found
                at += len(found) - 1
    known = WORDS.get(country or "", DEFAULT_WORDS)
    return "".join(word if word == "BOULEVARD" else known.get(word, word) for word in words).lower()


def strict_state(value: str, country: str | None) -> str:
    letters = only("A-Z", value.upper())
    found = AMAZON.get(country or "", {}).get(letters)
    return (found or (letters[:2] if len(value) > 2 else letters)).lower()


def strict_postal(value: str, country: str | None) -> str | None:
    if country == "IN":
        kept = re.sub(r"[^\d]", "", value)[:6]
        return kept if len(kept) == 6 else None
    signs, length, form = AMC_POSTAL[country or ""]
    lower = {"CA": "0-9A-Za-z", "GB": "0-9A-Za-z"}
    kept = only(lower.get(country or "", signs), value)[:length]
    return kept if re.fullmatch(form, kept, re.IGNORECASE) else None


def strict(rule: Plain) -> Plain:
    def of(value: str, country: str | None) -> str | None:
        if country is None:
            return value
        return rule(value, country) if country in NINE else None

    return of


# AWS Entity Resolution.

JAVA_BLANKS: Final = "".join(map(chr, range(33)))


def java(value: str) -> str:
    return value.strip(JAVA_BLANKS).lower()


def folded(text: str) -> str:
    return unicodedata.normalize("NFD", text.replace("å", "aa"))


def er_email(value: str, _: str | None) -> str:
    text = folded(java(value))
    _before, _, after = text.partition("<")
    text = after.split(">")[0] if ">" in after else text
    return only("a-zA-Z0-9_.@-", re.sub(r"[ \t\n\v\f\r]", "", text.lower()).replace("(at)", "@"))


def er_phone(value: str, country: str | None) -> str | None:
    digits = only("0-9", value)
    if country in {"US", None}:
        try:
            number = phonenumbers.parse(digits, "US")
        except phonenumbers.NumberParseException:
            number = None
        if number and phonenumbers.is_valid_number(number):
            digits = str(number.national_number)
    bare = digits.lstrip("0") or digits
    code = er.CALLING_CODES.get(country or "", "")
    return (bare if bare.startswith(code) else code + bare) if digits else None


def er_address(value: str, country: str | None) -> str:
    own = er.BY_COUNTRY.get(country or "", {})

    def put(text: str, known: dict[str, str]) -> str:
        return " ".join(known.get(word, word) for word in text.split(" "))

    text = put(put(java(value), er.DEFAULT), own)
    text = re.sub(r"[,.\[\]/-]", " ", text).replace("#", " number ")
    text = folded(put(put(text, er.DIRECTIONS), er.NUMBERS).translate(UMLAUTS))
    return only("a-zA-Z0-9", put(put(text, er.DEFAULT), own))


def er_state(value: str, _: str | None) -> str:
    text = only("a-zA-Z0-9", folded(java(value).translate(UMLAUTS)))
    for name, code in er.STATES.items():
        text = text.replace(name, code)
    return text


# Segment.


def standard(value: str, _: str | None) -> str:
    return only("a-z0-9", value.lower())


SEGMENT: Final[dict[str, Plain]] = {
    "email": lambda value, _: only("a-z0-9.@-", value.lower()),
    "phone": lambda value, _: only("0-9", value),
    **dict.fromkeys(("first_name", "last_name", "address", "city", "state", "postal"), standard),
}

PLAIN: Final[dict[str, dict[str, Plain]]] = {
    "amc": {
        "email": amc_email, "phone": amc_phone, "first_name": amc_name, "last_name": amc_name,
        "address": amc_address, "city": amc_city, "state": amc_state, "postal": amc_postal,
    },
    "aws-strict": {
        "email": strict(strict_email), "phone": strict(strict_phone), "address": strict(strict_address),
        "first_name": strict(lambda value, _: only("a-z0-9", value.lower().translate(UMLAUTS))),
        "last_name": strict(lambda value, _: only("a-z0-9", value.lower().translate(UMLAUTS))),
        "city": strict(standard), "state": strict(strict_state), "postal": strict(strict_postal),
    },
    "entity-resolution": {
        "email": er_email, "phone": er_phone, "address": er_address, "state": er_state,
        "first_name": lambda value, _: only("a-zA-Z", folded(java(value))),
        "last_name": lambda value, _: only("a-zA-Z", folded(java(value))),
        "city": lambda value, _: only("a-zA-Z0-9", folded(java(value))),
        "postal": lambda value, _: only("a-zA-Z0-9", java(value).split("-")[0]),
    },
    "segment": SEGMENT,
}  # fmt: skip


#: Letters that Python's Unicode does not know yet have no upper and lower case here.
SIGNS: Final = st.characters(exclude_categories=("Cs", "Cn"))
PIECES: Final = st.sampled_from([
    " ", "  ", ",", ".", "-", "#", "/", "@", "<", ">", "c/o", "C/O ", "mailto:", "tel:", "+", "00", "0", "+49", "+1 ", "(", ")", "(at)",
    "12", "33-A", "4-6", "apt#9", "#1#2", "West", "street", "Str.", "Avda.", "V. ", "V.le", "P.zza ", "Plaza", "no", "so", "number",
    "Boulevard", "bouled", "key", "mdw", "Renée", "MÜLLER", "Straße", "ẞ", "İ", "ı", "ſ", "Å", "å", "ø", "Québec", "Québec",
    "West Virginia", "new\xa0york", "Île-de-France", "US-CA", "DE-BY", "jo@x.yz", "a+b@x", "_", "K1A 0B1", "ec1a 1bb", "94107", "٣",
    "１", "½", "²", "三", "弐", "拾-B", "\u200b", "\u202e", "\xa0", "\x1c", "\x00", "\t", "\n", "💐", "ﬁ", "Ω", "̈", "東京", "415-555-0160", "07700 900468", "ext 5",
])  # fmt: skip
TEXTS: Final = st.one_of(
    st.text(SIGNS, max_size=14),
    st.lists(st.one_of(PIECES, st.text(SIGNS, max_size=2)), max_size=6).map("".join),
)
CELLS: Final = st.lists(
    st.tuples(TEXTS, st.sampled_from([None, *sorted(MATCHED), "CH", "ZZ", "AQ"])), min_size=1, max_size=30
)


#: Values that each field, profile and country is asked for at every run.
EVERYWHERE: Final = [
    "Jörg Ø'Neil-Müller", "jo.doe+x@Example.com", "Jo <jo_d@x.yz>", "c/o Ana, 12-B Calle Mayor #3 7-C", "Avda. V.le Boulevard 33-A 4-B",
    "+44 (0)20 7946 0018", "0065 9123 4567", "011+442079460018", "0412 345 678 x9", "１２３４５", "94107-1234", "1012 ab", "K1A 0B1",
    "New York", "US-CA", "US_CA", "DE BY", "ALBERàTA", "4930123456.0", "2139.0", "4.91511E12", "98765 43216 / 17", "030/1234567",
    "jo@x.yz <Jo>", "[jo@x.yz](mailto:jo@x.yz)", "Avda.San Martín 3", "C.Mayor C.C. 5", "Québec", "ß", "bß", "東京", "\u202eמשה\u200b", "💐", "\ufeff\xa0", "e\u0301", "---", "\x1c", "x\x00",
]  # fmt: skip


#: The profile "amc" with phones that keep their plus.
PLUS: Final = "amc+phone-plus"
RULES: Final = {**PROFILES, PLUS: amc(Options(phone_plus="keep"))}


def plus_phone(value: str, country: str | None) -> str | None:
    number = amc_phone(value, country)
    return f"+{number}" if number else None


PLAIN[PLUS] = {**PLAIN["amc"], "phone": plus_phone}


def got(profile: str, field: str, cells: list[tuple[str, str | None]]) -> list[str | None]:
    values = pl.Series([value for value, _ in cells], dtype=pl.String)
    lands = pl.Series([land for _, land in cells], dtype=pl.String)
    done: pl.Series = hashed(values, lands, RULES[profile].rules[field], frozenset())["hash"]
    return done.to_list()


def wanted(profile: str, field: str, value: str, land: str | None) -> str | None:
    blank = trim(value) == "" or (profile in {"amc", PLUS} and clean(value, "NFC") == "")
    text = None if blank else PLAIN[profile][field](value, land)
    return hashlib.sha256(text.encode()).hexdigest() if text else None


@pytest.mark.parametrize(
    ("profile", "field"), [*((one, field) for one in PROFILES for field in IDENTIFIERS), (PLUS, "phone")]
)
@settings(max_examples=25, deadline=None)
@given(cells=CELLS)
@example(cells=[(value, land) for value in EVERYWHERE for land in (None, *sorted(MATCHED))])
@example(
    cells=[
        ("ßß", "US"),
        ("14 Willow Rd #1 #2", "US"),
        ("9#1#2", "US"),
        ("1-A 2-B 3-C", "FR"),
        ("c/o Rhys, 8 X", "GB"),
    ]
)
def test_columns_say_what_the_plain_rules_say(
    profile: str, field: str, cells: list[tuple[str, str | None]]
) -> None:
    said = dict(zip(cells, got(profile, field, cells), strict=True))
    assert said == {cell: wanted(profile, field, *cell) for cell in cells}
    assert HASH_OF_NOTHING not in said.values()


@pytest.mark.parametrize(
    ("profile", "field"), [*((one, field) for one in PROFILES for field in IDENTIFIERS), (PLUS, "phone")]
)
def test_columns_say_so_of_values_as_lists_have_them(profile: str, field: str) -> None:
    cells = drawnkit.cells(field, 4000)
    said = dict(zip(cells, got(profile, field, cells), strict=True))
    wrong = [(cell, hash_) for cell, hash_ in said.items() if hash_ != wanted(profile, field, *cell)]
    assert wrong == []
    assert HASH_OF_NOTHING not in said.values()


#: Rules whose text, normalized again, is the same text: not so where a code could be taken for a name or a number for a local one.
STABLE: Final = [
    (profile, field)
    for profile in PROFILES
    for field in IDENTIFIERS
    if field in {"email", "first_name", "last_name", "city", "postal"} and (profile, field) != ("entity-resolution", "email")
]  # fmt: skip


@pytest.mark.parametrize(("profile", "field"), STABLE)
@settings(max_examples=30, deadline=None)
@given(value=TEXTS, land=st.sampled_from(NINE))
def test_normalizing_twice_is_normalizing_once(profile: str, field: str, value: str, land: str) -> None:
    text = PLAIN[profile][field](value, land)
    if text:
        assert got(profile, field, [(text, land)]) == [hashlib.sha256(text.encode()).hexdigest()]
