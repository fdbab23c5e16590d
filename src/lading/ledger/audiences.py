"""Audiences: asked for once, their ids kept for ever, and the number of the generation that was last committed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from lading.errors import Bug, SettingsError
from lading.ledger import tables
from lading.ledger.audit import note
from lading.ledger.claims import Claim
from lading.ledger.rows import Audience, AudienceState, AudienceUpdate, Generation, NamedFile, NewAudience
from lading.ledger.store import Store
from lading.model.states import Mode

_A = tables.audiences.c
_G = tables.generations.c


class Audiences:
    """The targets of a ledger and their generations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, target: str) -> Audience | None:
        """The audience of a target, if it was ever asked for or adopted."""
        with self._store.read() as connection:
            return _find(connection, target)

    def list(self) -> tuple[Audience, ...]:
        """All of them, by target."""
        with self._store.read() as connection:
            rows = connection.execute(select(tables.audiences).order_by(_A.target)).mappings()
            return tuple(Audience(**row) for row in rows)

    def creating(self, claim: Claim, new: NewAudience) -> Audience:
        """Write down, before Amazon is asked, that an audience is being made; the same again after a restart.

        A row that is `creating` already says that an earlier request's answer was lost: then "exists" means adopt.
        """
        with self._store.write("audience_creating") as connection:
            claim.hold(connection)
            if new.target != claim.target:
                raise Bug(f"run {claim.run_id} is for {claim.target} and makes no audience for {new.target}")
            found = _find(connection, new.target)
            if found is None:
                connection.execute(
                    insert(tables.audiences).values(self._row(new, AudienceState.CREATING, None))
                )
            elif found.audience_id is None:
                _check_owner(found, new)
                connection.execute(
                    update(tables.audiences).where(_A.target == new.target).values(_wishes(new))
                )
            else:
                raise Bug(f"the audience of {new.target} exists already: {found.audience_id}")
            return _known(connection, new.target)

    def created(self, claim: Claim, audience_id: str) -> Audience:
        """Keep the id that Amazon gave to the claim's target."""
        with self._store.write("audience_created") as connection:
            claim.hold(connection)
            waiting = (_A.target == claim.target, _A.state == AudienceState.CREATING)
            ready = {"audience_id": audience_id, "state": AudienceState.READY}
            if connection.execute(update(tables.audiences).where(*waiting).values(ready)).rowcount != 1:
                raise Bug(f"no audience was being made for {claim.target}")
            self._note(connection, "audience created", claim.owner, _known(connection, claim.target))
            return _known(connection, claim.target)

    def adopt(self, new: NewAudience, audience_id: str, *, who: str) -> Audience:
        """Take an audience that exists at Amazon as this target's; one that is ours already is left as it is."""
        with self._store.write("audience_adopted") as connection:
            _check_adopted(connection, new, audience_id)
            found = _find(connection, new.target)
            if found is None:
                connection.execute(
                    insert(tables.audiences).values(self._row(new, AudienceState.ADOPTED, audience_id))
                )
            elif found.audience_id in {None, audience_id}:
                _check_owner(found, new)
                if found.audience_id is None:
                    adopted = {"audience_id": audience_id, "state": AudienceState.ADOPTED, **_wishes(new)}
                    connection.execute(
                        update(tables.audiences).where(_A.target == new.target).values(adopted)
                    )
            else:
                raise SettingsError(
                    f"{new.target} has the audience {found.audience_id} already and cannot adopt {audience_id}. Give a second "
                    "audience a sync of its own",
                    code="audience_taken",
                )
            self._note(connection, "audience adopted", who, _known(connection, new.target))
            return _known(connection, new.target)

    def updating(self, claim: Claim) -> None:
        """Write down, before Amazon is asked, that the audience is being changed: until `updated`, nobody knows what it has."""
        self._update(claim, "audience_updating", {"updating": True})

    def updated(self, claim: Claim, change: AudienceUpdate) -> Audience:
        """Keep what Amazon has now."""
        known = {"description": change.description, "ttl_seconds": change.ttl_seconds, "fees": change.fees}
        return self._update(claim, "audience_updated", {**known, "updating": False})

    def _update(self, claim: Claim, act: str, changes: dict[str, Any]) -> Audience:
        with self._store.write(act) as connection:
            claim.hold(connection)
            connection.execute(update(tables.audiences).where(_A.target == claim.target).values(changes))
            if not changes["updating"]:
                self._note(connection, "audience updated", claim.owner, _known(connection, claim.target))
            return _known(connection, claim.target)

    def may_use(self, target: str, *, sync: str, mode: Mode) -> Audience | None:
        """The target's audience, if this sync may write to it: its owner may, and others unless one of them is a mirror."""
        found = self.get(target)
        if found:
            _check_sharing(found, sync, mode)
        return found

    def generation(self, target: str) -> Generation | None:
        """The membership that was last committed; None before the first commit."""
        wanted = select(tables.generations).where(_G.target == target).order_by(_G.number.desc()).limit(1)
        with self._store.read() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        return _generation(dict(row)) if row else None

    def generations(self, target: str) -> tuple[Generation, ...]:
        """All that were ever committed, oldest first: the files of those before the last may be swept."""
        wanted = select(tables.generations).where(_G.target == target).order_by(_G.number)
        with self._store.read() as connection:
            return tuple(_generation(dict(row)) for row in connection.execute(wanted).mappings())

    def _row(self, new: NewAudience, state: AudienceState, audience_id: str | None) -> dict[str, Any]:
        return {
            **_wishes(new), "target": new.target, "sync": new.sync, "connection": new.connection, "mode": new.mode,
            "external_audience_id": new.external_audience_id, "state": state, "audience_id": audience_id,
            "generation": 0, "created_at": self._store.clock.now(),
        }  # fmt: skip

    def _note(self, connection: Connection, what: str, who: str, audience: Audience) -> None:
        where = {"target": audience.target, "audience_id": audience.audience_id}
        note(connection, self._store.clock.now(), what, who=who, where=where)


