"""UK and GB: Amazon's profiles and DSP say UK, its audiences say GB, and here it is always GB."""

from __future__ import annotations

import re
from typing import Final

_ALPHA_2: Final = re.compile(r"[A-Z]{2}")


def iso(country: str) -> str:
    """The ISO-3166-1 alpha-2 code for what Amazon, or a person, wrote: `uk` is `GB`."""
    code = country.strip().upper()
    return "GB" if code == "UK" else code


def checked(country: str) -> str:
    """The code, if it has the form of one.

    Raises:
        ValueError: it is no two-letter code.

    """
    code = iso(country)
    if not _ALPHA_2.fullmatch(code):
        raise ValueError(f"country is a two-letter code such as US or DE, not {country[:20]!r}")
    return code
