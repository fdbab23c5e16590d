"""The two ids of one audience: Amazon's API has one, and DSP's pages show another. No operation of the API leads from one to the other, and both are
digits only, so DSP's is known where somebody wrote it down (`dsp_audience_id`).
"""

from __future__ import annotations

from collections.abc import Mapping

from lading.errors import SettingsError
from lading.service.parts import Parts
from lading.service.work import target_of


def shown_in_dsp(parts: Parts) -> Mapping[str, str]:
    """Target -> what DSP's pages call its audience, where the settings say so."""
    syncs = parts.settings.syncs.items()
    return {
        target_of(name, sync): sync.to.audience.dsp_audience_id
        for name, sync in syncs
        if sync.to.audience and sync.to.audience.dsp_audience_id
    }


def check_api_id(parts: Parts, audience_id: str, where: str) -> None:
    """Refuse an id that DSP's pages show, and name the one that the API wants."""
    target = next((one for one, shown in shown_in_dsp(parts).items() if shown == audience_id), None)
    if target is None:
        return
    known = parts.ledger.audiences.get(target)
    right = known.audience_id if known and known.audience_id else "not known here"
    raise SettingsError(
        f"{audience_id} is what DSP's pages call the audience {target}; Amazon's API calls it {right}: write that one",
        where=where, code="wrong_audience_id",
    )  # fmt: skip
