"""Audiences that nobody declared: a sync is made for each that an event speaks of, as far as the settings allow."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from lading.dialects.segment import Membership
from lading.errors import SettingsError
from lading.service import made
from lading.service.events.destinations import Known
from lading.service.events.reasons import REFUSED
from lading.service.parts import Parts
from lading.settings.document import slug
from lading.settings.segment import CreatedAudiences, audience_of

#: Who makes them, in the audit.
_WHO: Final = "event"


def created(parts: Parts, known: Known, one: Membership) -> str:
    """Make the sync of an audience; its name. SettingsError, with a code of `reasons.REFUSED`, where it cannot be made.

    However many processes make syncs at a time, there are never more than the settings allow.
    """
    wanted = known.source.create
    if wanted is None:
        raise _refused("too_many_audiences")
    name = _sync_name(known.name, one.audience)

    def is_new(made: Mapping[str, Mapping[str, Any]]) -> bool:
        blocks = made.get("syncs", {})
        mine = [body for body in blocks.values() if body.get("from", {}).get("source") == known.name]
        if name not in blocks and len(mine) >= wanted.up_to:
            raise _refused("too_many_audiences")
        return name not in blocks

    if is_new(parts.ledger.made.all()):
        block = _block(parts, known, wanted, one)
        made.put(parts, "syncs", name, block, who=f"{_WHO} of {known.name}", allowed=is_new)
    return name


def _sync_name(destination: str, audience: str) -> str:
    """A name of its own also for an audience whose key has letters that names cannot have, or too many."""
    wanted = f"{destination}-{audience}"
    name = slug(wanted)
    return (
        name
        if name == wanted and len(name) <= 64
        else f"{name[:55]}-{sha256(wanted.encode()).hexdigest()[:8]}"
    )


def _block(parts: Parts, known: Known, wanted: CreatedAudiences, one: Membership) -> dict[str, Any]:
    given = one.settings
    external_id = _text(given.get("externalAudienceId")) or _sync_name(known.name, one.audience)
    audience = audience_of(
        wanted, name=_name(wanted, one.audience), external_id=external_id[:128],
        given={
            "description": _text(given.get("description")), "country": _text(given.get("countryCode")),
            "ttl": given.get("ttl"), "fees": _fees(given),
        },
    )  # fmt: skip
    audience["connection"] = _connection(parts, wanted, _text(given.get("advertiserId")))
    return {
        "from": {"source": known.name, "audience": one.audience},
        "to": {"audience": audience},
        "mode": "add",
    }


def _name(wanted: CreatedAudiences, audience: str) -> str:
    """Amazon's names have 10 to 128 characters."""
    name = wanted.name.replace("{audience}", audience)
    return (name if len(name) >= 10 else f"{name} (audience)")[:128]


def _connection(parts: Parts, wanted: CreatedAudiences, advertiser: str | None) -> str:
    known = parts.settings.connections
    if advertiser is None or known[wanted.connection].dsp_advertiser_id == advertiser:
        return wanted.connection
    found = next((name for name, one in known.items() if one.dsp_advertiser_id == advertiser), None)
    if found is None:
        raise _refused("unknown_advertiser")
    return found


def _fees(given: Any) -> list[dict[str, Any]] | None:
    """A currency counts only together with a price."""
    price, currency = given.get("cpmCents"), _text(given.get("currency"))
    return [{"cpm_cents": price, "currency": currency}] if price is not None and currency else None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _refused(code: str) -> SettingsError:
    return SettingsError(REFUSED[code], code=code)
