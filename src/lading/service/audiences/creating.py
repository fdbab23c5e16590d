"""Asking Amazon for an audience, once, and what a refusal means."""

from __future__ import annotations

from lading import amazon
from lading.crashpoints import reach
from lading.destinations.answers import explained
from lading.errors import AccessError, SettingsError
from lading.ledger.rows import Audience, NewAudience
from lading.service.audiences.metadata import fees_as_json, fees_of, seconds
from lading.service.audiences.namesakes import check_name
from lading.service.connect import link
from lading.service.parts import Parts
from lading.service.work import Work, target_of
from lading.settings.targets import AudienceTarget


def new_audience(parts: Parts, sync: str) -> NewAudience:
    """What the settings say of a sync's audience."""
    wish = parts.audience(sync)
    return NewAudience(
        target=target_of(sync, parts.sync(sync)), sync=sync, connection=wish.connection, mode=parts.sync(sync).mode,
        external_audience_id=wish.external_id, name=wish.name, description=wish.description, country=wish.country,
        ttl_seconds=seconds(wish.ttl), destination=wish.target, fees=fees_as_json(wish),
    )  # fmt: skip


def create(work: Work) -> Audience:
    """Ask Amazon for the audience. A lost answer is asked again: should it exist by then, only a person can tell its id."""
    parts, sync = work.parts, work.name
    check_name(parts, sync, work.audience)  # a second time: another process may have made one since
    spec = _spec(parts, work.audience)
    asked_before = parts.ledger.audiences.get(work.claim.target) is not None
    parts.ledger.audiences.creating(work.claim, new_audience(parts, sync))
    reach("create_audience.before_send")
    try:
        made = parts.amazon(work.audience.connection).audiences.create(spec)
    except amazon.WrongField as error:
        raise SettingsError(
            str(error), where=f"syncs.{sync}.to.audience.{error.field}", code="wrong_audience"
        ) from error
    except amazon.BadRequest as error:
        raise _not_created(parts, sync, error, asked_before=asked_before) from error
    except (amazon.MissingScope, amazon.Forbidden, amazon.Unauthorized) as error:
        code = explained(error, work.audience.connection).problem_code
        raise _creation_failed(parts, sync, error, code=code) from error
    reach("create_audience.after_answer")
    created = parts.ledger.audiences.created(work.claim, made.audience_id)
    parts.home.note_audience(created.target, made.audience_id, created.name)
    parts.progress.say(
        f"Created audience {made.audience_id} ({created.name}). Keep this id: Amazon cannot list audiences"
    )
    return created


def _spec(parts: Parts, wish: AudienceTarget) -> amazon.AudienceSpec:
    dsp_only = wish.target == "DSP"
    return amazon.AudienceSpec(
        name=wish.name, description=wish.description, external_audience_id=wish.external_id,
        connection_id=None if dsp_only else link(parts, wish.connection)[0],
        advertiser_id=parts.connection(wish.connection).dsp_advertiser_id if dsp_only else None,
        country=wish.country, ttl=seconds(wish.ttl), fees=fees_of(wish),
    )  # fmt: skip


def _not_created(parts: Parts, sync: str, error: amazon.BadRequest, *, asked_before: bool) -> AccessError:
    if "exist" in error.message.lower():
        why = (
            "an earlier request made it and its answer was lost"
            if asked_before
            else "another program made it"
        )
        return AccessError(
            f"An audience with this external id exists at Amazon already ({why}), and Amazon cannot tell its id. Find the id "
            f"where it was created and run `lading audiences adopt {sync} ID`, or choose another external_id",
            where=f"syncs.{sync}.to.audience", code="audience_exists",
        )  # fmt: skip
    return _creation_failed(parts, sync, error, code="audience_not_created")


def _creation_failed(parts: Parts, sync: str, error: amazon.AmazonError, *, code: str) -> AccessError:
    """Amazon does not say which of the two it was: a scope of the grant, or a permission of the profile."""
    connection = parts.audience(sync).connection
    return AccessError(
        f"Audience creation failed: {error.message}. Check that the grant has the scopes {' and '.join(amazon.SCOPES)}, and that profile "
        f"{parts.connection(connection).profile_id} may create audiences: `lading check {connection}` tells",
        where=f"syncs.{sync}.to.audience", code=code,
    )  # fmt: skip
