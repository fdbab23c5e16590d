"""Whether Amazon knows the audience of a sync by the id that is written down for it, and what DSP's pages call it."""

from __future__ import annotations

from collections.abc import Iterator

from lading import amazon
from lading.destinations.answers import explained
from lading.service.checks.line import CheckLine, fine, wrong
from lading.service.parts import Parts
from lading.service.work import target_of


def audience_lines(parts: Parts, syncs: tuple[str, ...]) -> Iterator[CheckLine]:
    """A line for each of these syncs whose audience has an id: by the ledger, or by the settings."""
    for name in syncs:
        if parts.sync(name).to.audience is None:
            continue
        wish, known = parts.audience(name), parts.ledger.audiences.get(target_of(name, parts.sync(name)))
        if audience_id := (known and known.audience_id) or wish.audience_id:
            yield _line(parts, f"{name}: audience", wish.connection, audience_id, wish.dsp_audience_id)


def _line(parts: Parts, what: str, connection: str, audience_id: str, in_dsp: str | None) -> CheckLine:
    try:
        found = parts.amazon(connection).audiences.get(audience_id)
    except amazon.NotFound:
        return wrong(
            what, f"Amazon knows no audience {audience_id} in region {parts.connection(connection).region}",
            "write the id that was shown when the audience was created. DSP's pages show another one, which goes under dsp_audience_id",
        )  # fmt: skip
    except amazon.AmazonError as error:
        return wrong(what, "refused", explained(error, connection).message)
    shown = f"; {in_dsp} in DSP" if in_dsp else ""
    return fine(what, f"{audience_id} in the API ({found.name}){shown}")
