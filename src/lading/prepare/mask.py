"""How much of a value a report may show: its first character and whether it looks like an e-mail address."""

from __future__ import annotations

import polars as pl


def masked(value: pl.Expr) -> pl.Expr:
    """`a***@e***` for an e-mail address, `a***` for all else, null for nothing."""
    text = value.str.strip_chars()
    domain = text.str.extract(r"@(.)")
    plain = pl.when(text != "").then(text.str.slice(0, 1) + "***")
    return pl.when(domain.is_null()).then(plain).otherwise(plain + "@" + domain + "***")
