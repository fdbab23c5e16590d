"""The reference page of the client names what the code holds."""

import re
from pathlib import Path

import pytest

import lading.amazon
from lading.amazon import AmazonError, Region
from lading.amazon.audience_rules import CURRENCIES
from lading.amazon.regions import hosts_of

PAGE = (Path(__file__).parents[3] / "docs/reference/amazon-client.md").read_text()


def family(kind):
    return {kind, *(each for child in kind.__subclasses__() for each in family(child))}


def test_the_table_of_errors_is_complete():
    named = set(
        re.findall(r"^\| `([A-Z]\w+)` \|", PAGE.split("## When something goes wrong")[1], re.MULTILINE)
    )

    assert named == {kind.__name__ for kind in family(AmazonError)} - {"AmazonError"}


def test_every_error_and_every_name_of_the_page_can_be_imported_from_the_room():
    for kind in family(AmazonError):
        assert getattr(lading.amazon, kind.__name__) is kind
    for name in re.findall(r"from lading\.amazon import (.+)", PAGE):
        assert all(hasattr(lading.amazon, each.strip()) for each in name.split(","))


def test_all_names_of_the_room_exist():
    assert all(hasattr(lading.amazon, name) for name in lading.amazon.__all__)


@pytest.mark.parametrize("region", list(Region))
def test_the_table_of_addresses_is_right(region):
    hosts = hosts_of(region)
    api, token, consent = (address.split("/")[2] for address in (hosts.api, hosts.token, hosts.consent))

    assert f"| {region} | {api} | {token} | {consent} |" in PAGE


def test_the_currencies_are_those_of_the_rules():
    assert " ".join(sorted(CURRENCIES)) in PAGE
