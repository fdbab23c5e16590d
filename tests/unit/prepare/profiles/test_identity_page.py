"""docs/howto/identity.md against the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from lading.prepare.explain import explain
from lading.prepare.options import Options
from lading.prepare.profiles import PROFILES
from lading.prepare.variants import VARIANTS

PAGE = (Path(__file__).parents[4] / "docs" / "howto" / "identity.md").read_text("utf-8")
TABLE = re.findall(r"^\| (\w+) \| ([A-Z]{2}) \| `([^`]+)` \|(.*)\|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("field", "country", "value", "texts"), TABLE)
def test_a_value_is_what_each_profile_makes_of_it(field: str, country: str, value: str, texts: str) -> None:
    told = [cell.strip(" `") for cell in texts.split("|")]
    assert told == [explain(field, value, country, one).normalized or "" for one in PROFILES.values()]


def test_every_profile_is_named() -> None:
    assert all(re.search(rf"^\| {name} \| ", PAGE, re.MULTILINE) for name in PROFILES)
    assert f"| {' | '.join(PROFILES)} |" in PAGE


def test_every_option_and_every_kind_of_variants_is_told() -> None:
    told = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))
    assert told == {one.name for one in fields(Options)} | {"placeholders"} | set(VARIANTS)
