"""Countries that Amazon treats in a way of their own."""

from __future__ import annotations

from typing import Final

# fmt: off
#: Where Amazon matches hashed identifiers. Source: Amazon, guide to audience management, 2025.
MATCHED: Final = frozenset({
    "AE", "AU", "BE", "BR", "CA", "DE", "EG", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "PL",
    "SA", "SE", "SG", "TR", "US",
})

#: Where a record has to carry consent: the UK and the EEA. Source: Amazon, "Consent management".
CONSENT: Final = frozenset({
    "GB", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
    "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO",
})
# fmt: on
