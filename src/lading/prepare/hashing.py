"""From a clear value to its SHA-256, or to nothing: hashes that come in are kept, nothing is never hashed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl
import polars_hash as plh

from lading.model.identifiers import HASH_OF_NOTHING
from lading.prepare.normalize.shape import COUNTRY, FINDING, TEXT, VALUE, findings, nothing, result
from lading.prepare.text import Form, clean, coded, no_nulls, places, put, which

#: SHA-256 in hex, of any case, with blanks, quotes or controls around it.
_READY: Final = r"""^[\s"'\x00-\x1f\x7f]*[0-9a-fA-F]{64}[\s"'\x00-\x1f\x7f]*$"""

#: Hex digits as other hashes have them: MD5, SHA-1, SHA-224, SHA-384, SHA-512, and SHA-256 with a digit lost or gained.
_OTHER: Final = r"""^[\s"'\x00-\x1f\x7f]*(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{63}|[0-9a-fA-F]{65}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})[\s"'\x00-\x1f\x7f]*$"""
_SHORTEST: Final = 32

#: A list or an object written as JSON. The rules would delete its marks and make one word of its names and values.
_NESTED: Final = r"^[\[{]\s*[\[{\"]"

_BARE: Final = r"^[0-9a-f]{64}\n?$"

HASH: Final = "hash"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one identifier is normalized."""

    normalize: Callable[[pl.DataFrame], pl.DataFrame]
    form: Form
    #: Whether the country decides.
    by_country: bool
    #: Whether the same value is met often, so that each distinct one is worked on once.
    repeats: bool
    #: Whether only a bare SHA-256 in lower case is taken for a hash; all else is text then.
    bare_hashes: bool = False
    #: Whether a value that the rule has no text for is hashed as it stands.
    keep_invalid: bool = False
    #: What `normalize` puts before each text, and other spellings of the value have to have, too.
    sign: str = ""
    #: What a value looks like that is hashed as it stands, by this rule and whatever the form; null where none is.
    plain: str | None = None


def sha256(text: pl.Expr) -> pl.Expr:
    """SHA-256 of a text as 64 lower-case hex digits; null stays null."""
    return plh.CryptographicHashingNameSpace(text).sha2_256()


def hashed(values: pl.Series, countries: pl.Series, rule: Rule, placeholders: frozenset[str]) -> pl.DataFrame:
    """`hash` and `finding` of each value, in order."""
    lands = countries if rule.by_country else nothing(len(values))
    clear = pl.DataFrame({VALUE: values, COUNTRY: lands})
    if rule.repeats:
        return _each_once(clear, rule, placeholders)
    if rule.plain:
        return _unless_plain(clear, rule, placeholders)
    return _hashed(clear, rule, placeholders)


def _each_once(clear: pl.DataFrame, rule: Rule, ignored: frozenset[str]) -> pl.DataFrame:
    """Each distinct value is worked on once, under the code that a dictionary gives it."""
    # One key is found faster than two; a country is two letters, so that no two pairs share one.
    key = pl.col(COUNTRY).fill_null("--") + pl.col(VALUE) if rule.by_country else pl.col(VALUE)
    codes, first = coded(clear.select(key).to_series())
    return _hashed(clear.select(pl.all().gather(first)), rule, ignored).select(pl.all().gather(codes))


def _unless_plain(clear: pl.DataFrame, rule: Rule, ignored: frozenset[str]) -> pl.DataFrame:
    """Values that the rule would leave as they are go straight to SHA-256."""
    value = clear[VALUE]
    plain = no_nulls(value.str.contains(str(rule.plain)))
    void = pl.Series(list(ignored), dtype=pl.String)
    if void.str.contains(str(rule.plain)).any():
        plain &= ~value.is_in(void.implode())
    odd = places(~plain)
    hashes = value.set(~plain, None).to_frame(TEXT).select(sha256(pl.col(TEXT))).to_series()
    done = _hashed(clear.select(pl.all().gather(odd)), rule, ignored)
    return pl.DataFrame({
        HASH: put(hashes, odd, done[HASH]), FINDING: put(nothing(len(value)), odd, done[FINDING]),
    })  # fmt: skip


def _hashed(clear: pl.DataFrame, rule: Rule, ignored: frozenset[str]) -> pl.DataFrame:
    value = clean(clear[VALUE], rule.form)
    apart = _told_apart(value, rule, ignored)
    done = rule.normalize(pl.DataFrame({VALUE: apart.text, COUNTRY: clear[COUNTRY]}))
    if rule.keep_invalid:
        done = kept(done, value)
    hashes, void = done.select(sha256(pl.col(TEXT))).to_series(), apart.ready.clear()
    if rule.bare_hashes:
        # A text that the rule turns into a hash counts as one.
        made = places(which(done[TEXT], done[TEXT].is_not_null(), _BARE))
        sent = _as_sent(done[TEXT].gather(made))
        hashes, void = put(hashes, made, sent), made.filter(sent.is_null())
    finding = put(put(done[FINDING], apart.empty, "placeholder"), apart.refused, "hash_of_other_kind")
    finding = put(finding, apart.nested, "nested_value")
    if not apart.ready.is_empty():
        came = _as_sent(value.gather(apart.ready))
        void = void.append(apart.ready.filter(came.is_null()))
        hashes = put(hashes, apart.ready, came)
    return pl.DataFrame({HASH: hashes, FINDING: put(finding, void, "hash_of_nothing")})


def readable(values: pl.Series, rule: Rule, ignored: frozenset[str]) -> pl.Series:
    """The values that the rule gets to see: clean, null for hashes and for what stands for nothing."""
    return _told_apart(clean(values, rule.form), rule, ignored).text


@dataclass(frozen=True, slots=True)
class _Apart:
    """The text that a rule gets to see, and where values are that it does not: hashes, hashes of another kind, placeholders, lists."""

    text: pl.Series
    ready: pl.Series
    refused: pl.Series
    empty: pl.Series
    nested: pl.Series


def _told_apart(value: pl.Series, rule: Rule, ignored: frozenset[str]) -> _Apart:
    long = value.str.len_bytes() >= _SHORTEST
    hashes = which(value, long, _BARE if rule.bare_hashes else _READY)
    ready = places(hashes)
    refused = ready.clear() if rule.bare_hashes else places(which(value, long & ~hashes, _OTHER))
    empty, nested = placeholders(value, ignored), _nested(value, rule)
    text = value
    for where in (ready, refused, empty, nested):
        text = put(text, where, None)
    return _Apart(text, ready, refused, empty, nested)


def _nested(value: pl.Series, rule: Rule) -> pl.Series:
    """The places of lists and objects. (Tools whose rules leave values as they are do not look for them.)"""
    if rule.form == "as_is":
        return value.clear().cast(pl.UInt32)
    return places(which(value, value.str.starts_with("[") | value.str.starts_with("{"), _NESTED))


def kept(done: pl.DataFrame, value: pl.Series) -> pl.DataFrame:
    """The result of a rule with the values that it emptied, told as such."""
    lost = done[TEXT].is_null() & done[FINDING].is_not_null()
    return result(value.zip_with(lost, done[TEXT]), (lost, "kept_invalid"), *findings(done))


def placeholders(values: pl.Series, ignored: frozenset[str]) -> pl.Series:
    """The places of values that stand for nothing: those that are `ignored`, in any case and with white space around."""
    first = {letter for one in ignored for letter in (one[:1], one[:1].upper())}
    begins = "".join(f"\\x{{{ord(letter):x}}}" for letter in sorted(first) if len(letter) == 1)
    # Beyond ASCII there are further letters whose lower case begins with one of these.
    where = places(values.str.contains(rf"^\s*[{begins}[^\x00-\x7f]]"))
    if where.is_empty():
        return where
    word = pl.col("word").str.strip_chars().str.to_lowercase()
    said = values.gather(where).to_frame("word").select(word.is_in(list(ignored))).to_series()
    return where.filter(said)


def _as_sent(came: pl.Series) -> pl.Series:
    """Hashes that came in, as they are sent: lower case, bare; null for the hash of an empty text."""
    bare = came.str.to_lowercase().str.replace_all("[^0-9a-f]+", "")
    return bare.set(bare == HASH_OF_NOTHING, None)
