"""E-mail addresses: lower case, letters digits `_ . @ -` only, exactly one `@`.

A tag (`a+b@x`) is merged (`ab@x`) and dots stay, as Amazon's own code does. A letter beyond ASCII makes the address unusable.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.prepare.normalize.shape import VALUE, result
from lading.prepare.text import on_some

_GOOD: Final = r"^[a-z0-9_.-]+@[a-z0-9_.-]+$"
_FOREIGN: Final = r"[\p{L}--[a-z]]"


def email(values: pl.DataFrame) -> pl.DataFrame:
    """Normalized e-mail addresses. Findings: email_non_ascii, email_invalid."""
    lower = values[VALUE].str.to_lowercase()
    text = on_some(lower, ~lower.str.contains(_GOOD), _mend)
    bad = text.is_null() & lower.is_not_null()
    foreign = on_some(bad, bad, lambda some: lower.gather(bad.arg_true()).str.contains(_FOREIGN) & some)
    return result(text, (foreign, "email_non_ascii"), (bad, "email_invalid"))


def _mend(odd: pl.Series) -> pl.Series:
    """The address within `Name <address>` or after `mailto:`, without what the rule deletes; null if it is none even so."""
    inside = odd.str.extract(r"<([^<>]*@[^<>]*)>")
    text = (
        inside.zip_with(inside.is_not_null(), odd).str.strip_chars().str.replace(r"^mailto:([^?]*).*$", "$1")
    )
    kept = text.str.replace_all(r"[^a-z0-9_.@-]+", "")
    return kept.set(text.str.contains(_FOREIGN) | ~kept.str.contains(_GOOD), None)
