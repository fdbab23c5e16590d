"""Erased people leave an audience: a run of its own, in mode remove, planned out of the membership itself."""

from __future__ import annotations

from lading.errors import SettingsError
from lading.ledger.rows import Audience, Forget, NewRun, Run
from lading.membership.erasing import count, of_suppressed, of_values, people
from lading.membership.erasing_rows import of_rows
from lading.membership.files import verify
from lading.model.states import Mode, RunState
from lading.prepare.suppression import Suppression
from lading.service.audiences.metadata import life_planned
from lading.service.drafting import Draft, committed, removal
from lading.service.erasure.suppressing import suppression_of
from lading.service.parts import Parts
from lading.service.work import Work, is_dataset, planned_folder, target_of


def leave(work: Work) -> Draft:
    """The draft of an erasure's run: its people are removed, whatever the sync's mode, and nothing else is read."""
    parts, run = work.parts, work.run
    gone = entries(parts, run.target, suppression_of(parts))
    return removal(parts, work.name, work.folder, gone, str(run.forget))


def new_run(name: str, audience: Audience, forget: Forget) -> NewRun:
    """What an erasure opens for one audience."""
    return NewRun(sync=name, target=audience.target, mode=Mode.REMOVE, forget=forget.id)


def carrier(parts: Parts, audience: Audience) -> str | None:
    """The sync that fills an audience by the settings of now: its owner, or another one; None where none does."""
    syncs = parts.settings.syncs
    filling = [name for name in syncs if target_of(name, syncs[name]) == audience.target]
    return audience.sync if audience.sync in filling else next(iter(filling), None)


def entries(parts: Parts, target: str, suppression: Suppression) -> frozenset[str]:
    """The external ids of these people in a target's last generation: members, and whoever is only marked or remembered there.

    An expired member is one of them: Amazon only hides him, and a longer `ttl` would let him in again.
    """
    audience = parts.ledger.audiences.get(target)
    name = carrier(parts, audience) if audience else None
    generation = committed(parts, target, life_planned(parts, name) if name else None)
    if generation is None:
        return frozenset()
    index = generation.index_path()
    segments = [verify(generation.folder, one) for one in generation.segments]
    named = of_values("external_id", people([index, *segments], of_suppressed(suppression)).ids)
    return frozenset(people([index], named).ids)


def held(parts: Parts, run: Run, suppression: Suppression) -> bool:
    """Whether a run that is not over carries one of these people, or may yet, because it has not planned."""
    folder = planned_folder(parts, run)
    if is_dataset(run.target) and "rows" in run.files and run.state is not RunState.READING:
        return bool(count(verify(folder, run.files["rows"]), of_rows(suppression)))
    if run.state is RunState.READING or "changes" not in run.files:
        return True
    paths = [verify(folder, run.files[part]) for part in ("records", "changes")]
    return bool(people(paths, of_suppressed(suppression)).ids)


def touched(parts: Parts, target: str, suppression: Suppression) -> bool:
    """Whether a job of an earlier run, of which Amazon has not said the last word, may still act on one of these people."""
    hit = of_suppressed(suppression)
    for batch in parts.ledger.unsettled.of(target):
        run = parts.ledger.runs.get(batch.run)
        if "changes" not in run.files:
            continue
        path = verify(planned_folder(parts, run), run.files["changes"])
        first, last = batch.first, batch.last
        if people([path], lambda frame, a=first, z=last: hit(frame) & frame["no"].is_between(a, z)).ids:  # type: ignore[misc]
            return True
    return False


def unknown_sync(audience: Audience) -> SettingsError:
    """The error for an audience whose sync is no longer in the settings: nobody can be removed from it."""
    return SettingsError(
        f"a person who has to be erased is in audience {audience.audience_id} ({audience.name}), which belongs to sync "
        f"{audience.sync}. Put that sync back into the settings and run `lading forget` again; the person is not sent any more",
        where=f"syncs.{audience.sync}", code="unknown_sync",
    )  # fmt: skip
