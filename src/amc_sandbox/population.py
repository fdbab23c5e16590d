"""The people whom this Amazon knows: invented, in nine countries, the same for the same size and seed.

The first thousand people of a population of a hundred thousand are the population of a thousand. Nobody here is real:
e-mail lives under the reserved top-level domain `.example`, and telephone numbers are kept free for fiction where a
country does so. Households share an address, most a family name, some an e-mail or a telephone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl
import polars_hash as plh

from amc_sandbox.people import names, phones, places
from amc_sandbox.people.draws import Dice
from amc_sandbox.people.external import external_ids

DEFAULT_SIZE: Final = 100_000
DEFAULT_SEED: Final = 1

#: Country -> its share of the people in percent.
SHARES: Final = {"US": 32, "GB": 12, "DE": 12, "FR": 9, "IT": 8, "CA": 7, "ES": 7, "IN": 7, "JP": 6}

#: What is known of a person, in clear. `work_email` is a second address of the same person.
COLUMNS: Final = (
    "user_id", "email", "work_email", "phone", "first_name", "last_name", "address", "city", "state", "postal", "country",
)  # fmt: skip

# Ten people live in six households, in this order.
_HOUSEHOLDS: Final = (0, 1, 1, 2, 3, 3, 3, 4, 5, 5)
_MAIL: Final = (
    "mail",
    "post",
    "inbox",
    "letterbox",
    "webmail",
    "kurier",
    "correo",
    "courrier",
    "posta",
    "netmail",
)
_COMPANIES: Final = (
    "acorn-works",
    "bluebird",
    "copperfield",
    "dynamo",
    "eastgate",
    "fernhill",
    "globus",
    "harborline",
)
_LOCAL_PARTS: Final = (
    "{given}.{family}",
    "{family}.{given}",
    "{initial}.{family}",
    "{given}-{family}",
    "{given}{family}",
)
_POST_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Population:
    """The people of one seed. Their clear data is invented, so it may be shown."""

    size: int
    seed: int
    #: One row a person, with `COLUMNS`; null where Amazon knows nothing.
    frame: pl.DataFrame = field(repr=False)

    @classmethod
    def build(cls, size: int = DEFAULT_SIZE, seed: int = DEFAULT_SEED) -> Population:
        """The population of this size and seed; about a second for 100,000 people."""
        return cls(size, seed, _people(size, Dice(seed), seed))

    def people(
        self, country: str | None = None, limit: int = 100, *, external: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The first people (of a country), in clear; with the ids that other systems know them by, if asked."""
        chosen = self.frame if country is None else self.frame.filter(pl.col("country") == country)
        return chosen.head(limit).with_columns(external_ids() if external else []).iter_rows(named=True)


def _people(size: int, dice: Dice, seed: int) -> pl.DataFrame:
    index = pl.int_range(size, dtype=pl.UInt64, eager=True).alias("index")
    home = (index // 10 * 6 + pl.Series(_HOUSEHOLDS, dtype=pl.UInt64).gather(index % 10)).alias("home")
    base = pl.DataFrame([index, home, _countries(dice, home)])
    parts = [_compatriots(dice, part) for part in base.partition_by("country")]
    whole = pl.concat(parts).sort("index") if parts else _compatriots(dice, base)
    return _shared(dice, whole).with_columns(_user_id(seed)).select(COLUMNS)


def _countries(dice: Dice, home: pl.Series) -> pl.Series:
    table = [country for country, share in SHARES.items() for _ in range(share)]
    return dice.pick("country", home, table).alias("country")


def _compatriots(dice: Dice, part: pl.DataFrame) -> pl.DataFrame:
    """The people of one country."""
    country = part.item(0, "country") if part.height else "US"
    given = dice.pick("given", part["index"], names.GIVEN[country])
    family = _family(dice, part, country)
    called = part.with_columns(first_name=given, last_name=family)
    return called.with_columns(
        *_mailboxes(dice, called), _phone(dice, called, country), *_home(dice, part, country)
    )


def _family(dice: Dice, part: pl.DataFrame, country: str) -> pl.Series:
    """The household's family name for most, their own for some; Spaniards bear two."""
    own = dice.chance("own family", part["index"], 0.15)
    bearer = part["home"].zip_with(~own, part["index"] + (1 << 40))
    first = dice.pick("family", bearer, names.FAMILY[country])
    return (
        first + " " + dice.pick("second family", bearer, names.FAMILY[country]) if country == "ES" else first
    )


def _mailboxes(dice: Dice, part: pl.DataFrame) -> list[pl.Series]:
    """A private and, for some, a working address. People of the same name are told apart by a number."""
    given, family = (_ascii(part[name]) for name in ("first_name", "last_name"))
    filled = [
        pl.select(_fill(form, given=given, family=family, initial=given.str.head(1))).to_series()
        for form in _LOCAL_PARTS
    ]
    local = _choose(filled, dice.below("local part", part["index"], len(filled)))
    private = (
        local + "@" + dice.pick("mail host", part["index"], _MAIL) + "." + part["country"].str.to_lowercase()
    )
    work = (
        filled[0]
        + "@"
        + dice.pick("company", part["index"], _COMPANIES)
        + "."
        + part["country"].str.to_lowercase()
    )
    knows_work = dice.chance("works", part["index"], 0.3)
    return [_numbered(private).alias("email"), _numbered(work).set(~knows_work, None).alias("work_email")]


def _numbered(address: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"a": address}).with_columns(n=pl.int_range(pl.len()).over("a").cast(pl.String))
    number = pl.when(pl.col("n") != "0").then("n").otherwise(pl.lit(""))
    both = pl.col("a").str.splitn("@", 2).struct
    return frame.select(both.field("field_0") + number + "@" + both.field("field_1") + ".example").to_series()


