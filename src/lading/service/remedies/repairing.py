"""Repairing: a plan that sends every member again, because Amazon counts fewer and tells nobody who is missing."""

from __future__ import annotations

from lading.errors import SettingsError
from lading.ledger import new_id
from lading.membership.merge import Merged
from lading.membership.restore import restore
from lading.model.states import Mode
from lading.plan.expiry import everybody
from lading.prepare.fingerprint import fingerprints_of
from lading.service import noticing, planning
from lading.service.drafting import against_members, committed
from lading.service.parts import Parts
from lading.service.planning import PlanView
from lading.service.reading import Reading
from lading.service.work import target_of


def repair(parts: Parts, name: str) -> PlanView:
    """Plan to send every member of sync `name` again as he was sent last, and save the plan. The source is not read.

    Raises:
        SettingsError: there is no member.

    """
    if parts.sync(name).to.dataset:
        raise SettingsError(
            f"carries a dataset, and --repair sends an audience again. `lading dataset recreate {name}` makes a dataset anew and sends all "
            "of its source",
            where=f"syncs.{name}", code="dataset",
        )  # fmt: skip
    base, now = committed(parts, target_of(name, parts.sync(name))), parts.clock.now()
    if base is None or not base.members:
        raise SettingsError(
            "has no members that could be sent again", where=f"syncs.{name}", code="no_members"
        )
    plan_id, erased_until = new_id("p", parts.clock), parts.ledger.forgets.latest()
    folder = parts.home.plan(plan_id)
    parts.progress.stage("Planning")
    found = restore(base, folder, now=now, fingerprint=fingerprints_of)
    people, version = found.records.rows, f"members of generation {base.number}"
    reading = Reading(files={}, version=version, read=people, rejected=0, rejections={}, findings={})
    made = against_members(
        parts, name, folder, (reading, Merged(found.records, people, 0, 0, 0)),
        mode=Mode.UPSERT, profile=found.profile, due=everybody(now),
    )  # fmt: skip
    counts = noticing.counted(parts, name, made)
    counts["seen"] = {**counts["seen"], "repairs": base.number}
    return planning.keep(parts, name, plan_id, made, counts, sample=0, erased_until=erased_until)
