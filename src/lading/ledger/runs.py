"""Runs: opened, claimed and led from state to state, each step one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from lading.errors import SettingsError, TargetBusy
from lading.ledger import milestones, tables
from lading.ledger.audit import note
from lading.ledger.claims import Claim
from lading.ledger.dataset_rows import NewEdition, NewUpload
from lading.ledger.ids import new_id
from lading.ledger.rows import NewRun, Planned, Run, Verdict
from lading.ledger.store import Store
from lading.ledger.workers import Owner, Worker
from lading.model.states import RUN_ENDS, RunState

_R = tables.runs.c


class Runs:
    """The runs of a ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, run_id: str) -> Run:
        """The run, or SettingsError when there is none of that name."""
        with self._store.read() as connection:
            row = connection.execute(select(tables.runs).where(_R.id == run_id)).mappings().one_or_none()
        if row is None:
            raise SettingsError(f"there is no run {run_id}. `lading runs` lists them", code="unknown_run")
        return Run(**row)

    def list(self, limit: int = 50, *, target: str | None = None) -> tuple[Run, ...]:
        """The latest runs, newest first; of one target if it is given."""
        wanted = select(tables.runs).order_by(_R.no.desc()).limit(limit)
        if target is not None:
            wanted = wanted.where(_R.target == target)
        with self._store.read() as connection:
            return tuple(Run(**row) for row in connection.execute(wanted).mappings())

    def fired(self, sync: str, target: str, moment: datetime) -> Run | None:
        """The run of a target that was begun for a fire time of its sync."""
        wanted = (_R.sync == sync, _R.target == target, _R.fired_for == moment)
        with self._store.read() as connection:
            row = connection.execute(select(tables.runs).where(*wanted)).mappings().one_or_none()
        return Run(**row) if row else None

    def database_time(self) -> datetime:
        """By which beats are counted."""
        with self._store.read() as connection:
            return self._store.now(connection)

    def all_unfinished(self) -> tuple[Run, ...]:
        """Every run that is in work or stands still, the oldest first."""
        wanted = select(tables.runs).where(tables.UNFINISHED).order_by(_R.no)
        with self._store.read() as connection:
            return tuple(Run(**row) for row in connection.execute(wanted).mappings())

    def unfinished(self, target: str) -> Run | None:
        """The one run that the target may have in work."""
        with self._store.read() as connection:
            row = _unfinished(connection, target)
        return Run(**row) if row else None

    def create(self, new: NewRun, worker: Worker) -> Claim:
        """Open a run in state `reading`, held by `worker`. TargetBusy if its target has an unfinished one."""
        now = self._store.clock.now()
        claim = self._claim(new_id("r", self._store.clock), new.target, worker, epoch=1)
        with self._store.write("created") as connection:
            self._store.alone(connection, "runs")
            if other := _unfinished(connection, new.target):
                raise _busy(Run(**other), worker, self._store.now(connection))
            connection.execute(
                insert(tables.runs).values(
                    **_first_row(new, now),
                    id=claim.run_id,
                    owner=claim.owner,
                    beat=self._store.now(connection),
                    no=_next_no(connection),
                )
            )
            note(
                connection,
                now,
                "run created",
                who=claim.owner,
                where={"run": claim.run_id, "target": new.target},
            )
        return claim

    def claim(self, run_id: str, worker: Worker) -> Claim:
        """Take an unfinished run that nobody living holds. What was on its way when its holder fell is `unknown` now."""
        run = self.get(run_id)
        if run.over:
            raise SettingsError(
                f"run {run_id} is over ({run.state}). `lading report {run_id}` shows what became of it",
                code="run_over",
            )
        claim = self._claim(run_id, run.target, worker, epoch=run.epoch + 1)
        with self._store.write("claimed") as connection:
            self._take(connection, run, claim, worker)
            milestones.forget_answers(connection, claim)
        return claim

    def advance(self, claim: Claim, to: RunState, *, accepted_guards: tuple[str, ...] = ()) -> Run:
        """Lead the run to its next state; into an end only if nothing of it has to be committed."""
        with self._store.write(str(to)) as connection:
            claim.hold(connection)
            milestones.step(
                connection, claim, to, now=self._store.clock.now(), accepted_guards=accepted_guards
            )
        return self.get(claim.run_id)

    def leave(self, claim: Claim, accepted_guards: tuple[str, ...]) -> None:
        """Leave a run that was opened to any worker, with the guards that may trip."""
        with self._store.write("left") as connection:
            claim.hold(connection)
            mine = update(tables.runs).where(_R.id == claim.run_id)
            connection.execute(mine.values(owner=None, accepted_guards=accepted_guards))

    def stop(self, claim: Claim, *, exit_code: int, problem: tuple[str, str]) -> None:
        """Say why this run stands still for now, as (code, message); it can be resumed from where it is."""
        code, message = problem
        reason = {"exit_code": exit_code, "problem_code": code, "problem_message": message}
        with self._store.write("stopped") as connection:
            claim.hold(connection)
            connection.execute(update(tables.runs).where(_R.id == claim.run_id).values(reason))

    def plan(self, claim: Claim, planned: Planned, uploads: Sequence[NewUpload] = ()) -> Run:
        """The planned transaction: files, batches, base generation and state at once (durability.md, `planned`)."""
        act = RunState.GUARDED if planned.tripped else RunState.PLANNED
        with self._store.write(str(act)) as connection:
            claim.hold(connection)
            milestones.plan(connection, claim, planned, now=self._store.clock.now(), uploads=uploads)
        return self.get(claim.run_id)

    def commit_generation(self, claim: Claim, verdict: Verdict, edition: NewEdition | None = None) -> Run:
        """The committing transaction: membership or edition, run, books and files at once (durability.md, `commit`)."""
        with self._store.write(str(verdict.state)) as connection:
            claim.hold(connection)
            milestones.commit(connection, claim, verdict, now=self._store.clock.now(), edition=edition)
        return self.get(claim.run_id)

    def _claim(self, run_id: str, target: str, worker: Worker, *, epoch: int) -> Claim:
        return Claim(self._store, run_id=run_id, target=target, owner=str(worker.owner), epoch=epoch)

    def _take(self, connection: Connection, run: Run, claim: Claim, worker: Worker) -> None:
        """The compare-and-set of a claim: only from the holder that was seen, and only if he is dead or gone."""
        now = self._store.now(connection)
        if run.owner and not worker.dead(Owner.parse(run.owner), run.beat, now):
            raise _busy(run, worker, now)
        seen = (_R.id == run.id, _R.epoch == run.epoch, _R.state.not_in(RUN_ENDS))
        holder = _R.owner.is_(None) if run.owner is None else _R.owner == run.owner
        taken = update(tables.runs).where(*seen, holder).values(
            owner=claim.owner, epoch=claim.epoch, beat=now, claimed_at=self._store.clock.now()
        )  # fmt: skip
        if connection.execute(taken).rowcount != 1:
            raise TargetBusy(
                f"another worker took run {run.id} at the same moment. `lading runs {run.id}` shows it"
            )


