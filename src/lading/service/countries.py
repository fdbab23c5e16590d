"""The country of rows that name none: as the settings say, else as the connection lets one assume."""

from __future__ import annotations

from dataclasses import dataclass

from lading.model.marketplaces import COUNTRIES
from lading.service.parts import Parts
from lading.settings.connections import Connection
from lading.settings.syncs import Sync


@dataclass(frozen=True, slots=True)
class DefaultCountry:
    """A country in two letters, or None where there is none to take."""

    code: str | None
    #: Nobody said it.
    assumed: bool = False


def default_country(parts: Parts, sync: Sync) -> DefaultCountry:
    """What rows of `sync` that name no country are taken for."""
    target = sync.to.audience
    if target is None or target.country:
        return DefaultCountry(target.country if target else None)
    code = _assumed(parts.connection(target.connection))
    return DefaultCountry(code, assumed=code is not None)


def _assumed(connection: Connection) -> str | None:
    """That of AMC's marketplace. Of the regions only NA is told apart by its largest country: EU and FE could be any."""
    marketplace = connection.amc.marketplace_id if connection.amc else ""
    return COUNTRIES.get(marketplace) or ("US" if connection.region == "NA" else None)
