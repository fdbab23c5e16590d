"""Amazon's side of hashing: the form into which its own tool brings an identifier before SHA-256.

Each rule is what the outputs of Amazon's AMC file uploader show (9,000 rows in nine countries), and where those are
silent, what AWS's open re-implementation of it does. The word tables hold the words that our people's addresses use
and their usual other spellings; this is a second witness beside a client, not a full client.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import phonenumbers
import polars as pl
import polars_hash as plh

from amc_sandbox.people.places import STATE_NAMES

#: The columns that a person is hashed by.
IDENTIFIERS: Final = ("email", "phone", "first_name", "last_name", "address", "city", "state", "postal")

# Only these letters are spelled out, and only in names; every other accented letter is lost.
_SPELLED_OUT: Final = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae"}

_ENGLISH: Final = {
    "STREET": "ST", "STR": "ST", "AVENUE": "AVE", "ROAD": "RD", "LANE": "LN", "DRIVE": "DR", "COURT": "CT",
    "CIRCLE": "CIR", "PLACE": "PL", "SQUARE": "SQ", "PARKWAY": "PKWY", "PKY": "PKWY",
}  # fmt: skip
_EVERYWHERE: Final = {
    "NUM": "NUMBER", "NO": "NUMBER", "NÚM": "NUMBER", "NÚMERO": "NUMBER", "NUMERO": "NUMBER",
    "NORTH": "N", "SOUTH": "S", "SO": "S", "EAST": "E", "WEST": "W",
}  # fmt: skip
_WORDS: Final[dict[str, dict[str, str]]] = {
    "US": _EVERYWHERE | _ENGLISH | {
        "AV": "AVE", "TERRACE": "TER", "TERR": "TER", "TRAIL": "TRL", "WY": "WAY", "APARTMENT": "APT", "APPT": "APT",
        # Not in our Americans' addresses, but in those of others whose country a file has lost.
        "CRESCENT": "CRES", "FLAT": "FLT", "PRAIRIE": "PR", "FOREST": "FRST", "WELL": "WL",
    },
    "GB": _EVERYWHERE | _ENGLISH | {"SQ": "SQUARE", "CL": "CLOSE", "APARTMENT": "APT"},
    "ES": _EVERYWHERE | _ENGLISH | {"C": "CALLE", "C/": "CALLE", "AVD": "AVENIDA", "AVDA": "AVENIDA", "RDA": "RONDA"},  # codespell:ignore calle
    "IT": _EVERYWHERE | _ENGLISH | {"VLE": "VIALE", "PZA": "PIAZZA", "PZZA": "PIAZZA", "CSO": "CORSO"},
    "FR": _EVERYWHERE | {"CHE": "CHEMIN", "IMP": "IMPASSE"} | _ENGLISH,
}  # fmt: skip
# Abbreviations whose own dots would cut them to pieces.
_DOTTED: Final[dict[str, dict[str, str]]] = {
    "ES": {"AVDA.": "AVENIDA ", "AVD.": "AVENIDA ", "AV.": "AVENIDA ", "CL.": "CALLE ", "C.": "CALLE "},  # codespell:ignore calle
    "IT": {"V.LE ": "VIALE ", "P.ZZA ": "PIAZZA ", "P.ZA ": "PIAZZA ", "C.SO ": "CORSO "},
}  # fmt: skip

# Amazon's tables know Italy's provinces by their English names; the others of ours are the same in English, or begin
# with their code.
_KNOWN_AS: Final = {"Roma": "Rome"}

# Country -> how many of which characters a postal code has; five digits where none is named.
_POSTAL: Final = {
    "CA": (r"[^A-Z0-9]", 6, r"^[A-Z]\d[A-Z]\d[A-Z]\d$"),
    "GB": (r"[^A-Z0-9]", 7, r"^[A-Z]{1,2}\d[A-Z0-9]?\d[A-Z]{2}$"),
    "IN": (r"[^0-9]", 6, r"^\d{6}$"),
    "JP": (r"[^0-9]", 7, r"^\d{7}$"),
}
_FIVE_DIGITS: Final = (r"[^0-9]", 5, r"^\d{5}$")


def normal(people: pl.DataFrame) -> pl.DataFrame:
    """The people with each identifier in Amazon's form; null where nothing is left of it. Needs `country`."""
    parts = [
        _normal(part, part.item(0, "country"))
        for part in people.with_row_index("_row").partition_by("country")
    ]
    return pl.concat(parts).sort("_row").drop("_row") if parts else people


def hashed(people: pl.DataFrame) -> pl.DataFrame:
    """The people with each identifier as the SHA-256 of Amazon's form, 64 lower-case hex digits."""
    return normal(people).with_columns(
        plh.col(name).chash.sha2_256() for name in (*IDENTIFIERS, "work_email") if name in people.columns
    )