def _first_row(new: NewRun, now: datetime) -> dict[str, Any]:
    wait = new.max_wait
    return {
        "sync": new.sync,
        "target": new.target,
        "mode": new.mode,
        "plan": new.plan,
        "forget": new.forget,
        "fired_for": new.fired_for,
        "state": RunState.READING,
        "epoch": 1,
        "created_at": now,
        "claimed_at": now,
        "deadline": None if wait is None else now + wait,
        "max_wait_seconds": None if wait is None else int(wait.total_seconds()),
        "files": {},
        "accepted_guards": (),
    }


def _next_no(connection: Connection) -> int:
    """Runs have an order, also those of one moment and of several processes: whoever opens one is alone."""
    return 1 + (connection.execute(select(func.max(_R.no))).scalar_one() or 0)


def _unfinished(connection: Connection, target: str) -> RowMapping | None:
    wanted = select(tables.runs).where(_R.target == target, tables.UNFINISHED)
    return connection.execute(wanted).mappings().one_or_none()


def _busy(run: Run, worker: Worker, now: datetime) -> TargetBusy:
    if run.owner is None or worker.dead(Owner.parse(run.owner), run.beat, now):
        return TargetBusy(
            f"run {run.id} of sync {run.sync} is not finished ({run.state}), and {run.target} takes one run at a time. "
            f"Finish it first: `lading follow {run.id}`",
            code="unfinished_run",
        )
    holder = Owner.parse(run.owner)
    since = f"{run.claimed_at:%Y-%m-%d %H:%M:%S} UTC" if run.claimed_at else "a while"
    return TargetBusy(
        f"run {run.id} of sync {run.sync} is in work ({run.state}): process {holder.pid} on {holder.hostname} has held it "
        f"since {since}. Wait until it ends, or stop that process; then the same command goes on where it stood"
    )
