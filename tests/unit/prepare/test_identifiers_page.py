"""docs/reference/identifiers.md against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lading.model.countries import MATCHED
from lading.model.identifiers import IDENTIFIERS
from lading.prepare import reasons
from lading.prepare.explain import explain
from lading.prepare.normalize.postal import POSTAL
from lading.prepare.profiles import AMC

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "identifiers.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\| (\w+) \| (\w*) ?\| `([^`]*)` \|(?: `([^`]*)`)? ?\|$", PAGE, re.MULTILINE)
CODES = re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("field", "country", "value", "text"), EXAMPLES)
def test_an_example_is_what_the_code_does(field: str, country: str, value: str, text: str) -> None:
    assert (explain(field, value, country or None, AMC).normalized or "") == text


def test_every_field_has_examples() -> None:
    assert {field for field, *_ in EXAMPLES} >= set(IDENTIFIERS) - {"last_name"} | {"last_name"}
    assert len(EXAMPLES) == PAGE.count("| `") - len(CODES) - sum(1 for *_, text in EXAMPLES if text)


@pytest.mark.parametrize("field", ["phone", "address", "state", "postal"])
def test_fields_that_depend_on_the_country_have_an_example_of_each(field: str) -> None:
    assert {country for name, country, *_ in EXAMPLES if name == field} >= set(POSTAL)


def test_every_code_is_told() -> None:
    assert [*reasons.REJECTIONS, *reasons.FINDINGS] == CODES


def test_the_countries_are_those_of_the_table() -> None:
    assert ", ".join(sorted(MATCHED)) in PAGE
