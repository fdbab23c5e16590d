"""Values as real lists have them, and worse: the words of every country's list between all that may part them, numbers in many
spellings, and dirt. The same ones at each run."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Final

from lading.model.countries import MATCHED
from lading.prepare.tables.states import STATES
from lading.prepare.tables.words import DEFAULT_WORDS, DOTTED, WORDS

LANDS: Final = [*sorted(MATCHED), "CH", None]

_NAMES: Final = [
    "Renée",
    "MÜLLER",
    "O'Dowd",
    "Łucja",
    "Groß",
    "İpek",
    "ısmaıl",
    "太郎",
    "मीनाक्षी",
    "d’Arc",
    "St. Cloud",
    "New York",
    "Köln",
    "3rd",
]
_PARTS: Final = [" "] * 6 + [
    "",
    "",
    ", ",
    ",",
    ". ",
    ".",
    "-",
    " - ",
    "/",
    "#",
    " #",
    "(",
    ") ",
    "[",
    "!",
    " c/o ",
    "C/O",
    "'",
    "\u00a0",
    "##",
    "–",
]
_NUMBERS: Final = [
    "12",
    "7",
    "33-A",
    "4-6",
    "1-2-3",
    "1--A",
    "-B",
    "5-",
    "½",
    "1/2",
    "٣-C",
    "②-B",
    "3º",
    "#9",
    "APT#9",
    "9#1#2",
    "12bis",
    "340",
]
_PHONES: Final = [
    "{n}", "0{n}", "+{c}{n}", "00{c}{n}", "{c}{n}", "+{c} (0){n}", "+{c}0{n}", "011{c}{n}", "(0{n})", "{n}.0", "{c}{n}.0", "tel:{n}",
    "+{n}", "{n} ext 5", "+{c} {n} x12", "{n} / 17", "{n}/{n}", "(00{c}){n}", "1.{n}E11", "++{c}{n}", "'+{c}{n}", "0 {n}",
]  # fmt: skip
_EMAILS: Final = [
    "{a}@{d}", "{a}+{a}@{d}", "Jo {a} <{a}@{d}>", "mailto:{a}@{d}?subject=x", "[{a}](mailto:{a}@{d})", "{a}@{d}, {a}@{d}", "{a} @ {d}", "{a}@@{d}",
    "{a}@", "@{d}", "{a}(at){d}", "<{a}> {a}@{d}", "{a}@{d} <{a}>", "{a}＠{d}", "MAILTO:<{a}@{d}>", "{a}",
]  # fmt: skip
_POSTAL: Final = [
    "{5}", "{5}-{4}", "{4}", "{9}", "{3} {3}", "{7}", "〒{3}-{4}", "k1a 0b{1}", "EC1A-{1}BB", "W1a {1}aa", "{5} CEDEX {2}", "D-{5}", "{4} ab", "{2}-{3}",
    "{5}.0", "{4}.0", "GIR 0AA", "{8}",
]  # fmt: skip
_SIGNS: Final = " .,-'/#@_+()<>\u00a0\u200b\u202e\u2066\u0301\u0308ßẞİıſÅéüø٣１½😀\x00\x1c\t\nAz0"

_Draw = Callable[[random.Random, str | None], str]


def cells(field: str, many: int) -> list[tuple[str, str | None]]:
    """So many different values of a field, each with the country of its row."""
    # The seed is the field's name, so that a failure is met again.
    chance = random.Random(field)
    drawn: dict[tuple[str, str | None], None] = {}
    while len(drawn) < many:
        land = chance.choice(LANDS)
        drawn[_dirty(chance, _DRAW[field](chance, land)), land] = None
    return list(drawn)


def _dirty(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return chance.choice([
        text, text, text, text.upper(), text.lower(), f" {text}\t", f'"{text}"', unicodedata.normalize("NFD", text),
        text[:at] + chance.choice(_SIGNS) + text[at:], text[:at] + text[at + 1 :], text[:at] + chr(chance.randrange(32, 0xD7FF)) + text[at:],
        "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    ])  # fmt: skip


def _digits(chance: random.Random, many: int) -> str:
    return "".join(chance.choices("0123456789", k=many))


def _name(chance: random.Random, _: str | None) -> str:
    return chance.choice(["", "-", " "]).join(chance.choices(_NAMES, k=2))


def _address(chance: random.Random, land: str | None) -> str:
    words = [*WORDS.get(land or "", DEFAULT_WORDS), *DOTTED.get(land or "", ())]
    drawn = [
        chance.choice(chance.choice([words, words, _NUMBERS, _NAMES])) for _ in range(chance.randrange(1, 7))
    ]
    cased = [chance.choice([word, word.title(), word.lower()]) for word in drawn]
    return "".join(word + chance.choice(_PARTS) for word in cased)


def _state(chance: random.Random, land: str | None) -> str:
    names = STATES.get(land or "", STATES["US"])
    name = chance.choice(list(names))
    at = chance.randrange(len(name))
    coded = f"{land}{chance.choice(['-', '_', ' ', ' – '])}{names[name]}"
    parted = name[:at] + chance.choice([" ", "-", "'", "\u0301", "Ç"]) + name[at:]
    return chance.choice(
        [name, name.title(), parted, parted.lower(), names[name], coded, coded.lower(), chance.choice(_NAMES)]
    )


def _phone(chance: random.Random, _: str | None) -> str:
    code = chance.choice(["1", "44", "49", "33", "39", "34", "91", "81", "52", "61", "971"])
    digits = chance.choice("123456789") + _digits(chance, chance.randrange(5, 12))
    at = chance.randrange(1, len(digits))
    national = digits[:at] + chance.choice(["", "", " ", "-", ".", "/", " / "]) + digits[at:]
    return chance.choice(_PHONES).format(n=national, c=code)


def _email(chance: random.Random, _: str | None) -> str:
    name = chance.choice(["jo.doe", "jo_doe", "JO", "o'dowd", "jürgen", "a b", "用户"])
    return chance.choice(_EMAILS).format(
        a=name, d=chance.choice(["example.com", "Gmail.com", "münchen.example", "x.yz"])
    )


def _postal(chance: random.Random, _: str | None) -> str:
    form = chance.choice(_POSTAL)
    for many in range(1, 10):
        form = form.replace(f"{{{many}}}", _digits(chance, many))
    return form


_DRAW: Final[dict[str, _Draw]] = {
    "email": _email, "phone": _phone, "first_name": _name, "last_name": _name, "address": _address, "city": _name, "state": _state,
    "postal": _postal,
}  # fmt: skip
