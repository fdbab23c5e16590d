"""An audience's metadata at Amazon: what the settings change of it, and what can never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from lading import amazon
from lading.crashpoints import reach
from lading.errors import SettingsError
from lading.ledger.audiences import owner
from lading.ledger.rows import Audience, AudienceState, AudienceUpdate
from lading.service.audiences.namesakes import check_name
from lading.service.parts import Parts
from lading.service.work import Work, target_of
from lading.settings.targets import LONGEST_TTL, AudienceTarget

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Update:
    """One field of an audience that `apply` changes at Amazon: `ttl` (seconds), `description` or `fees`."""

    field: str
    #: As Amazon was last told.
    now: Any
    then: Any


def updates(parts: Parts, name: str) -> tuple[Update, ...]:
    """What has to be changed of the audience that sync `name` fills; nothing as long as it is not made.

    Raises:
        SettingsError: the settings change what cannot be changed.

    """
    audience, wish = parts.ledger.audiences.get(target_of(name, parts.sync(name))), parts.audience(name)
    if audience is None:
        _check_external_id(parts, name, wish)
        check_name(parts, name, wish)
        return ()
    if audience.audience_id is None or not _is_owner(audience, name):
        return ()
    _check_fixed(name, audience, wish)
    return tuple(_updates(audience, wished(audience, wish)))


def wished(audience: Audience, wish: AudienceTarget) -> AudienceUpdate:
    """What the settings want of an audience. What they do not say of an adopted one, and of fees, stays as it is."""
    said = wish.model_fields_set if audience.state is AudienceState.ADOPTED else {"ttl", "description"}
    return AudienceUpdate(
        description=wish.description if "description" in said else audience.description,
        ttl_seconds=seconds(wish.ttl) if "ttl" in said else audience.ttl_seconds,
        fees=fees_as_json(wish) or audience.fees,
    )


def life_planned(parts: Parts, name: str) -> timedelta:
    """How long members of sync `name` stay once the settings hold at Amazon, for telling who is a member.

    Under a ttl of 0 nobody is one. People are known by the time they were sent then, as if they stayed the longest; else they
    would be sent every night in vain.
    """
    audience, wish = parts.ledger.audiences.get(target_of(name, parts.sync(name))), parts.audience(name)
    if audience is None or audience.audience_id is None:
        return wish.ttl or LONGEST_TTL
    told = wished(audience, wish).ttl_seconds if _is_owner(audience, name) else audience.ttl_seconds
    return timedelta(seconds=told or 0) or LONGEST_TTL


def bring_up_to_date(work: Work, audience: Audience) -> None:
    """Tell Amazon what the settings change. A crash in between repeats it, which does no harm.

    The wish is committed before the request: until the answer is, nobody knows what Amazon has, so all of it is sent again.
    """
    found = updates(work.parts, work.name)
    if not found:
        return
    wish, changed = wished(audience, work.audience), {one.field for one in found}
    work.parts.ledger.audiences.updating(work.claim)
    reach("update_audience.before_send")
    try:
        work.parts.amazon(work.audience.connection).audiences.update(
            audience.audience_id or "",
            description=wish.description if "description" in changed else None,
            ttl=wish.ttl_seconds if "ttl" in changed else None,
            fees=fees_of(work.audience) if "fees" in changed else None,
        )
    except amazon.WrongField as error:
        raise _refused(work.name, error.field, str(error)) from error
    except amazon.BadRequest as error:
        raise _refused(work.name, "audience", f"Amazon refused the change: {error.message}") from error
    reach("update_audience.after_answer")
    work.parts.ledger.audiences.updated(work.claim, wish)
    work.parts.progress.say(f"Updated audience {audience.audience_id}: {', '.join(sorted(changed))}")


def fees_of(wish: AudienceTarget) -> tuple[amazon.Fee, ...] | None:
    """The fees as the client takes them."""
    if wish.fees is None:
        return None
    return tuple(amazon.Fee(float(fee.cpm_cents), fee.currency) for fee in wish.fees)


def fees_as_json(wish: AudienceTarget) -> list[dict[str, Any]] | None:
    """The fees as the ledger keeps them: in the order of their currencies, so that another order is no change."""
    fees = fees_of(wish)
    return None if fees is None else as_json(fees)


def as_json(fees: tuple[amazon.Fee, ...]) -> list[dict[str, Any]] | None:
    """Fees of Amazon's, as the ledger keeps them."""
    ordered = sorted(fees, key=lambda fee: fee.currency)
    return [{"cpmCents": float(fee.cpm_cents), "currency": fee.currency} for fee in ordered] or None


def seconds(time: timedelta) -> int:
    """A time as Amazon counts it."""
    return int(time / _SECOND)


def _updates(audience: Audience, wish: AudienceUpdate) -> Iterator[Update]:
    fields = (
        ("ttl", audience.ttl_seconds, wish.ttl_seconds),
        ("description", audience.description, wish.description),
        ("fees", audience.fees, wish.fees),
    )
    for field, now, then in fields:
        if now != then or (audience.updating and then is not None):
            yield Update(field, now, then)


def _is_owner(audience: Audience, name: str) -> bool:
    """Of two syncs that share an audience, only the one that made it says what it is."""
    return owner(audience.sync) == owner(name)


def _check_fixed(name: str, audience: Audience, wish: AudienceTarget) -> None:
    """Amazon's update takes no name, country, external id or target. Source: its OpenAPI, UpdateAudienceMetadata."""
    fixed = (
        ("name", audience.name, wish.name),
        ("country", audience.country, wish.country),
        ("target", audience.destination or wish.target, wish.target),
    )
    for field, now, then in fixed:
        # An audience without a country takes what people bring, so one may be said later.
        if now != then and not (field == "country" and now is None):
            raise SettingsError(
                f"the {field} of audience {audience.audience_id} is {now or 'none'} and cannot become {then or 'none'}: Amazon changes "
                f"neither name, country, external id nor target. Write `{field}: {now}` again, or give a new audience a sync (or a target) of its own",
                where=f"syncs.{name}.to.audience.{field}", code="fixed_at_amazon",
            )  # fmt: skip


def _check_external_id(parts: Parts, name: str, wish: AudienceTarget) -> None:
    """An audience that nobody fills any more, over the same connection, is most likely this one under its old external id."""
    syncs = parts.settings.syncs
    filled = {target_of(one, syncs[one]) for one in syncs}
    for left in parts.ledger.audiences.list():
        mine = owner(left.sync) == owner(name) and left.connection == wish.connection
        if mine and left.audience_id and left.target not in filled:
            raise SettingsError(
                f"this sync filled audience {left.audience_id} over connection {left.connection}, whose external id is "
                f"{left.external_audience_id}, and would leave its people there for a new one. Write `external_id: "
                f"{left.external_audience_id}` to go on with it, or give a new audience a sync of another name",
                where=f"syncs.{name}.to.audience.external_id", code="fixed_at_amazon",
            )  # fmt: skip


def _refused(name: str, field: str, says: str) -> SettingsError:
    return SettingsError(says, where=f"syncs.{name}.to.audience.{field}", code="wrong_audience")
