"""Whether a row's consent lets AMC take it. [amc/amc_consent_management, .../advertiser-data-sets, amc/acr/5_data_prep]

TCF comes before GPP, and GPP before Amazon's consent signal. The strings of TCF and GPP are not decoded: one that is
there counts as consent, as it does for audience records.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from amc_sandbox import rules
from amc_sandbox.ingest.specs import DatasetSpec

_GRANTED: Final = "GRANTED"
_DENIED: Final = "DENIED"


def accepted(dataset: DatasetSpec, country: pl.Expr, *, mandatory: bool) -> pl.Expr:
    """The rows that are taken.

    A denial drops a row in any country. Where people need consent - in the United Kingdom, in the EEA, and where the
    country is not known - a signal that grants nothing drops it; so does none at all, when consent is mandatory.
    """
    columns = {one.consent: pl.col(one.name) for one in dataset.columns if one.consent}
    personal = any(one.identifies for one in dataset.columns)
    needed = country.is_in(rules.CONSENT_COUNTRIES) | country.is_null() | (country == "UNKNOWN")
    if not columns:
        return ~needed if mandatory and personal else pl.lit(value=True)
    user, storage = (
        columns.get(name, pl.lit(None, pl.String)) for name in ("AMZN_USER_DATA", "AMZN_AD_STORAGE")
    )
    strings = [columns[name].fill_null("") != "" for name in ("TCF", "GPP") if name in columns]
    denied = pl.any_horizontal(
        (user == _DENIED).fill_null(value=False), (storage == _DENIED).fill_null(value=False)
    )
    said = user.is_not_null() | storage.is_not_null()
    granted = (user.fill_null("") == _GRANTED) & (storage.fill_null(_GRANTED) == _GRANTED)
    unclear = said & ~granted & ~(user.is_null() & (storage.fill_null("") == _GRANTED))
    missing = ~granted & pl.lit(value=mandatory)
    signal = ~denied & ~(needed & (unclear | missing))
    return pl.any_horizontal(*strings, signal)
