"""The profiles "amc" and "aws-strict" against hashes that AWS's AMC uploader gives for the same values."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from lading.prepare.hashing import hashed
from lading.prepare.profiles import profile

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "reference-cases.jsonl").read_text("utf-8").splitlines()
]

#: Where the profile "amc" differs on purpose: id of the case -> why. The profile "aws-strict" never does.
EXCEPTIONS = {
    "us-address-117": "'unknown' is a placeholder and is not sent",
}


def hashes(name: str, cases: list[dict[str, str]]) -> dict[str, str]:
    (field,) = {case["field"] for case in cases}
    values = pl.Series([case["raw"] for case in cases], dtype=pl.String)
    countries = pl.Series([case["country"] for case in cases])
    rules = profile(name)
    done = hashed(values, countries, rules.rules[field], rules.placeholders)["hash"]
    return dict(zip((case["id"] for case in cases), done, strict=True))


@pytest.mark.parametrize("name", ["amc", "aws-strict"])
@pytest.mark.parametrize("field", sorted({case["field"] for case in CASES}))
def test_every_case_has_the_hash_of_the_reference(field: str, name: str) -> None:
    excepted = EXCEPTIONS if name == "amc" else {}
    cases = [case for case in CASES if case["field"] == field and case["id"] not in excepted]
    assert hashes(name, cases) == {case["id"]: case["sha256"] for case in cases}


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_one(name: str) -> None:
    (case,) = [case for case in CASES if case["id"] == name]
    assert hashes("amc", [case])[name] != case["sha256"]
