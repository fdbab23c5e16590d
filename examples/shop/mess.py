"""The mess of real customer files: for each column, the spellings that people and systems have for one clean value."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from amc_sandbox.people.names import JAPANESE_FAMILY, JAPANESE_GIVEN
from amc_sandbox.people.places import STATE_NAMES

Person = Mapping[str, str | None]
#: Another spelling of a clean value; the same value where the spelling does not fit the person.
Spell = Callable[[str, Person, random.Random], str]


class Style(NamedTuple):
    """One way to write a column, and how often in a thousand."""

    name: str
    weight: int
    spell: Spell


PLACEHOLDERS: Final = ("n/a", "-", "NULL", "unknown", "N/A", "none")
NO_BREAK: Final = "\N{NO-BREAK SPACE}"

#: Country -> calling code, what stands before a national number at home, and how its digits are grouped.
_DIALLING: Final = {
    "US": ("1", "", (3, 3)), "CA": ("1", "", (3, 3)), "GB": ("44", "0", (4,)), "DE": ("49", "0", (3,)),
    "FR": ("33", "0", (1, 2, 2, 2)), "ES": ("34", "", (3, 2, 2)), "IT": ("39", "", (3, 3)), "IN": ("91", "0", (5,)),
    "JP": ("81", "0", (2, 4)),
}  # fmt: skip

#: Country -> how customers and clerks write it.
COUNTRY_SPELLINGS: Final = {
    "US": ("USA", "United States", "us", "U.S.A."), "CA": ("Canada", "ca", "CAN"),
    "GB": ("UK", "United Kingdom", "gb", "Great Britain"), "DE": ("Germany", "Deutschland", "de"),
    "FR": ("France", "fr", "FRA"), "ES": ("Spain", "España", "es"), "IT": ("Italy", "Italia", "it"),
    "IN": ("India", "in"), "JP": ("Japan", "jp", "日本"),
}  # fmt: skip

#: How a clerk shortens an address.
_SHORT: Final = {
    "Street": "St.", "Avenue": "Ave", "Road": "Rd.", "Lane": "Ln", "Drive": "Dr.", "Court": "Ct", "Circle": "Cir",
    "Place": "Pl", "Terrace": "Ter", "Trail": "Trl", "Parkway": "Pkwy", "Close": "Cl", "Square": "Sq",
    "straße": "str.", "avenue": "ave", "Calle": "C/", "Avenida": "Avda.", "Viale": "V.le", "Piazza": "P.zza",
}  # fmt: skip


def _plain(text: str, _: Person, __: random.Random) -> str:
    return text


def _always(change: Callable[[str], str]) -> Spell:
    return lambda text, _, __: change(text)


def _only(countries: str, spell: Spell) -> Spell:
    return lambda text, person, rng: (
        spell(text, person, rng) if str(person["country"]) in countries.split() else text
    )


def _blank(_: str, __: Person, ___: random.Random) -> str:
    return ""


def _placeholder(_: str, __: Person, rng: random.Random) -> str:
    return rng.choice(PLACEHOLDERS)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _padded(text: str, _: Person, rng: random.Random) -> str:
    return rng.choice((f"{text} ", f"  {text}", f"{text}\t", f" {text}  "))


def sha256(text: str) -> str:
    """What another system of the shop has hashed already."""
    return hashlib.sha256(text.encode()).hexdigest()


# e-mail


def _displayed(text: str, person: Person, _: random.Random) -> str:
    return f"{person['first_name']} {person['last_name']} <{text}>"


def _tagged(text: str, _: Person, rng: random.Random) -> str:
    return text.replace("@", rng.choice(("+shop@", "+news@", "+orders@")))


def _broken(text: str, _: Person, rng: random.Random) -> str:
    return rng.choice(
        (text.replace("@", " at "), text.replace("@", "@@"), text.replace("@", ""), text[text.index("@") :])
    )


# telephone; what comes in is E.164 with "+"


def _national(text: str, person: Person) -> str:
    code, _, groups = _DIALLING[str(person["country"])]
    rest, parts = text.removeprefix(f"+{code}"), []
    for size in groups:
        parts, rest = [*parts, rest[:size]], rest[size:]
    return " ".join([*parts, rest])


def _at_home(text: str, person: Person, _: random.Random) -> str:
    if person["country"] in {"US", "CA"}:
        area, exchange, line = _national(text, person).split()
        return f"({area}) {exchange}-{line}"
    return _DIALLING[str(person["country"])][1] + _national(text, person)


def _at_home_digits(text: str, person: Person, _: random.Random) -> str:
    code, trunk, _groups = _DIALLING[str(person["country"])]
    return trunk + text.removeprefix(f"+{code}")


def _spaced(text: str, person: Person, _: random.Random) -> str:
    return f"+{_DIALLING[str(person['country'])][0]} {_national(text, person)}"


def _zero_in_brackets(text: str, person: Person, _: random.Random) -> str:
    return f"+{_DIALLING[str(person['country'])][0]} (0){_national(text, person)}"


def _dotted(text: str, person: Person, _: random.Random) -> str:
    return _DIALLING[str(person["country"])][1] + _national(text, person).replace(" ", ".")


def _extended(text: str, person: Person, rng: random.Random) -> str:
    return f"{_spaced(text, person, rng)} {rng.choice(('ext.', 'x', 'ext'))} {rng.randint(2, 99)}"


def _no_number(_: str, __: Person, rng: random.Random) -> str:
    return rng.choice(("call me", "12345", "0000", "see e-mail"))


# names and places


def _shortened(text: str, _: Person, __: random.Random) -> str:
    return re.sub(
        "|".join(rf"(?:\b|(?<=[a-zö])){word}\b" for word in _SHORT), lambda hit: _SHORT[hit[0]], text
    )


def _two_lines(text: str, _: Person, __: random.Random) -> str:
    return text.replace(" Apt ", "\nApt ").replace(", ", ",\n")


def _with_comma(text: str, _: Person, __: random.Random) -> str:
    return text.replace(" Apt ", ", Apartment ")


def _state_name(text: str, person: Person, _: random.Random) -> str:
    return STATE_NAMES.get(str(person["country"]), {}).get(text, text)


def _state_dotted(text: str, person: Person, _: random.Random) -> str:
    return ".".join(text) + "." if person["country"] in {"US", "CA"} and len(text) == 2 else text


def _plus_four(text: str, _: Person, rng: random.Random) -> str:
    return f"{text}-{rng.randint(1, 9999):04}"


def _country_spelled(text: str, _: Person, rng: random.Random) -> str:
    return rng.choice(COUNTRY_SPELLINGS[text])


_NAME_STYLES: Final = (
    Style("as it is", 740, _plain),
    Style("upper case", 60, _always(str.upper)),
    Style("lower case", 40, _always(str.lower)),
    Style("accents decomposed (NFD)", 50, _always(_decomposed)),
    Style("accents lost", 30, _always(_unaccented)),
    Style("padded", 30, _padded),
    Style("placeholder", 10, _placeholder),
    Style("blank", 40, _blank),
)

#: Column -> its styles.
STYLES: Final[dict[str, tuple[Style, ...]]] = {
    "email": (
        Style("as it is", 660, _plain),
        Style("upper case", 60, _always(str.upper)),
        Style("capitals", 40, _always(str.title)),
        Style("Name <a@b>", 30, _displayed),
        Style("mailto:", 10, _always(lambda text: f"mailto:{text}")),
        Style("plus tag", 25, _tagged),
        Style("padded", 40, _padded),
        Style("no-break space", 10, _always(lambda text: text + NO_BREAK)),
        Style("hashed already", 25, _always(sha256)),
        Style("hashed, upper case", 10, _always(lambda text: sha256(text).upper())),
        Style("hashed, padded", 10, _always(lambda text: f" {sha256(text)}  ")),
        Style("broken", 20, _broken),
        Style("placeholder", 15, _placeholder),
        Style("blank", 45, _blank),
    ),
    "mobile": (
        Style("E.164", 200, _plain),
        Style("international, spaced", 150, _spaced),
        Style("national", 250, _at_home),
        Style("national, digits only", 90, _at_home_digits),
        Style("international without +", 50, _always(lambda text: text[1:])),
        Style("00 in front", 30, _only("GB DE FR ES IT IN", _always(lambda text: "00" + text[1:]))),
        Style("(0)", 30, _only("GB DE FR", _zero_in_brackets)),
        Style("extension", 15, _extended),
        Style("tel:", 15, _always(lambda text: f"tel:{text}")),
        Style("dots", 25, _dotted),
        Style("full-width digits", 60, _only("JP", _always(_full_width))),
        Style("padded", 20, _padded),
        Style("hashed already", 15, _always(lambda text: sha256(text[1:]))),
        Style("no number", 10, _no_number),
        Style("placeholder", 10, _placeholder),
        Style("blank", 30, _blank),
    ),
    "first_name": _NAME_STYLES,
    "last_name": _NAME_STYLES,
    "address": (
        Style("as it is", 590, _plain),
        Style("shortened", 150, _shortened),
        Style("upper case", 60, _always(str.upper)),
        Style("comma in the cell", 40, _with_comma),
        Style("newline in the cell", 40, _two_lines),
        Style("accents decomposed (NFD)", 20, _always(_decomposed)),
        Style("padded", 20, _padded),
        Style("placeholder", 10, _placeholder),
        Style("blank", 70, _blank),
    ),
    "city": (
        Style("as it is", 800, _plain),
        Style("upper case", 70, _always(str.upper)),
        Style("accents decomposed (NFD)", 30, _always(_decomposed)),
        Style("padded", 30, _padded),
        Style("blank", 70, _blank),
    ),
    "state": (
        Style("code", 500, _plain),
        Style("name", 350, _state_name),
        Style("lower case", 50, _always(str.lower)),
        Style("dotted", 30, _state_dotted),
        Style("blank", 70, _blank),
    ),
    "postal": (
        Style("as it is", 680, _plain),
        Style("ZIP+4", 100, _only("US", _plus_four)),
        Style("leading zero lost", 50, _only("US DE FR ES IT", _always(lambda text: text.lstrip("0")))),
        Style("lower case", 30, _only("GB CA", _always(str.lower))),
        Style("blanks lost", 40, _always(lambda text: text.replace(" ", ""))),
        Style(
            "country in front",
            20,
            _only("DE FR", lambda text, person, _: f"{str(person['country'])[0]}-{text}"),
        ),
        Style("full-width digits", 20, _only("JP", _always(_full_width))),
        Style("placeholder", 10, _placeholder),
        Style("blank", 50, _blank),
    ),
    "country": (
        Style("code", 780, _plain),
        Style("spelled otherwise", 190, _country_spelled),
        Style("blank", 30, _blank),
    ),
}


def in_kanji(person: Person) -> dict[str, str]:
    """A Japanese person's names as the person writes them."""
    given, family = str(person["first_name"]), str(person["last_name"])
    return {"first_name": JAPANESE_GIVEN[given], "last_name": JAPANESE_FAMILY[family]}


def tcf(rng: random.Random) -> str:
    """A TC string (IAB TCF 2) that grants the first purposes to Amazon, vendor 793; the shape of IAB's specification."""
    moment = 16_990_000_000 + rng.randrange(400_000_000)
    fields = (
        (2, 6), (moment, 36), (moment, 36), (7, 12), (1, 12), (0, 6), (4, 6), (13, 6), (48, 12), (4, 6), (1, 1), (0, 1),
        (0, 12), (0b1111 << 20, 24), (0, 24), (0, 1), (3, 6), (4, 6), (793, 16), (1, 1), (1, 12), (0, 1), (793, 16),
        (0, 16), (0, 1), (0, 12),
    )  # fmt: skip
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    whole = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return base64.urlsafe_b64encode(int(whole, 2).to_bytes(len(whole) // 8, "big")).decode().rstrip("=")
