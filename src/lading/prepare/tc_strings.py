"""TC strings of IAB's Transparency and Consent Framework, and the GPP strings that carry one: may Amazon use the data?

Read by hand, and no more of them than that question needs: see docs/decisions/0009. Whatever cannot be read to its end
grants nothing.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Final

#: Amazon Advertising on IAB's Global Vendor List. Source: the list, vendor-list.consensu.org/v3.
AMAZON: Final = 793

#: Store and access on a device; make a profile for advertising; use it. Without 3 and 4 nobody may be put into an
#: audience; 1 is what `amzn_ad_storage` says in Amazon's own signal. Source: IAB Europe, TCF policies, appendix A.
PURPOSES: Final = (1, 3, 4)

GRANTED: Final = "granted"
DENIED: Final = "denied"
#: The string is in order, and says nothing about this.
SILENT: Final = "silent"
UNREADABLE: Final = "unreadable"

#: The section of a GPP string that is a TC string. Source: IAB Tech Lab, "GPP section information".
_EU_SECTION: Final = 2
_MOST_SECTIONS: Final = 64
#: Of the format. TCF 2.0 to 2.3 share it; strings of TCF 1 have been void since 2020.
_VERSION: Final = 2
_LETTERS: Final = re.compile(r"[A-Za-z0-9_-]+")


class _CutOff(ValueError):
    """The text ends before what has to stand there."""


class _Bits:
    """The bits of a base64url text, one number after another."""

    def __init__(self, text: str) -> None:
        if not _LETTERS.fullmatch(text):
            raise _CutOff(text)
        whole = urlsafe_b64decode(text + "A" * (-len(text) % 4))
        self._left = 6 * len(text)
        self._bits = int.from_bytes(whole) >> (8 * len(whole) - self._left)

    def number(self, width: int) -> int:
        """The next `width` bits."""
        self._left -= width
        if self._left < 0:
            raise _CutOff
        return (self._bits >> self._left) & ((1 << width) - 1)

    def fibonacci(self) -> int:
        """The next number in Fibonacci coding: its bits stand for 1, 2, 3, 5, 8 ..., and two ones end it."""
        total, before, (weight, following) = 0, 0, (1, 2)
        while not ((bit := self.number(1)) and before):
            total, before = total + bit * weight, bit
            weight, following = following, weight + following
        return total


def tcf(text: str) -> str:
    """What a TC string says of Amazon. Of a string without Amazon's consent nobody can tell a refusal from a silence: denied."""
    core, *others = text.split(".")
    try:
        granted = _core_grants(_Bits(core)) and all(_discloses(_Bits(one)) for one in others)
    except ValueError:
        return UNREADABLE
    return GRANTED if granted else DENIED


def gpp(text: str) -> str:
    """What the European section of a GPP string says of Amazon; the sections of other places are checked for their form only."""
    header, *sections = text.split("~")
    try:
        numbers = list(_sections(_Bits(header)))
    except ValueError:
        return UNREADABLE
    if not numbers or len(numbers) != len(sections) or not all(sections):
        return UNREADABLE
    return tcf(sections[numbers.index(_EU_SECTION)]) if _EU_SECTION in numbers else SILENT


def _core_grants(bits: _Bits) -> bool:
    """Source of the order and widths: IAB Tech Lab, "Consent string and vendor list formats v2", core string."""
    if bits.number(6) != _VERSION:
        raise _CutOff
    # Created, updated, the CMP and its version, screen, language, vendor list, policy, two flags, special features.
    bits.number(36 + 36 + 12 + 12 + 6 + 12 + 12 + 6 + 1 + 1 + 12)
    consents = bits.number(24)
    bits.number(24)
    purpose_one_is_not_asked = bool(bits.number(1))
    bits.number(12)
    vendor = _names_amazon(bits)
    _names_amazon(bits)  # by legitimate interest, which is no consent
    granted = {purpose for purpose in range(1, 25) if consents >> (24 - purpose) & 1}
    if purpose_one_is_not_asked:
        granted.add(1)
    return vendor and granted - set(_restricted(bits)) >= set(PURPOSES)


def _names_amazon(bits: _Bits) -> bool:
    """Whether a list of vendors, as a field of bits or as ranges, has Amazon in it."""
    most = bits.number(16)
    if bits.number(1):
        return any([_in_range(bits) for _ in range(bits.number(12))])  # noqa: C419  (all have to be read)
    field = bits.number(most)
    return most >= AMAZON and bool(field >> (most - AMAZON) & 1)


def _in_range(bits: _Bits) -> bool:
    several, first = bits.number(1), bits.number(16)
    last = bits.number(16) if several else first
    return first <= AMAZON <= last


def _restricted(bits: _Bits) -> Iterator[int]:
    """Purposes that the publisher keeps from Amazon, or allows on another ground than consent only."""
    for _ in range(bits.number(12)):
        purpose, kind = bits.number(6), bits.number(2)
        named = [_in_range(bits) for _ in range(bits.number(12))]
        if any(named) and kind != 1:  # 1: consent is required, and that is what we look at
            yield purpose


def _discloses(bits: _Bits) -> bool:
    """False for a segment (since TCF 2.3) of the vendors who were shown to the person, if Amazon is not among them."""
    return bits.number(3) != 1 or _names_amazon(bits)


def _sections(bits: _Bits) -> Iterator[int]:
    """The numbers of a GPP string's sections, in order. Source: IAB Tech Lab, "GPP string", header."""
    if (bits.number(6), bits.number(6)) != (3, 1):  # the type and the version of the header
        raise _CutOff
    last = 0
    for _ in range(bits.number(12)):
        several, first = bits.number(1), last + bits.fibonacci()
        last = first + (bits.fibonacci() if several else 0)
        if last > _MOST_SECTIONS:
            raise _CutOff
        yield from range(first, last + 1)
