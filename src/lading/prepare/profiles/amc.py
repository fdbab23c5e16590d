"""The profile "amc": what Amazon's own tool does, where it is known, and the sensible thing where it is not."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from lading.prepare.hashing import Rule
from lading.prepare.normalize.address import address
from lading.prepare.normalize.city import city
from lading.prepare.normalize.email import email
from lading.prepare.normalize.name import name
from lading.prepare.normalize.phone import phone
from lading.prepare.normalize.postal import postal
from lading.prepare.normalize.state import state
from lading.prepare.profiles.profile import Profile

#: Texts that stand for nothing, in lower case. Not "na" and "nan": they are names of people.
PLACEHOLDERS: Final = frozenset({
    "-", "--", "---", ".", "?", "n/a", "#n/a", "n.a.", "null", "(null)", "<null>", "\\n", "none", "unknown", "undefined",
    "not available", "not provided",
})  # fmt: skip

AMC: Final = Profile(
    id="amc",
    version=1,
    about="as Amazon's own tool, and fit for real data where that tool is not",
    rules=MappingProxyType({
        "email": Rule(email, "NFC", by_country=False, repeats=False),
        "phone": Rule(phone, "NFKC", by_country=True, repeats=False),
        "first_name": Rule(name, "NFC", by_country=False, repeats=True),
        "last_name": Rule(name, "NFC", by_country=False, repeats=True),
        "address": Rule(address, "NFC", by_country=True, repeats=False),
        "city": Rule(city, "NFC", by_country=False, repeats=True),
        "state": Rule(state, "NFC", by_country=True, repeats=True),
        "postal": Rule(postal, "NFKC", by_country=True, repeats=True),
    }),
    placeholders=PLACEHOLDERS,
)  # fmt: skip
