"""The doctor's look at fees: Amazon wants them in the currency of the advertiser's marketplace."""

from __future__ import annotations

from lading.service.checks.line import CheckLine, fine, wrong
from lading.service.parts import Parts


def fee_line(parts: Parts, name: str) -> CheckLine:
    """Whether audiences over connection `name` have fees in another currency than that of the advertiser."""
    said = {
        (sync, fee.currency)
        for sync, one in parts.settings.syncs.items()
        if one.to.audience and one.to.audience.connection == name
        for fee in one.to.audience.fees or ()
    }
    if not said:
        return fine(f"{name}: fees", "none")
    ours = _currency(parts, name)
    odd = sorted((sync, currency) for sync, currency in said if ours and currency != ours)
    if not odd:
        return fine(f"{name}: fees", f"in {ours}" if ours else "the advertiser's currency is not known")
    return wrong(
        f"{name}: fees", "; ".join(f"sync {sync} has a fee in {currency}" for sync, currency in odd),
        f"write fees in {ours}, the currency of the advertiser's marketplace",
    )  # fmt: skip


def _currency(parts: Parts, name: str) -> str | None:
    """That of the DSP advertiser; without one, that of the profile."""
    settings, client = parts.connection(name), parts.amazon(name)
    wanted = settings.dsp_advertiser_id
    if wanted is None:
        profiles = client.profiles.list()
        return next((one.currency for one in profiles if one.profile_id == settings.profile_id), None)
    advertisers = client.dsp_advertisers.list(settings.profile_id)
    return next((one.currency for one in advertisers if one.advertiser_id == wanted), None)
