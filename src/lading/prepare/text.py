"""How text is made fit for the rules: trimmed, composed, nothing invisible, and null where nothing is left."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, Literal

import polars as pl

#: How much is done to a text before a rule sees it: "as_is" leaves all but blank values untouched.
Form = Literal["NFC", "NFKC", "as_is"]

#: Characters that nobody sees: soft hyphen, zero-width and direction marks, byte order mark, controls but for separators.
INVISIBLE: Final = (
    r"[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2064}\u{feff}\u{0}-\u{8}\u{e}-\u{1b}\u{7f}]+"
)

#: Those of them that ASCII has. A text of ASCII alone is not searched for them: rules that would keep them delete them.
CONTROLS: Final = tuple(map(chr, (*range(9), *range(0xE, 0x1C), 0x7F)))

#: Only from here on does NFC change anything: these are the first combining marks.
_UNSETTLED: Final = r"[\u{300}-\u{10ffff}]"

#: The decimal digits of all scripts, which NFKC leaves alone but for the full-width ones.
DIGITS: Final = {
    sign: str(unicodedata.decimal(sign))
    for sign in map(chr, range(0x80, 0x20000))
    if unicodedata.category(sign) == "Nd"
}


_NOWHERE: Final = pl.Series(dtype=pl.UInt32)


def places(mask: pl.Series) -> pl.Series:
    """Where a mask holds; it does not where it is null. (Most masks hold nowhere, which is seen at once.)"""
    return mask.arg_true() if mask.any() else _NOWHERE


def no_nulls(mask: pl.Series) -> pl.Series:
    """A mask that does not hold where it was null."""
    return mask.fill_null(value=False) if mask.null_count() else mask


def put(values: pl.Series, where: pl.Series, new: pl.Series | str | bool | None) -> pl.Series:  # noqa: FBT001
    """`values` with new ones at some places. (`Series.scatter` alone changes the series that it is called on.)"""
    return values if where.is_empty() else values.clone().scatter(where, new)


def on_some(values: pl.Series, chosen: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied to the chosen ones only: most values need no costly step."""
    where = places(chosen)
    return values if where.is_empty() else put(values, where, change(values.gather(where)))


def in_parts(values: pl.Series, keys: pl.Series, change: Callable[[pl.Series, str], pl.Series]) -> pl.Series:
    """`values` changed key by key (null as ""), each part once and all put back together at the end."""
    frame = pl.DataFrame({"value": values, "key": keys}).with_row_index("at")
    parts = [
        part.select("at").with_columns(change(part["value"], str(key or "")).alias("value"))
        for (key,), part in frame.partition_by("key", as_dict=True, maintain_order=False).items()
    ]
    return pl.concat(parts).sort("at")["value"] if parts else values


def which(values: pl.Series, chosen: pl.Series, pattern: str) -> pl.Series:
    """Which of the chosen values match; the others are not tested, and do not."""
    where, none = places(chosen), no_nulls(chosen)
    return none if where.is_empty() else put(none, where, values.gather(where).str.contains(pattern))


def beyond_ascii(values: pl.Series) -> pl.Series:
    """Which values hold a character that is not ASCII."""
    return values.str.len_bytes() != values.str.len_chars()


def clean(values: pl.Series, form: Form) -> pl.Series:
    """Values without white space around them and invisible characters, in one Unicode form; NFKC has ASCII digits."""
    trimmed = values.str.strip_chars()
    if form == "as_is":
        return values.set(trimmed.str.len_bytes() == 0, None)
    wide = on_some(trimmed, beyond_ascii(trimmed), lambda some: _compose(some, form))
    return wide.set(wide.str.len_bytes() == 0, None)


def _compose(values: pl.Series, form: Literal["NFC", "NFKC"]) -> pl.Series:
    seen = values.str.replace_all(INVISIBLE, "")
    if form == "NFKC":
        return seen.str.normalize("NFKC").str.strip_chars().str.replace_many(DIGITS)
    return on_some(
        seen, seen.str.contains(_UNSETTLED), lambda some: some.str.normalize("NFC")
    ).str.strip_chars()


def fold(values: pl.Series) -> pl.Series:
    """Values without accents: e for é, ss for ß, i for ı."""
    parted = values.str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
    return parted.str.replace_many(
        {"ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ı": "i", "ł": "l", "Ł": "L"}
    )


def coded(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """A number for each distinct value, null for null, and where each is met first, in the order of the numbers.

    What is made of the values at those places, gathered by the numbers, is what is made of all.
    """
    codes = pl.Series(pl.from_arrow(values.to_arrow().dictionary_encode().indices), dtype=pl.UInt32)
    first = codes.arg_unique()
    return codes, first.filter(codes.gather(first).is_not_null())


def once_each(values: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """`change` of each value, asked once for each distinct one: for what no columnar step can say."""
    asked = values.drop_nulls().unique()
    said = pl.Series([change(one) for one in asked], dtype=pl.String)
    known = pl.DataFrame({"value": asked, "said": said})
    frame = pl.DataFrame({"value": values})
    return frame.join(known, on="value", how="left", maintain_order="left")["said"]


#: Behind this there are no letters or digits, only private, tag and variation signs.
_LAST_SIGN: Final = 0x323AF


@cache
def word_signs() -> str:
    r"""What Python means by `\w`, for use within the brackets of a pattern: Polars means a little more and a little less."""
    return "_" + _ranges(str.isalnum)


@cache
def number_signs() -> str:
    """What Python calls numeric, for use within the brackets of a pattern: digits, fractions, numerals of all scripts."""
    return _ranges(str.isnumeric)


def _ranges(holds: Callable[[str], bool]) -> str:
    signs = {at for at in range(_LAST_SIGN + 1) if holds(chr(at))}
    firsts = sorted(at for at in signs if at - 1 not in signs)
    lasts = sorted(at for at in signs if at + 1 not in signs)
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in zip(firsts, lasts, strict=True))
