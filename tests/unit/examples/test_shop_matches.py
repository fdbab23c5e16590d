"""How many of the shop's customers Amazon can find at best: the count that a perfect sync reaches."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from amc_sandbox.matching import Matcher
from amc_sandbox.people import normal_forms
from amc_sandbox.population import Population

SHOP = Path(__file__).parents[3] / "examples" / "shop"
WIRE = {"firstname": "first_name", "lastname": "last_name"} | {
    name: name for name in ("email", "phone", "address", "city", "state", "postal")
}
CLEAR = (*normal_forms.IDENTIFIERS, "work_email")
HASH = r"^[0-9a-f]{64}$"


@cache
def _matcher() -> Matcher:
    return Matcher(Population.build())


@cache
def _rows() -> pl.DataFrame:
    """The file, read as a careful reader would: legal ids, placeholders gone, countries as codes."""
    mess = runpy.run_path(str(SHOP / "mess.py"))
    codes = {other: code for code, others in mess["COUNTRY_SPELLINGS"].items() for other in others}
    rows = pl.read_csv(SHOP / "customers.csv", infer_schema=False).rename({"mobile": "phone"})
    return rows.filter(pl.col("customer_id").str.contains(r"^[0-9a-zA-Z\-_]{1,128}$")).with_columns(
        pl.col("country").fill_null("US").replace(codes),
        *(pl.when(~pl.col(name).is_in(mess["PLACEHOLDERS"])).then(name) for name in CLEAR),
    )


@cache
def _hashed() -> pl.DataFrame:
    """Amazon's hashes of all identifiers; what was hashed before is kept."""
    before = _rows().select(pl.col(name).str.strip_chars().str.to_lowercase() for name in CLEAR)
    clear = _rows().with_columns(
        pl.when(~before[name].str.contains(HASH)).then(pl.col(name)).alias(name) for name in CLEAR
    )
    kept = before.select(pl.when(pl.col(name).str.contains(HASH)).then(name).alias(name) for name in CLEAR)
    fresh = normal_forms.hashed(clear)
    return fresh.with_columns(pl.coalesce(kept[name], fresh[name]).alias(name) for name in CLEAR)


def _found(*columns: str) -> dict[str, str]:
    """Customer -> user, when only these columns are sent. Rows of a customer are one member, as is a work e-mail."""
    members: dict[str, list[dict[str, str]]] = {}
    country: dict[str, str] = {}
    for row in _hashed().iter_rows(named=True):
        whole = {wire: row[name] for wire, name in WIRE.items() if row[name] and wire in columns}
        extra = [whole | {"email": row["work_email"]}] if row["work_email"] and "email" in columns else []
        members.setdefault(row["customer_id"], []).extend([whole, *extra])
        country[row["customer_id"]] = row["country"]
    users = {member: _matcher().resolve(sets, country[member]) for member, sets in members.items()}
    return {member: user for member, user in users.items() if user}


HOME = ("firstname", "lastname", "address", "city", "state", "postal")


@pytest.mark.parametrize(
    ("columns", "customers"),
    [(("email",), 6_089), (("phone",), 4_736), (HOME, 4_969), (tuple(WIRE), 6_648)],
    ids=["e-mail", "telephone", "name and address", "everything"],
)
def test_customers_found(columns: tuple[str, ...], customers: int) -> None:
    assert len(_found(*columns)) == customers


def _may_be_sent() -> set[str]:
    """Customers of whom no row says no, and the last one says yes where Europe asks for it; strings of the shop all agree."""
    rows = _rows().select(
        "customer_id", "country", "consent_string", pl.col("ads_consent").str.to_uppercase()
    )
    granted = pl.col("consent_string").is_not_null() | (pl.col("ads_consent") == "GRANTED")
    free = ~pl.col("country").is_in(["GB", "DE", "FR", "ES", "IT"])
    denied = rows.filter(pl.col("ads_consent") == "DENIED")["customer_id"]
    return set(rows.filter((granted | free).fill_null(value=False))["customer_id"]) - set(denied)


def test_customers_found_of_those_who_may_be_sent() -> None:
    """What the demonstration reaches; fewer users than customers, since some share an e-mail with somebody at home."""
    found = {member: user for member, user in _found(*WIRE).items() if member in _may_be_sent()}
    assert (len(found), len(set(found.values()))) == (6_318, 6_307)


def test_users_found() -> None:
    """Fewer than customers: some share an e-mail with somebody at home."""
    assert len(set(_found(*WIRE).values())) == 6_636


def test_every_hash_is_one() -> None:
    values = [value for name in CLEAR for value in _hashed()[name].drop_nulls()]
    assert all(re.fullmatch(HASH, value) for value in values)
