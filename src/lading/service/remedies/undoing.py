"""Undoing a run: a plan that leads its audience back to what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lading.errors import SettingsError, TargetBusy
from lading.ledger import new_id
from lading.ledger.rows import Generation as Committed
from lading.ledger.rows import Run
from lading.membership.generation import Generation
from lading.membership.merge import Merged
from lading.membership.restore import restore
from lading.model.states import Mode
from lading.prepare.fingerprint import fingerprints_of
from lading.service import noticing, planning
from lading.service.audiences.metadata import life_planned
from lading.service.drafting import Draft, against_members, generation_of
from lading.service.erasure.suppressing import without_suppressed
from lading.service.parts import Parts
from lading.service.planning import PlanView
from lading.service.reading import Reading
from lading.service.work import carrier_of, planned_folder, target_of


def undo(parts: Parts, run_id: str, *, sample: int = 0) -> PlanView:
    """Plan the way back to the audience as it was before run `run_id`, and save the plan. Nothing is sent.

    Whom the run removed comes back, but for those who denied consent; whom it added goes, and whom it changed gets the identifier sets of before. What later runs
    did is taken back with it: the plan leads to one state that the audience was in, not to one that it never had.

    Raises:
        SettingsError: the run is unknown, changed nothing, or the membership of before is not kept.
        TargetBusy: the run is not finished.

    """
    run = parts.ledger.runs.get(run_id)
    _check(parts, run)
    kept = parts.ledger.audiences.generations(run.target)
    before = _before(parts, run, kept)
    name, plan_id = carrier_of(parts, run), new_id("p", parts.clock)
    erased_until = parts.ledger.forgets.latest()
    undone = [run, *(parts.ledger.runs.get(later) for later in _later(run, kept))]
    made = _draft(parts, run, before, parts.home.plan(plan_id), _denied(parts, undone))
    counts = noticing.counted(parts, name, made)
    counts["seen"] = {**counts["seen"], "undoes": run.id, "undoes_also": _later(run, kept)}
    return planning.keep(parts, name, plan_id, made, counts, sample=sample, erased_until=erased_until)


def _check(parts: Parts, run: Run) -> None:
    if not run.over:
        raise TargetBusy(
            f"run {run.id} is not finished ({run.state}). End it first: `lading follow {run.id}` or `lading cancel {run.id}`",
            code="unfinished_run",
        )
    name = carrier_of(parts, run)
    sync = parts.sync(name)
    if target_of(name, sync) != run.target:
        raise SettingsError(
            f"run {run.id} filled {run.target}, and sync {name} fills {target_of(name, sync)} now. Write the old target into "
            "lading.yaml to take it back",
            code="target_changed",
        )
    parts.ledger.audiences.may_use(run.target, sync=name, mode=sync.mode)


def _before(parts: Parts, run: Run, kept: tuple[Committed, ...]) -> Generation | None:
    """The generation that the run began with; None where the audience had nobody then."""
    made = next((one.number for one in kept if one.run == run.id), None)
    if made is None:
        raise SettingsError(
            f"run {run.id} changed no membership, so there is nothing to take back. `lading report {run.id}` shows what became of it",
            code="nothing_to_undo",
        )
    if made == 1:
        return None
    audience = parts.ledger.audiences.get(run.target)
    row = next((one for one in kept if one.number == made - 1), None)
    if row is None or audience is None or audience.audience_id is None:
        raise _gone(run)
    folder = parts.home.members(audience.audience_id)
    if not all((folder / file.name).exists() for file in (row.index, *row.segments)):
        raise _gone(run)
    return generation_of(parts, audience.audience_id, row, life_planned(parts, carrier_of(parts, run)))


def _gone(run: Run) -> SettingsError:
    return SettingsError(
        f"what the audience was before run {run.id} is not kept any more, so nobody can tell whom to bring back. Mend the source, "
        f"then `lading plan {run.sync}`; or bring a backup back (`lading restore`)",
        code="generation_gone",
    )


def _later(run: Run, kept: tuple[Committed, ...]) -> list[str]:
    """Runs that committed after this one, the oldest first."""
    runs = [one.run for one in kept]
    return list(dict.fromkeys(later for later in runs[runs.index(run.id) + 1 :] if later != run.id))


def _denied(parts: Parts, undone: Sequence[Run]) -> list[Path]:
    """Who denied consent in one of these runs: a run can be taken back, a denial cannot."""
    files = [planned_folder(parts, run) / run.files["denied"].name for run in undone if "denied" in run.files]
    return [file for file in files if file.exists()]


def _draft(parts: Parts, run: Run, before: Generation | None, folder: Path, denied: Sequence[Path]) -> Draft:
    parts.progress.stage("Planning")
    found = restore(before, folder, now=parts.clock.now(), fingerprint=fingerprints_of, denied=denied)
    records = without_suppressed(parts, folder, found.records)
    people = records.rows
    reading = Reading(
        files={}, version=f"before {run.id}", read=people, rejected=0, rejections={}, findings={}
    )
    merged = Merged(records, people, 0, 0, 0)
    return against_members(
        parts, run.sync, folder, (reading, merged), mode=Mode.MIRROR, profile=found.profile
    )
