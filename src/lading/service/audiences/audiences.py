"""The audiences that this ledger knows: their ids, owners and sizes. Amazon can neither list nor search them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from lading import amazon
from lading.destinations.answers import explained
from lading.errors import SettingsError
from lading.ledger.rows import Audience
from lading.model.states import RunState
from lading.nearest import hint
from lading.service import delivering
from lading.service.audiences.ids import shown_in_dsp
from lading.service.audiences.namesakes import only_one
from lading.service.parts import Parts
from lading.service.work import target_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceLine:
    """One audience as the ledger has it."""

    target: str
    #: Amazon's API id: what every later request needs.
    audience_id: str | None
    external_audience_id: str
    name: str
    sync: str
    mode: str
    connection: str
    country: str | None
    ttl_seconds: int | None
    state: str
    generation: int
    members: int
    #: When its source last was wholly at Amazon: the end of the last run that is done.
    as_of: datetime | None = None
    #: How long ago that was.
    age_seconds: int | None = None
    #: What DSP's pages call the same audience, if the settings say so.
    dsp_audience_id: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceView:
    """One audience as the ledger has it, and as Amazon sees it now."""

    audience: AudienceLine
    #: Amazon's counts; None where it has not counted yet.
    received: int | None
    matched: int | None
    dsp_size: int | None

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def list_audiences(parts: Parts) -> tuple[AudienceLine, ...]:
    """All audiences of the ledger."""
    return tuple(_line(parts, audience) for audience in parts.ledger.audiences.list())


def show(parts: Parts, name: str) -> AudienceView:
    """The audience that is named by its sync, target or id, the API's or DSP's, with Amazon's counts of it."""
    return _view(parts, _find(parts, name))


def of_sync(parts: Parts, name: str) -> AudienceView:
    """The audience that sync `name` fills, with Amazon's counts of it."""
    found = parts.ledger.audiences.get(target_of(name, parts.sync(name)))
    return _view(parts, found) if found else show(parts, name)


def _view(parts: Parts, audience: Audience) -> AudienceView:
    size = None
    if audience.audience_id:
        try:
            size = parts.amazon(audience.connection).audiences.get(audience.audience_id).size
        except amazon.AmazonError as error:
            raise explained(error, audience.connection) from error
    return AudienceView(
        audience=_line(parts, audience),
        received=size.received if size else None,
        matched=size.resolved if size else None,
        dsp_size=size.dsp if size else None,
    )


def adopt(parts: Parts, sync: str, audience_id: str) -> AudienceLine:
    """Make audience `audience_id`, which exists at Amazon, that of `sync`."""
    try:
        return _line(parts, delivering.adopt(parts, sync, audience_id))
    except amazon.AmazonError as error:
        raise explained(error, parts.audience(sync).connection) from error


def _line(parts: Parts, audience: Audience) -> AudienceLine:
    last, as_of = parts.ledger.audiences.generation(audience.target), _fresh(parts, audience.target)
    return AudienceLine(
        target=audience.target, audience_id=audience.audience_id, external_audience_id=audience.external_audience_id,
        name=audience.name, sync=audience.sync, mode=str(audience.mode), connection=audience.connection,
        country=audience.country, ttl_seconds=audience.ttl_seconds, state=str(audience.state),
        generation=audience.generation, members=last.members if last else 0,
        as_of=as_of, age_seconds=int((parts.clock.now() - as_of).total_seconds()) if as_of else None,
        dsp_audience_id=shown_in_dsp(parts).get(audience.target),
    )  # fmt: skip


def _fresh(parts: Parts, target: str) -> datetime | None:
    """The end of the last run that is done, of the latest ones."""
    done = (run.ended_at for run in parts.ledger.runs.list(target=target) if run.state is RunState.DONE)
    return next(done, None)


def _find(parts: Parts, name: str) -> Audience:
    known = parts.ledger.audiences.list()
    in_dsp = shown_in_dsp(parts)
    for audience in known:
        if name in {audience.sync, audience.target, audience.audience_id, in_dsp.get(audience.target)}:
            return audience
    if called := [one for one in known if one.name == name]:
        return only_one(name, called)
    raise SettingsError(
        f"the ledger knows no audience {name!r}; {hint(name, (one.sync for one in known))}",
        code="unknown_audience",
    )
