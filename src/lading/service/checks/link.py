"""The doctor's look at the connection at Amazon: made by us, or pasted from whoever made it."""

from __future__ import annotations

from collections.abc import Iterator

from lading import amazon
from lading.service.checks.line import CheckLine, fine, wrong
from lading.service.connect import known_link
from lading.service.parts import Parts
from lading.settings.connections import Connection


def link_line(parts: Parts, name: str) -> CheckLine:
    """Whether Amazon knows the connection id, and whether it leads where the settings say."""
    title, ours, known = f"{name}: connection", parts.connection(name), known_link(parts, name)
    if known is None and ours.amc is None:
        return fine(title, "none needed: audiences go to the DSP advertiser itself")
    if known is None:
        return wrong(title, "there is no connection at Amazon yet", _make(name))
    theirs = next((one for one in parts.amazon(name).connections.list() if one.connection_id == known), None)
    if theirs is None:
        return wrong(title, f"Amazon does not know connection {known} (any more)", _mend(name, ours))
    if odd := list(_elsewhere(name, theirs, ours)):
        return wrong(title, f"connection {known} leads {_where(theirs)}", "; ".join(odd))
    return fine(title, f"{known}, {_where(theirs)}")


def _make(name: str) -> str:
    return f"run `lading connect {name}` to make one"


def _mend(name: str, ours: Connection) -> str:
    if ours.connection_id is None:
        return _make(name)
    return (
        f"check connections.{name}.connection_id with whoever gave it to you: it belongs to one user, client and region. Or leave it "
        "out, and run `lading connect` to make one"
    )


def _elsewhere(name: str, theirs: amazon.Connection, ours: Connection) -> Iterator[str]:
    """What the settings say otherwise. A pasted connection need not be repeated there."""
    at = f"connections.{name}"
    if ours.amc and theirs.amc_instance_id != ours.amc.instance_id:
        yield (
            f"write {at}.amc.instance_id: {theirs.amc_instance_id}"
            if theirs.amc_instance_id
            else f"leave {at}.amc out"
        )
    if ours.dsp_advertiser_id and theirs.dsp_advertiser_id != ours.dsp_advertiser_id:
        yield (
            f'write {at}.dsp_advertiser_id: "{theirs.dsp_advertiser_id}"'
            if theirs.dsp_advertiser_id
            else f"leave {at}.dsp_advertiser_id out"
        )


def _where(theirs: amazon.Connection) -> str:
    ends = (
        theirs.amc_instance_id and f"to AMC instance {theirs.amc_instance_id}",
        theirs.dsp_advertiser_id and f"to DSP advertiser {theirs.dsp_advertiser_id}",
    )
    return " and ".join(filter(None, ends))
