"""The profile "amc": what Amazon's own tool does, where it is known, and the sensible thing where it is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Final

import polars as pl

from lading.prepare.hashing import Rule
from lading.prepare.normalize.address import address
from lading.prepare.normalize.city import city
from lading.prepare.normalize.email import GOOD, email
from lading.prepare.normalize.name import name
from lading.prepare.normalize.phone import phone
from lading.prepare.normalize.postal import postal
from lading.prepare.normalize.state import state
from lading.prepare.options import DEFAULT, Options
from lading.prepare.profiles.profile import Profile
from lading.prepare.text import Form

#: Texts that stand for nothing, in lower case. Not "na" and "nan": they are names of people.
PLACEHOLDERS: Final = frozenset({
    "-", "--", "---", ".", "?", "n/a", "#n/a", "n.a.", "null", "(null)", "<null>", "\\n", "none", "unknown", "undefined",
    "not available", "not provided",
})  # fmt: skip

_Normalize = Callable[[pl.DataFrame], pl.DataFrame]


def amc(options: Options) -> Profile:
    """The profile with these options."""
    plus = "+" if options.phone_plus == "keep" else ""

    def rule(
        normalize: _Normalize,
        form: Form = "NFC",
        *,
        by_country: bool = False,
        repeats: bool = False,
        sign: str = "",
        plain: str | None = None,
    ) -> Rule:
        keep = options.on_invalid == "keep"
        return Rule(
            normalize, form, by_country=by_country, repeats=repeats, keep_invalid=keep, sign=sign, plain=plain
        )

    return Profile(
        id=options.name("amc"),
        version=1,
        about="as Amazon's own tool, and fit for real data where that tool is not",
        rules=MappingProxyType({
            "email": rule(
                partial(email, options=options),
                plain=None if options.gmail or options.email_underscore == "strip" else GOOD,
            ),
            "phone": rule(partial(phone, sign=plus), "NFKC", by_country=True, sign=plus),
            "first_name": rule(name, repeats=True),
            "last_name": rule(name, repeats=True),
            "address": rule(address, by_country=True),
            "city": rule(city, repeats=True),
            "state": rule(partial(state, native=options.state_native_names), by_country=True, repeats=True),
            "postal": rule(partial(postal, options=options), "NFKC", by_country=True, repeats=True),
        }),
        placeholders=PLACEHOLDERS,
        stop_at_invalid=options.on_invalid == "error",
    )  # fmt: skip


AMC: Final = amc(DEFAULT)