def _wishes(new: NewAudience) -> dict[str, Any]:
    """What may still change as long as Amazon has not made it."""
    return {
        "name": new.name,
        "description": new.description,
        "country": new.country,
        "ttl_seconds": new.ttl_seconds,
        "destination": new.destination,
        "fees": new.fees,
    }


def _find(connection: Connection, target: str) -> Audience | None:
    row = connection.execute(select(tables.audiences).where(_A.target == target)).mappings().one_or_none()
    return Audience(**row) if row else None


def _known(connection: Connection, target: str) -> Audience:
    return Audience(
        **connection.execute(select(tables.audiences).where(_A.target == target)).mappings().one()
    )


def _check_adopted(connection: Connection, new: NewAudience, audience_id: str) -> None:
    """One audience under two keys would have two memberships, each of which knows a part of it."""
    elsewhere = select(_A.sync, _A.target).where(_A.audience_id == audience_id, _A.target != new.target)
    for sync, target in connection.execute(elsewhere):
        if owner(sync) != owner(new.sync):
            raise SettingsError(
                f"the audience {audience_id} is kept as {target} already, by sync {sync}, and sync {new.sync} cannot adopt it. Two "
                f"syncs of which none is a mirror may share it: give both the connection and the external_id of sync {sync}",
                code="audience_owned",
            )


def _check_owner(found: Audience, new: NewAudience) -> None:
    _check_sharing(found, new.sync, new.mode)
    if found.external_audience_id != new.external_audience_id:
        raise Bug(
            f"{new.target} was asked for as {found.external_audience_id} and cannot become {new.external_audience_id}"
        )


def owner(sync: str) -> str:
    """The sync without its target's name, `SYNC/TARGET`: that may change with the list of targets, and the owner stays."""
    return sync.partition("/")[0]


def _check_sharing(found: Audience, sync: str, mode: Mode) -> None:
    """A mirror takes out whomever it does not know, and so all that another sync brought."""
    if owner(found.sync) != owner(sync) and not (found.mode.shares and mode.shares):
        raise SettingsError(
            f"the audience {found.external_audience_id} belongs to sync {found.sync} ({found.mode}); sync {sync} ({mode}) may "
            "not write to it: a mirror undoes what any other sync does. Let both be add, upsert or remove, or give this one an "
            "external_id of its own, or do its work in the source of the mirror",
            code="audience_owned",
        )


def _generation(row: dict[str, Any]) -> Generation:
    index = NamedFile(**row.pop("index"))
    segments = tuple(NamedFile(**segment) for segment in row.pop("segments"))
    return Generation(**row, index=index, segments=segments)
