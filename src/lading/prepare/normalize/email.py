"""E-mail addresses: lower case, letters digits `_ . @ -` only, exactly one `@`.

A tag (`a+b@x`) is merged (`ab@x`) and dots stay, as Amazon's own code does. A letter beyond ASCII makes the address unusable.
Options change each of this.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from lading.prepare.normalize.shape import VALUE, result
from lading.prepare.options import DEFAULT, Options
from lading.prepare.text import CONTROLS, on_some, word_signs

#: An address that the rule leaves as it is.
GOOD: Final = r"^[a-z0-9_.-]+@[a-z0-9_.-]+$"
_FOREIGN: Final = r"[\p{L}--[a-z]]"
_WHOLE: Final = "^[^@]+@[^@]+$"
_GMAIL: Final = r"@(?:gmail|googlemail)\.com$"


def email(values: pl.DataFrame, options: Options = DEFAULT) -> pl.DataFrame:
    """Normalized e-mail addresses. Findings: email_non_ascii, email_invalid."""
    lower = values[VALUE].str.to_lowercase()
    text = on_some(lower, ~lower.str.contains(GOOD), partial(_mend, options=options))
    if options != DEFAULT:
        text = _changed(text, options)
    bad = text.is_null() & lower.is_not_null()
    foreign = on_some(bad, bad, lambda some: lower.gather(bad.arg_true()).str.contains(_FOREIGN) & some)
    return result(text, (foreign, "email_non_ascii"), (bad, "email_invalid"))


def bare_address(lower: pl.Series) -> pl.Series:
    """What stands within `Name <address>` or after `mailto:`; else the text itself. Brackets around no address leave no text."""
    inside = lower.str.extract(r"<([^<>]*@[^<>]*)>")
    other = lower.set(lower.str.contains("<[^<>@]*>"), "")
    text = inside.zip_with(inside.is_not_null(), other).str.strip_chars()
    return text.str.replace(r"(?s)^.*?mailto:([^?]*).*$", "$1")


def _mend(odd: pl.Series, options: Options) -> pl.Series:
    """The address within `Name <address>` or after `mailto:`, without what the rule deletes; null if it is none even so."""
    text = bare_address(odd.str.replace_many(dict.fromkeys(CONTROLS, "")))
    signs = word_signs() if options.email_non_ascii == "keep" else "a-z0-9_"
    tags = options.gmail or options.email_plus != "merge"
    kept = text.str.replace_all(rf"[^{signs}.@{'+' if tags else ''}-]+", "")
    bad = ~kept.str.contains(_WHOLE)
    return kept.set(bad | text.str.contains(_FOREIGN) if options.email_non_ascii == "null" else bad, None)


def _changed(text: pl.Series, options: Options) -> pl.Series:
    """Addresses that still hold their tags, by the options."""
    if options.gmail:
        text = on_some(text, text.str.contains(_GMAIL), _as_gmail)
    if options.email_plus == "drop-tag":
        text = text.str.replace(r"\+[^@]*@", "@")
    if options.email_plus != "keep":
        text = text.str.replace_all("+", "", literal=True)
    if options.email_underscore == "strip":
        text = text.str.replace_all("_", "", literal=True)
    return text.set(~text.str.contains(_WHOLE), None)


def _as_gmail(text: pl.Series) -> pl.Series:
    """Google ignores dots and all that follows a plus, before the @."""
    name, domain = (
        text.str.extract("^([^@+]*)").str.replace_all(".", "", literal=True),
        text.str.extract("(@.*)$"),
    )
    return name + domain
