"""Countries, as requests of all families name them."""

from __future__ import annotations

from amc_sandbox import rules
from amc_sandbox.families import Refusal


def check_country(country: str | None) -> None:
    """Two capitals are not yet a country."""
    if country is not None and country not in rules.COUNTRIES:
        raise Refusal(400, "countryCode is not a country code of ISO 3166-1")
