"""A change of the rules of hashing: the two kinds of hashes never mix in one audience."""

import hashlib

import pytest

from lading.errors import GuardTripped
from lading.service.planning import plan

PLUS = "    identity: {phone_plus: keep}\n"


def phones(shop):
    """The hashes of phones that the sandbox holds, over all members."""
    shop.sandbox.advance(7200)
    held = shop.sandbox.members(shop.audience_id)
    return {found["phone"] for member in held for found in member["sets"] if found.get("phone")}


def test_a_change_of_the_plus_sends_everybody_again(shop):
    people = shop.people(12)
    numbers = {"".join(filter(str.isdigit, one["phone"])) for one in people.values() if one["phone"]}
    digits = {number if number.startswith("1") else f"1{number}" for number in numbers}
    shop.write(people)
    shop.apply()
    path = shop.folder / "lading.yaml"
    path.write_text(path.read_text() + PLUS)
    with shop.parts() as parts:
        view = plan(parts, "customers")
    assert view.explained.update == 12
    assert [change.setting for change in view.explained.identity_changed] == ["identity.phone_plus"]
    with pytest.raises(GuardTripped):
        shop.apply()
    shop.apply(accept=frozenset({"profile_changed"}))
    assert phones(shop) == {hashlib.sha256(f"+{number}".encode()).hexdigest() for number in digits}
