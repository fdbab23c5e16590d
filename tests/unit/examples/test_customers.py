"""The example file: what the generator writes, with every kind of mess in it."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

SHOP = Path(__file__).parents[3] / "examples" / "shop"
LEGAL_ID = re.compile(r"[0-9a-zA-Z\-_]{1,128}")
HASH = re.compile(r"[0-9a-f]{64}")
IDENTIFIERS = (
    "email",
    "work_email",
    "mobile",
    "first_name",
    "last_name",
    "address",
    "city",
    "state",
    "postal",
)

Row = dict[str, str]


@cache
def _rows() -> list[Row]:
    with (SHOP / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _generate(*wish: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(SHOP / "generate.py"), *wish]
    return subprocess.run(command, check=True, capture_output=True, text=True)


def test_the_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    said = _generate("--out", str(tmp_path / "customers.csv")).stderr
    assert (tmp_path / "customers.csv").read_bytes() == (SHOP / "customers.csv").read_bytes()
    assert said.startswith("10,000 people in 10,848 rows")
    assert "rows: exact duplicate" in said


def test_another_seed_makes_other_customers(tmp_path: Path) -> None:
    for seed in "12":
        _generate("--people", "50", "--seed", seed, "--out", str(tmp_path / seed))
    assert (tmp_path / "1").read_bytes() != (tmp_path / "2").read_bytes()


def test_size() -> None:
    assert len(_rows()) == 10_848
    assert (SHOP / "customers.csv").stat().st_size < 2_000_000


def test_nobody_real_can_be_reached() -> None:
    hosts = {
        host for row in _rows() for host in re.findall(r"@([\w.-]*)", row["email"] + " " + row["work_email"])
    }
    assert all(host.lower().rstrip(".").endswith(".example") for host in hosts - {""})


def _emails(row: Row) -> str:
    return f"{row['email']}\n{row['work_email']}"


#: Kind of mess -> what shows it in a row, and in how many rows at least.
KINDS = {
    "blank e-mail": (lambda row: not row["email"], 400),
    "upper-case e-mail": (lambda row: "@" in row["email"] and row["email"].isupper(), 300),
    "Name <a@b>": (lambda row: re.search(r"\w <\S+@\S+>", _emails(row)), 200),
    "mailto:": (lambda row: "mailto:" in _emails(row), 50),
    "plus tag": (lambda row: re.search(r"\+\w+@", _emails(row)), 150),
    "trailing blanks": (lambda row: row["email"].endswith((" ", "\t")), 150),
    "no-break space": (lambda row: "\N{NO-BREAK SPACE}" in _emails(row), 50),
    "bad e-mail": (lambda row: re.search(r"@@|\bat\b|^@|^[a-z.\-]+$", row["email"]), 100),
    "hashed": (lambda row: HASH.fullmatch(row["email"]) or HASH.fullmatch(row["mobile"]), 200),
    "hashed, upper case": (lambda row: HASH.fullmatch(row["email"].lower()) and row["email"].isupper(), 50),
    "hashed, padded": (lambda row: row["email"] != row["email"].strip() and HASH.fullmatch(row["email"].strip()), 50),
    "international telephone": (lambda row: row["mobile"].startswith("+"), 1_000),
    "national telephone": (lambda row: re.match(r"[0(]", row["mobile"]), 1_000),
    "00 telephone": (lambda row: row["mobile"].startswith("00"), 50),
    "(0) telephone": (lambda row: "(0)" in row["mobile"], 30),
    "extension": (lambda row: re.search(r"\d (ext\.?|x) \d", row["mobile"]), 50),
    "tel:": (lambda row: row["mobile"].startswith("tel:"), 50),
    "dots in a telephone": (lambda row: re.search(r"\d\.\d", row["mobile"]), 50),
    "full-width digits": (lambda row: re.search("[\uff10-\uff19]", row["mobile"] + row["postal"]), 20),
    "accents, composed": (lambda row: re.search("[à-ÿ]", row["first_name"] + row["last_name"]), 500),
    "accents, decomposed": (lambda row: any(unicodedata.combining(c) for c in row["first_name"] + row["city"]), 40),
    "Japanese names": (lambda row: re.search("[\u4e00-\u9fff]", row["last_name"]), 100),
    "comma in a cell": (lambda row: "," in row["address"], 300),
    "newline in a cell": (lambda row: "\n" in row["address"], 30),
    "ZIP+4": (lambda row: re.fullmatch(r"\d{5}-\d{4}", row["postal"]), 150),
    "lost leading zero": (lambda row: re.fullmatch(r"\d{3,4}", row["postal"]), 30),
    "state as a name": (lambda row: len(row["state"]) > 4, 1_000),
    "state as a code": (lambda row: re.fullmatch("[A-Z]{1,2}", row["state"]), 1_000),
    "country by another name": (lambda row: row["country"] in {"UK", "USA", "Deutschland", "Italia", "日本"}, 300),
    "no country": (lambda row: not row["country"], 150),
    "placeholder": (lambda row: row["email"].strip() in {"n/a", "-", "NULL", "unknown"}, 50),
    "no identifier": (lambda row: not any(row[name] for name in IDENTIFIERS), 50),
    "no customer id": (lambda row: not row["customer_id"], 20),
    "illegal customer id": (lambda row: row["customer_id"] and not LEGAL_ID.fullmatch(row["customer_id"]), 40),
    "advertising granted": (lambda row: row["ads_consent"] == "GRANTED", 4_000),
    "advertising denied": (lambda row: row["ads_consent"] == "DENIED", 200),
    "nothing said of it in Europe": (lambda row: row["country"] == "DE" and not row["ads_consent"], 50),
    "a consent string": (lambda row: re.fullmatch(r"C[\w-]{30,}", row["consent_string"]), 100),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_kind_of_mess(kind: str) -> None:
    shows, at_least = KINDS[kind]
    assert sum(bool(shows(row)) for row in _rows()) >= at_least


def test_some_rows_are_repeated_and_some_people_have_two() -> None:
    rows = Counter(tuple(row.values()) for row in _rows())
    assert sum(times - 1 for times in rows.values()) > 250
    people: dict[str, set[str]] = {}
    for row in _rows():
        people.setdefault(row["customer_id"], set()).add(row["email"])
    assert sum(len(emails) > 1 for identity, emails in people.items() if identity) > 250


def test_nine_countries() -> None:
    codes = Counter(row["country"] for row in _rows())
    assert all(codes[code] > 300 for code in ("US", "CA", "GB", "DE", "FR", "ES", "IT", "IN", "JP"))


def test_the_settings_name_columns_that_are_there() -> None:
    settings = yaml.safe_load((SHOP / "lading.yaml").read_text(encoding="utf-8"))
    named = settings["syncs"]["customers"]["map"].values()
    columns = {column for name in named for column in _flat(name)}
    assert columns <= set(_rows()[0])
    assert set(IDENTIFIERS) <= columns


def _flat(name: str | list[str] | dict[str, str]) -> list[str]:
    if isinstance(name, dict):
        return list(name.values())
    return [name] if isinstance(name, str) else name
