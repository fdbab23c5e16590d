"""Where people lie in a home: every file that the ledger names and that can hold somebody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lading.ledger.rows import Audience, Generation, Run
from lading.service.parts import Parts
from lading.service.work import planned_folder

#: More than any ledger has.
EVERY = 1_000_000_000

#: Files of a plan or run with external ids, and with identifier sets in all but the last.
PEOPLE = ("records", "changes", "denied")


def files_with_people(parts: Parts) -> tuple[Path, ...]:
    """All files with external ids and identifier sets: of memberships, runs and plans. Those that were swept are left out."""
    found = [*_of_members(parts), *_of_runs(parts), *_of_plans(parts)]
    return tuple(path for path in dict.fromkeys(found) if path.exists())


def audiences(parts: Parts) -> Iterator[tuple[Audience, Path, tuple[Generation, ...]]]:
    """Each audience that has members, with its folder and its generations, oldest first."""
    for audience in parts.ledger.audiences.list():
        generations = parts.ledger.audiences.generations(audience.target)
        if audience.audience_id is not None and generations:
            yield audience, parts.home.members(audience.audience_id), generations


def runs(parts: Parts) -> tuple[Run, ...]:
    """All runs, oldest first."""
    return tuple(reversed(parts.ledger.runs.list(EVERY)))


def _of_members(parts: Parts) -> Iterator[Path]:
    for _, folder, generations in audiences(parts):
        for one in generations:
            yield folder / one.index.name
            yield from (folder / segment.name for segment in one.segments)


def _of_runs(parts: Parts) -> Iterator[Path]:
    for run in runs(parts):
        folder = planned_folder(parts, run)
        yield from (folder / run.files[part].name for part in PEOPLE if part in run.files)


def _of_plans(parts: Parts) -> Iterator[Path]:
    for plan in parts.ledger.plans.list(EVERY):
        folder = parts.home.plan(plan.id)
        yield from (folder / plan.files[part].name for part in PEOPLE if part in plan.files)
