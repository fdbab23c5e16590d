"""`/amc/audiences/metadata`: audiences. Amazon can neither list nor search nor delete them: keep the id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lading.amazon import audience_rules as rules
from lading.amazon import countries
from lading.amazon.audience_rules import Fee
from lading.amazon.exact import bare, written
from lading.amazon.gateway import AUDIENCES, Call, Gateway
from lading.amazon.shapes import Shape
from lading.amazon.sizes import AudienceSize, size_of

_PATH: Final = "/amc/audiences/metadata"


@dataclass(frozen=True, slots=True)
class AudienceSpec:
    """An audience to create. Its name, country, external id and target can never be changed afterwards."""

    name: str
    description: str
    #: Your own id of the audience.
    external_audience_id: str
    #: Either a connection (AMC, and DSP) or a DSP advertiser.
    connection_id: str | None = None
    advertiser_id: str | None = None
    #: ISO-3166-1 alpha-2, for records without a country of their own.
    country: str | None = None
    #: Seconds that a member stays, 0..34300800; Amazon's default is the longest.
    ttl: int | None = None
    fees: tuple[Fee, ...] | None = None


@dataclass(frozen=True, slots=True)
class CreatedAudience:
    """What Amazon made. `notes` says what had to be changed in what was asked."""

    audience_id: str
    external_audience_id: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AudienceMetadata:
    """An audience as Amazon keeps it; what an answer leaves out is "" or None."""

    audience_id: str
    name: str
    description: str
    external_audience_id: str
    advertiser_id: str | None
    country: str | None
    #: Seconds that a member stays.
    ttl: int | None
    fees: tuple[Fee, ...]
    size: AudienceSize


class Audiences:
    """The audiences of this client."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, spec: AudienceSpec) -> CreatedAudience:
        """Create an audience. Sent twice, it may exist twice: nothing tells Amazon that it is the same.

        Raises:
            WrongField: a field is not as Amazon wants it; nothing was sent.

        """
        asked, notes = _asked(spec)
        shape = Shape.of(self._gateway.ask(Call("POST", _PATH, AUDIENCES, body=written(asked))))
        external = shape.maybe_identifier("externalAudienceId") or spec.external_audience_id
        return CreatedAudience(shape.identifier("audienceId"), external, notes)

    def get(self, audience_id: str) -> AudienceMetadata:
        """What Amazon keeps of an audience.

        Raises:
            NotFound: there is none by this id.

        """
        return _metadata(Shape.of(self._gateway.ask(Call("GET", _path(audience_id), AUDIENCES))))

    def update(
        self,
        audience_id: str,
        *,
        description: str | None = None,
        ttl: int | None = None,
        fees: tuple[Fee, ...] | None = None,
    ) -> AudienceMetadata:
        """Change what can be changed. A ttl of 0 takes everyone out; raising it lets them in again.

        Raises:
            WrongField: a field is not as Amazon wants it, or nothing is to be changed; nothing was sent.

        """
        metadata = _present({"ttl": rules.ttl(ttl), "audienceFees": rules.fees(fees)})
        said = None if description is None else rules.description(description)
        asked = _present({"description": said, "metadata": metadata or None})
        if not asked:
            raise rules.WrongField("update", "names nothing to change")
        call = Call("PUT", _path(audience_id), AUDIENCES, body=written(asked))
        return _metadata(Shape.of(self._gateway.ask(call)))


def _path(audience_id: str) -> str:
    return f"{_PATH}/{bare(audience_id, 'audienceId')}"


def _asked(spec: AudienceSpec) -> tuple[dict[str, object], tuple[str, ...]]:
    if not spec.external_audience_id.strip():
        raise rules.WrongField("externalAudienceId", "is missing")
    name, description = rules.name(spec.name), rules.description(spec.description)
    country = None if spec.country is None else countries.checked(spec.country)
    metadata = {
        "externalAudienceId": spec.external_audience_id,
        "ttl": rules.ttl(spec.ttl),
        "audienceFees": rules.fees(spec.fees),
    }
    asked = {
        "name": name,
        "description": description,
        "countryCode": country,
        "targetResource": rules.target(spec.connection_id, spec.advertiser_id),
        "metadata": _present(metadata),
    }
    changed = [("name", spec.name, name), ("description", spec.description, description)]
    changed += [("country", spec.country, country)] if spec.country and country else []
    notes = (f"{field} became {now!r}" for field, before, now in changed if before != now)
    return _present(asked), tuple(notes)


def _present(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _metadata(shape: Shape) -> AudienceMetadata:
    inner = shape.inner("metadata")
    fees = (
        Fee(fee.number("cpmCents") or 0, fee.text("currency")) for fee in inner.maybe_items("audienceFees")
    )
    return AudienceMetadata(
        audience_id=shape.identifier("audienceId"),
        name=shape.text("name"),
        description=shape.text("description"),
        external_audience_id=inner.maybe_identifier("externalAudienceId") or "",
        advertiser_id=shape.maybe_identifier("advertiserId"),
        country=countries.iso(shape.text("countryCode")) or None,
        ttl=inner.count("ttl"),
        fees=tuple(fees),
        size=size_of(inner.inner("audienceSize")),
    )
