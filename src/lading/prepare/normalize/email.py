"""E-mail addresses: lower case, letters digits `_ . @ -` only, exactly one `@`.

A tag (`a+b@x`) is merged (`ab@x`) and dots stay, as Amazon's own code does. A letter beyond ASCII makes the address unusable.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.normalize.shape import VALUE, result
from lading.prepare.text import on_some

_PLAIN: Final = r"^[a-z0-9_.@-]+$"
_FOREIGN: Final = r"[\p{L}--[a-z]]"


def email(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized e-mail addresses. Findings: email_non_ascii, email_invalid."""
    lower = values[VALUE].str.to_lowercase()
    odd = ~lower.str.contains(_PLAIN)
    text = on_some(lower, odd, _mend)
    good = text.str.count_matches("@", literal=True) == 1
    good &= ~(text.str.starts_with("@") | text.str.ends_with("@"))
    bad = ~good
    foreign = bad & text.str.contains(_FOREIGN)
    return result(text.set(bad, None), (foreign, "email_non_ascii"), (bad, "email_invalid"))


def _mend(odd: pl.Series) -> pl.Series:
    """The address within `Name <address>` or after `mailto:`, without what the rule deletes; as it is where it has foreign letters."""
    inside = odd.str.extract(r"<([^<>]*@[^<>]*)>")
    text = inside.zip_with(inside.is_not_null(), odd)
    text = text.str.strip_chars().str.replace(r"^mailto:([^?]*).*$", "$1")
    return text.zip_with(text.str.contains(_FOREIGN), text.str.replace_all(r"[^a-z0-9_.@-]+", ""))
