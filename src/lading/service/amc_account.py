"""The AMC account of a connection: as the settings say, else the one that has its instance."""

from __future__ import annotations

from lading.errors import SettingsError
from lading.service.parts import Parts
from lading.settings.connections import Amc


def account_of(parts: Parts, name: str, amc: Amc) -> str:
    """The account's id. Amazon is asked for it only where neither the settings nor the kept connection say it.

    Raises:
        SettingsError: no account that the grant reaches has the instance.

    """
    if amc.account_id:
        return amc.account_id
    kept = parts.ledger.links.get(name)
    if kept and kept.account_id and kept.instance_id == amc.instance_id:
        return kept.account_id
    return _looked_up(parts, name, amc)


def _looked_up(parts: Parts, name: str, amc: Amc) -> str:
    client = parts.amazon(name)
    accounts = [one for one in client.accounts.list() if one.marketplace_id == amc.marketplace_id]
    for one in accounts:
        instances = client.instances.list(one.account_id, amc.marketplace_id)
        if any(instance.instance_id == amc.instance_id for instance in instances):
            return one.account_id
    seen = ", ".join(one.account_id for one in accounts) or "none"
    raise SettingsError(
        f"no AMC account of marketplace {amc.marketplace_id} has instance {amc.instance_id} (looked at: {seen}). Correct one of the two, "
        "or write `account_id:`", where=f"connections.{name}.amc", code="no_instance",
    )  # fmt: skip