def _normal(part: pl.DataFrame, country: str | None) -> pl.DataFrame:
    place = country or ""
    rules = {
        "email": _email(pl.col("email")),
        "work_email": _email(pl.col("work_email")),
        "first_name": _name(pl.col("first_name")),
        "last_name": _name(pl.col("last_name")),
        "address": _address(pl.col("address"), place),
        "city": _city(pl.col("city")),
        "state": _state(pl.col("state"), place),
        "postal": _postal(pl.col("postal"), place),
    }
    filled = {name: _none_if_empty(rule).alias(name) for name, rule in rules.items() if name in part.columns}
    return part.with_columns(*filled.values(), _phone(part["phone"], place))


def _none_if_empty(rule: pl.Expr) -> pl.Expr:
    return pl.when(rule != "").then(rule)


def _email(text: pl.Expr) -> pl.Expr:
    inside = (
        text.str.extract(r"<([^<>]*)>").fill_null(text).str.to_lowercase().str.replace(r"^\s*mailto:", "")
    )
    kept = inside.str.replace_all(r"[^a-z0-9_.@-]", "")
    return pl.when(kept.str.contains(r"^[^@]+@[^@]+$")).then(kept)


def _name(text: pl.Expr) -> pl.Expr:
    lower = text.str.normalize("NFC").str.to_lowercase()
    spelled = lower.str.replace_many(list(_SPELLED_OUT), list(_SPELLED_OUT.values()))
    return spelled.str.replace_all(r"[^a-z0-9]", "")


def _city(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFC").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")


def _address(text: pl.Expr, country: str) -> pl.Expr:
    upper = text.str.normalize("NFC").str.to_uppercase().str.strip_chars() + " "
    for dotted, whole in _DOTTED.get(country, {}).items():
        upper = upper.str.replace_all(rf"\b{dotted.replace('.', '[.]')}", whole)
    apart = upper.str.replace_all(r"(\d)-(\D)", "$1 $2").str.replace_all("#", " NUMBER ", literal=True)
    tokens = apart.str.replace_all(r"[\s,!(){}\[\].]+", " ").str.split(" ")
    words = _WORDS.get(country, _EVERYWHERE | _ENGLISH)
    return tokens.list.eval(pl.element().replace(words)).list.join("").str.to_lowercase()


def _state(text: pl.Expr, country: str) -> pl.Expr:
    folded = text.str.normalize("NFD").str.to_uppercase().str.replace_all(r"[^A-Z]", "")
    bare = text.str.normalize("NFC").str.to_uppercase().str.replace_all(r"[^A-Z]", "")
    codes = {_letters(_KNOWN_AS.get(name, name)): code for code, name in STATE_NAMES.get(country, {}).items()}
    known = folded.replace_strict(codes, default=None, return_dtype=pl.String)
    # A name that the tables do not hold is cut to two letters, and accented ones are lost before.
    return pl.coalesce(known, bare.str.slice(0, 2)).str.to_lowercase()


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name).upper() if "A" <= c <= "Z")


def _postal(text: pl.Expr, country: str) -> pl.Expr:
    # Upper case: all 535 British codes of Amazon's samples are hashed in capitals.
    strip, length, pattern = _POSTAL.get(country, _FIVE_DIGITS)
    kept = text.str.normalize("NFKC").str.to_uppercase().str.replace_all(strip, "").str.slice(0, length)
    return pl.when(kept.str.contains(pattern)).then(kept)


def _phone(numbers: pl.Series, country: str) -> pl.Series:
    """E.164 digits without `+`. Numbers that are in E.164 already take the short way, as all of the population's do."""
    short = numbers.str.extract(r"^\+([1-9]\d{7,14})$")
    rest = numbers.filter(short.is_null() & numbers.is_not_null()).unique()
    parsed = [_international(number, country) for number in rest]
    found = numbers.replace_strict(
        rest, pl.Series(parsed, dtype=pl.String), default=None, return_dtype=pl.String
    )
    return pl.select(pl.coalesce(short, found)).to_series().alias("phone")


def _international(number: str, country: str) -> str | None:
    text = unicodedata.normalize("NFKC", number).strip()
    # A number may stand without its "+": the library alone would take many for long German ones.
    if text.startswith("00"):
        return _digits(f"+{text[2:]}", country, must_exist=False)
    code = str(phonenumbers.country_code_for_region(country))
    whole = _digits(f"+{text}", country, must_exist=True) if text.startswith(code) else None
    return whole or _digits(text, country, must_exist=False)


def _digits(text: str, country: str, *, must_exist: bool) -> str | None:
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    possible = (
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    )
    if not possible or (must_exist and not phonenumbers.is_valid_number(parsed)):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
