"""docs/howto/identity.md against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lading.prepare.explain import explain
from lading.prepare.profiles import PROFILES

PAGE = (Path(__file__).parents[4] / "docs" / "howto" / "identity.md").read_text("utf-8")
TABLE = re.findall(r"^\| (\w+) \| ([A-Z]{2}) \| `([^`]+)` \|(.*)\|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("field", "country", "value", "texts"), TABLE)
def test_a_value_is_what_each_profile_makes_of_it(field: str, country: str, value: str, texts: str) -> None:
    told = [cell.strip(" `") for cell in texts.split("|")]
    assert told == [explain(field, value, country, one).normalized or "" for one in PROFILES.values()]


def test_every_profile_is_named() -> None:
    assert all(re.search(rf"^\| {name} \| ", PAGE, re.MULTILINE) for name in PROFILES)
    assert f"| {' | '.join(PROFILES)} |" in PAGE
