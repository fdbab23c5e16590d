"""Amazon's marketplaces and the countries that they are for."""

from __future__ import annotations

from typing import Final

#: Id -> ISO 3166-1 alpha-2. Source: Amazon, AMC guide "Make your first call", marketplace ids.
COUNTRIES: Final = {
    "A2Q3Y263D00KWC": "BR", "A2EUQ1WTGCTBG2": "CA", "A1AM78C64UM0Y8": "MX", "ATVPDKIKX0DER": "US", "A1PA6795UKMFR9": "DE",
    "A1RKKUPIHCS9HS": "ES", "A13V1IB3VIYZZH": "FR", "APJ6JRA9NG5V4": "IT", "A1805IZSGTT6HS": "NL", "A2NODRKZP88ZB9": "SE",
    "A33AVAJ2PDY3EV": "TR", "A1F83G8C2ARO7P": "GB", "A17E79C6D8DWNP": "SA", "A2VIGQ35RCS4UG": "AE", "A39IBJ37TRP1C6": "AU",
    "A1VC38T7YXB528": "JP", "A21TJRUUN4KGV": "IN",
}  # fmt: skip
