"""The rules of the profile "amc" against hashes that AWS's AMC uploader gives for the same values."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from lading.prepare.hashing import hashed
from lading.prepare.profiles import profile
from lading.prepare.recipe import PLACEHOLDERS

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "reference-cases.jsonl").read_text("utf-8").splitlines()
]

#: Where the profile differs on purpose: id of the case -> why.
EXCEPTIONS = {
    "us-address-117": "'unknown' is a placeholder and is not sent",
}


@pytest.mark.parametrize("field", sorted({case["field"] for case in CASES}))
def test_every_case_has_the_hash_of_the_reference(field: str) -> None:
    cases = [case for case in CASES if case["field"] == field and case["id"] not in EXCEPTIONS]
    values = pl.Series([case["raw"] for case in cases], dtype=pl.String)
    countries = pl.Series([case["country"] for case in cases])

    done = hashed(values, countries, profile("amc").rules[field], PLACEHOLDERS)["hash"]

    got = dict(zip((case["id"] for case in cases), done, strict=True))
    assert got == {case["id"]: case["sha256"] for case in cases}


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_one(name: str) -> None:
    (case,) = [case for case in CASES if case["id"] == name]
    rule = profile("amc").rules[case["field"]]
    (value,) = hashed(pl.Series([case["raw"]]), pl.Series([case["country"]]), rule, PLACEHOLDERS)["hash"]
    assert value != case["sha256"]
