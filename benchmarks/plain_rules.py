"""What most people would write: pandas, a function for each field, `hashlib`. The rules are those of the profile "amc".

It is a peer for `benchmarks/prepare.py`, which checks that its hashes are ours. Patterns and tables are made once, and country
names are remembered; everything else is done value by value.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from pathlib import Path

import pandas as pd

from lading.model.identifiers import HASH_OF_NOTHING
from lading.prepare.normalize import country as countries
from lading.prepare.normalize import phone_library
from lading.prepare.normalize.postal import rule_of
from lading.prepare.profiles.amc import PLACEHOLDERS
from lading.prepare.tables.states import STATES
from lading.prepare.tables.words import DEFAULT_WORDS, DOTTED, WORDS
from lading.prepare.text import CONTROLS

BLANKS = "".join(one for one in map(chr, range(0x3001)) if one.isspace() and one not in "\x1c\x1d\x1e\x1f")
INVISIBLE = re.compile(
    "[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff" + re.escape("".join(CONTROLS)) + "]"
)
HASH = re.compile(r"""[\s"']*([0-9a-fA-F]{64})[\s"']*""")
OTHER_HASH = re.compile(r"""[\s"']*(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{63}|[0-9a-fA-F]{65}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})[\s"']*""")  # fmt: skip
UMLAUTS = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae"})
LETTERS = str.maketrans({"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ı": "i", "ł": "l", "Ł": "L"})  # fmt: skip


def clean(value: str, form: str) -> str:
    text = value.strip(BLANKS)
    if text.isascii():
        return text
    text = unicodedata.normalize(form, INVISIBLE.sub("", text)).strip(BLANKS)
    return "".join(str(unicodedata.decimal(one, one)) for one in text) if form == "NFKC" else text


def email(text: str, _: str | None) -> str | None:
    text = text.lower()
    if inside := re.search("<([^<>]*@[^<>]*)>", text):
        text = inside[1].strip(BLANKS)
    if start := re.match(r"mailto:([^?]*)", text):
        text = start[1]
    kept = re.sub("[^a-z0-9_.@-]", "", text)
    foreign = not text.isascii() and any(one.isalpha() and not one.isascii() for one in text)
    return kept if not foreign and re.fullmatch("[^@]+@[^@]+", kept) else None


def phone(text: str, country: str | None) -> str | None:
    return phone_library.normalize(text.removeprefix("tel:"), country)


def name(text: str, _: str | None) -> str:
    return re.sub("[^a-z0-9]", "", text.lower().translate(UMLAUTS))


def city(text: str, _: str | None) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def address(text: str, country: str | None) -> str:
    upper = re.sub(r"\bC/O\b", " ", text.upper())
    dotted, known, out = DOTTED.get(country or "", {}), WORDS.get(country or "", DEFAULT_WORDS), []
    for at, token in enumerate(re.split(r"[,!()\[\]{}\s]+", upper.strip())):
        via = country == "IT" and token == "V." and at == 0
        for word in ["VIA"] if via else dotted.get(token, token).split("."):
            number, dash, rest = word.rpartition("-")
            split = dash and number.isnumeric() and rest and not rest.isnumeric()
            for part in [number, rest] if split else [word]:
                out += [known.get(one, one) for one in re.split("(#)", part)]
    return "".join(out).lower()


def state(text: str, country: str | None) -> str:
    upper = text.upper()
    if (code := re.fullmatch("([A-Z]{2})-([A-Z]{1,3})", upper)) and code[1] == country:
        upper = code[2]
    letters = "".join(one for one in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(one))
    folded = re.sub("[^A-Z]", "", letters.translate(LETTERS).upper())
    return (STATES.get(country or "", {}).get(folded) or re.sub("[^A-Z]", "", upper)[:2]).lower()


def postal(text: str, country: str | None) -> str | None:
    rule = rule_of(country)
    kept = re.sub(rule.deleted, "", text.upper())[: rule.length]
    return kept if re.search(rule.pattern, kept) else None


RULES = {"email": email, "phone": phone, "first_name": name, "last_name": name, "address": address, "city": city, "state": state, "postal": postal}  # fmt: skip


def hashed(field: str, value: str | None, country: str | None) -> str | None:
    """The hash of one value, by the rules; a hash that comes in is kept."""
    text = clean(value, "NFKC" if field in {"phone", "postal"} else "NFC") if isinstance(value, str) else ""
    if not text or text.lower() in PLACEHOLDERS or OTHER_HASH.fullmatch(text):
        return None
    if ready := HASH.fullmatch(text):
        return None if ready[1].lower() == HASH_OF_NOTHING else ready[1].lower()
    normal = RULES[field](text, country)
    return hashlib.sha256(normal.encode()).hexdigest() if normal else None


@cache
def country_of(value: str) -> str | None:
    text = clean(value, "NFC")
    return countries.code(text) if text and text.lower() not in PLACEHOLDERS else None


def prepare(clear: Path, out: Path, columns: dict[str, str], country: str) -> int:
    """Hash the `columns` (field -> name) of a Parquet file into another one; the number of rows."""
    frame = pd.read_parquet(clear)
    lands = [country_of(one) if isinstance(one, str) else None for one in frame[country]]
    done = {
        field: [hashed(field, value, land) for value, land in zip(frame[column], lands, strict=True)]
        for field, column in columns.items()
    }
    pd.DataFrame(done).to_parquet(out, compression="zstd")
    return len(frame)