def _choose(columns: list[pl.Series], number: pl.Series) -> pl.Series:
    chosen = columns[0]
    for i, column in enumerate(columns[1:], start=1):
        chosen = column.zip_with(number == i, chosen)
    return chosen


def _fill(form: str, **parts: pl.Series) -> pl.Expr:
    """`form` with each `{name}` replaced by the column of that name."""
    pieces = [piece for half in form.split("{") for piece in half.split("}", 1)]
    return pl.concat_str([pl.lit(parts[p]) if p in parts else pl.lit(p) for p in pieces if p])


def _ascii(column: pl.Series) -> pl.Series:
    spelled = {name: _plain(name) for name in column.unique()}
    return column.replace_strict(spelled, return_dtype=pl.String)


def _plain(name: str) -> str:
    for letter, letters in {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"}.items():
        name = name.lower().replace(letter, letters)
    return "".join(c for c in unicodedata.normalize("NFD", name) if "a" <= c <= "z")


def _phone(dice: Dice, part: pl.DataFrame, country: str) -> pl.Series:
    has = dice.chance("phone", part["index"], phones.SHARE[country])
    ordinal = has.cast(pl.UInt64).cum_sum() - has.cast(pl.UInt64)
    return phones.numbers(country, ordinal).set(~has, None).alias("phone")


def _home(dice: Dice, part: pl.DataFrame, country: str) -> list[pl.Series]:
    """Where a household lives."""
    home = part["home"]
    where = dice.below("place", home, len(places.PLACES[country]))
    table = pl.DataFrame(places.PLACES[country], schema=["city", "state", "postal"], orient="row")[where]
    state = table["state"].set(table["state"] == "", None)
    return [
        _street_line(dice, home, country),
        table["city"],
        state,
        _postal(dice, home, table["postal"], country),
    ]


def _street_line(dice: Dice, home: pl.Series, country: str) -> pl.Series:
    form, flat_form = places.LINES[country]
    flat = (
        pl.select(_fill(flat_form, flat=_number(dice, "flat", home, 60))).to_series() if flat_form else None
    )
    some = flat.set(~dice.chance("has flat", home, 0.25), "") if flat is not None else _blank(home)
    house = _number(dice, "house", home, 9900 if country in {"US", "CA"} else 180)
    if country == "JP":
        house = house + "-" + _number(dice, "block", home, 20) + "-" + _number(dice, "lot", home, 30)
    street = dice.pick("street", home, places.STREETS[country])
    kind = dice.pick("kind", home, places.KINDS.get(country, ("",)))
    return (
        pl.select(_fill(form, house=house, street=street, kind=kind, flat=some)).to_series().alias("address")
    )


def _number(dice: Dice, purpose: str, home: pl.Series, limit: int) -> pl.Series:
    return (dice.below(purpose, home, limit) + 1).cast(pl.String)


def _blank(like: pl.Series) -> pl.Series:
    return pl.repeat("", len(like), dtype=pl.String, eager=True)


def _postal(dice: Dice, home: pl.Series, front: pl.Series, country: str) -> pl.Series:
    """The city's beginning, filled up to the country's length."""
    digit = dice.below("postal", home, 10).cast(pl.String)
    one, two = (dice.pick(f"postal {n}", home, list(_POST_LETTERS)) for n in (1, 2))
    if country == "GB":
        return (front + " " + digit + one + two).alias("postal")
    if country == "CA":
        return (front + " " + digit + one + dice.below("postal end", home, 10).cast(pl.String)).alias(
            "postal"
        )
    missing = {"DE": 3, "IN": 3, "JP": 4}.get(country, 2)
    end = dice.below("postal", home, 10**missing).cast(pl.String).str.zfill(missing)
    return (front + ("-" if country == "JP" else "") + end).alias("postal")


def _shared(dice: Dice, people: pl.DataFrame) -> pl.DataFrame:
    """Some of a household use its first member's e-mail or telephone."""
    email, phone = (dice.chance(f"shared {what}", people["index"], 0.06) for what in ("email", "phone"))
    first = {name: pl.col(name).first().over("home") for name in ("email", "phone")}
    return people.with_columns(
        pl.when(email).then(first["email"]).otherwise("email").alias("email"),
        pl.when(phone).then(first["phone"]).otherwise("phone").alias("phone"),
    )


def _user_id(seed: int) -> pl.Expr:
    text = pl.format(f"{seed}/{{}}", "index")
    digest = plh.concat_str([text]).chash.sha2_256()
    return (pl.lit("A") + digest.str.slice(0, 25).str.to_uppercase()).alias("user_id")
