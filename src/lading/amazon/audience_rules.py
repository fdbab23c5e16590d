"""What Amazon asks of an audience's fields, checked before anything is sent: a table of limits and plain words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lading.amazon.exact import bare

#: Limits by the OpenAPI file "Advertiser audiences", v3.
NAME_LENGTH: Final = range(10, 129)
DESCRIPTION_LENGTH: Final = range(1_001)
#: Seconds; the longest is 397 days.
TTL: Final = range(34_300_801)
CURRENCIES: Final = frozenset(
    {"AED", "AUD", "CAD", "CNY", "EUR", "GBP", "INR", "JPY", "MXN", "SAR", "SEK", "TRY", "USD"}
)

#: "Alphanumeric", says the file; its samples hold `_`, `-` and spaces too.
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9 _-]+")


class WrongField(ValueError):
    """A field that Amazon would refuse; `field` is its name as Amazon writes it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field} {message}")


@dataclass(frozen=True, slots=True)
class Fee:
    """What a data provider charges, in hundredths of the currency a thousand impressions. Advertisers need none."""

    cpm_cents: float
    currency: str


def plain_text(text: str) -> str:
    """The text in what Amazon takes: ASCII letters, digits, space, `_` and `-`; accents fall off, the rest is a space."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_FOREIGN.sub(" ", letters).split())


def name(text: str) -> str:
    """The name, cleaned, 10..128 characters."""
    return _sized("name", plain_text(text), NAME_LENGTH)


def description(text: str) -> str:
    """The description, cleaned, 0..1000 characters."""
    return _sized("description", plain_text(text), DESCRIPTION_LENGTH)


def ttl(seconds: int | None) -> int | None:
    """Seconds that a member stays, 0..34300800. 0 takes everyone out."""
    if seconds is not None and (isinstance(seconds, bool) or seconds not in TTL):
        raise WrongField("ttl", f"is 0..{TTL[-1]} seconds (397 days), not {seconds}")
    return seconds


def fees(wanted: Sequence[Fee] | None) -> list[dict[str, object]] | None:
    """The fees as they travel: 1..13 of them, one a currency."""
    if wanted is None:
        return None
    if len({fee.currency for fee in wanted}) != len(wanted) or not wanted:
        raise WrongField("audienceFees", f"has one fee a currency, 1..{len(CURRENCIES)} in all")
    return [_fee(fee) for fee in wanted]


def target(connection_id: str | None, advertiser_id: str | None) -> dict[str, object]:
    """Where the audience goes: through a connection (AMC, and DSP), or to a DSP advertiser alone."""
    if bool(connection_id) == bool(advertiser_id):
        raise WrongField("targetResource", "is either a connection or a DSP advertiser")
    if advertiser_id:
        return {"advertiserId": bare(advertiser_id, "advertiserId")}
    return {"connectionId": connection_id}


def _fee(fee: Fee) -> dict[str, object]:
    if fee.currency not in CURRENCIES:
        raise WrongField("currency", f"is one of {', '.join(sorted(CURRENCIES))}, not {fee.currency[:10]!r}")
    cents = fee.cpm_cents
    if not isinstance(cents, (int, float)) or isinstance(cents, bool) or not 0 <= cents < math.inf:
        raise WrongField("cpmCents", "is a number, 0 or more")
    whole = int(cents) == cents
    if fee.currency == "JPY" and not whole:
        raise WrongField("cpmCents", "is a whole number for JPY")
    return {"cpmCents": int(cents) if whole else cents, "currency": fee.currency}


def _sized(field: str, text: str, lengths: range) -> str:
    if len(text) not in lengths:
        held = f"{text[:60]!r} has {len(text)}" if text else "none are left of it"
        raise WrongField(
            field,
            f"is {lengths[0]}..{lengths[-1]} letters, digits, spaces, _ and - long; {held}",
        )
    return text
