"""From the settings `guards:` and a plan's counts to the guards that trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lading.errors import GuardTripped, Problem, Remedy
from lading.ledger.rows import Run
from lading.model.states import Mode
from lading.plan import guard
from lading.plan.since import ColumnChange, SettingChange
from lading.plan.tripping import Trip
from lading.settings.guards import Guards
from lading.settings.syncs import Sync


def judged(sync: Sync, counts: Mapping[str, Any]) -> tuple[Trip, ...]:
    """The guards that trip over a plan with these counts."""
    return guard.judge(
        _facts(counts),
        _limits(sync.guards, Mode(counts.get("mode", sync.mode)), named=sync.from_.audience is not None),
    ).tripped


def _limits(guards: Guards, mode: Mode, *, named: bool) -> guard.Limits:
    """The limits that go for a mode: some defaults mean nothing in one; what is written down goes for each.

    `named`: the source names those who leave, one by one, and nobody else has to be in it.
    """
    written = guards.model_fields_set
    return guard.Limits(
        empty_source=guards.empty_source and not (named and "empty_source" not in written),
        max_shrink=guards.max_shrink if mode is Mode.UPSERT or "max_shrink" in written else None,
        max_removals=guards.max_removals
        if not (named or mode is Mode.REMOVE) or "max_removals" in written
        else None,
        max_rejected=guards.max_rejected,
        min_records=guards.min_records,
        schema_changed=guards.schema_changed,
        profile_changed=guards.profile_changed,
        max_unknown_countries=guards.max_unknown_countries,
        ttl_zero=guards.ttl_zero,
    )


def _facts(counts: Mapping[str, Any]) -> guard.Facts:
    changes = counts["changes"]
    return guard.Facts(
        read=counts["read"], rejected=counts["rejected"], recorded=counts["recorded"], members=counts["members"],
        removals=changes["remove"], records=sum(changes.values()) - changes["unchanged"], resent=counts.get("resent", 0),
        undo="undoes" in counts.get("seen", {}), people_before=counts.get("people_before"),
        columns_changed=column_changes(counts), identity_changed=setting_changes(counts),
        unknown_countries=counts.get("unknown_countries", 0), ttl_zero=counts.get("ttl_zero", False),
        updated=bool(counts.get("updates")),
    )  # fmt: skip


def column_changes(counts: Mapping[str, Any]) -> tuple[ColumnChange, ...]:
    """The columns that changed, as a plan's counts keep them; none where an older plan kept none."""
    return tuple(ColumnChange(*one) for one in counts.get("columns_changed", ()))


def setting_changes(counts: Mapping[str, Any]) -> tuple[SettingChange, ...]:
    """The settings that changed, likewise."""
    return tuple(SettingChange(*one) for one in counts.get("identity_changed", ()))


def tripped_by(run: Run) -> tuple[str, ...]:
    """The names of the guards that a run waits for."""
    if run.tripped:
        return tuple(name for name, _ in run.tripped)
    return tuple(
        filter(None, (run.problem_code or "").split(","))
    )  # a ledger of before they were kept one by one


def stopped(run: Run) -> GuardTripped:
    """The error that says which guards stopped a run, and how to accept them."""
    names = tripped_by(run)
    how = " ".join(f"--accept {name}" for name in names)
    tail = f"Nothing was sent. If this is right: `lading apply {run.plan or run.sync} {how}`"
    seen = run.tripped or [(names[0], run.problem_message or "")]
    return GuardTripped(
        f"{run.problem_message}. {tail}",
        where=f"run {run.id}",
        code=names[0],
        problems=_problems(run, seen, tail),
    )


def _problems(run: Run, seen: Sequence[Sequence[str]], tail: str) -> tuple[Problem, ...]:
    """One a guard; the command that accepts all of them stands behind the last."""
    ends = ["."] * (len(seen) - 1) + [f". {tail}"]
    return tuple(
        Problem(name, Remedy.LOOK, f"run {run.id}", f"{words}{end}")
        for (name, words), end in zip(seen, ends, strict=True)
    )
