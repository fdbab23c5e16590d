"""Every file that holds an erased person is written anew without him, or deleted; old books still balance.

One place at a time: its new files are written, one commit makes the ledger name them, then the old ones go. Whatever a crash
leaves is seen by looking again: lines of these people in named files, and files that nobody names.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from lading.crashpoints import reach
from lading.ledger.rows import Forget, Generation, NamedFile, Run
from lading.ledger.swaps import RunSwap
from lading.membership import erasing
from lading.membership.erasing import Hit, of_suppressed, of_values
from lading.membership.files import FileRef
from lading.membership.waybill import ref
from lading.model.books import Books
from lading.plan.diff import COUNTED
from lading.prepare.suppression import REF, Suppression
from lading.service.committing import outcomes_folder, waybill_key
from lading.service.erasure import places
from lading.service.erasure.places import PEOPLE
from lading.service.erasure.rewriting_uploads import rewrite_upload
from lading.service.events.settling import named_files, sort_logs
from lading.service.parts import Parts
from lading.service.work import is_dataset, planned_folder

_Entry = Mapping[str, object]

#: Files of a run or plan that name rows and not people; the first character of a value may stand in them.
_MASKED = ("rejections", "findings")


@dataclass(frozen=True, slots=True)
class _Place:
    """One folder whose files are written anew, and what was done there so far."""

    parts: Parts
    forget: Forget
    suppression: Suppression
    entries: list[_Entry] = field(default_factory=list)

    def without(
        self, folder: Path, file: NamedFile, hit: Hit, watch: Callable[[pl.DataFrame], None] = lambda _: None
    ) -> NamedFile | None:
        """The new file, if anybody had to leave the old one."""
        if not (folder / file.name).exists():
            return None
        fresh = erasing.without(folder, file, hit, watch)
        return self._noted(folder, file, fresh)

    def blanked(self, folder: Path, file: NamedFile) -> NamedFile | None:
        """The same without the first characters of values."""
        if not (folder / file.name).exists():
            return None
        return self._noted(folder, file, erasing.blanked(folder, file, "masked"))

    def _noted(self, folder: Path, file: NamedFile, fresh: FileRef | None) -> NamedFile | None:
        if fresh is None:
            return None
        path = (folder / fresh.name).relative_to(self.parts.home.path)
        self.entries.append({"file": str(path), "lines": file.rows - fresh.rows})
        return NamedFile.like(fresh)


def rewrite(parts: Parts, forget: Forget, suppression: Suppression) -> None:
    """Leave none of these people in any file of the home."""
    parts.progress.stage("Rewriting files")
    _drop_plans(parts, forget)
    for run in places.runs(parts):
        if run.over and is_dataset(run.target):
            rewrite_upload(parts, forget, suppression, run)
        elif run.over:
            _rewrite_run(_Place(parts, forget, suppression), run)
    for _, folder, generations in places.audiences(parts):
        _rewrite_members(_Place(parts, forget, suppression), folder, generations)
    _rewrite_events(_Place(parts, forget, suppression))
    _remove_leftovers(parts)


def _drop_plans(parts: Parts, forget: Forget) -> None:
    """Plans that nobody began to carry: none that is older than an erasure may be applied, so none has to be kept."""
    plans = [plan for plan in parts.ledger.plans.list(places.EVERY) if plan.created_at <= forget.created_at]
    entries = [{"file": f"plans/{plan.id}", "deleted": True, "plan": plan.id} for plan in plans]
    for plan_id in parts.ledger.swaps.drop_plans(plans, forget=forget.id, erased=entries):
        shutil.rmtree(parts.home.plan(plan_id), ignore_errors=True)
    _empty_plans(parts)


def _empty_plans(parts: Parts) -> None:
    """Plans that were begun and never got under way: their runs are over and name none of their files."""
    runs = [run for run in places.runs(parts) if run.plan]
    needed = {run.plan for run in runs if run.files or not run.over}
    idle = {run.plan for run in runs if run.plan} - needed
    if idle:
        parts.ledger.swaps.drop_files((), plans=sorted(idle))
    for plan in idle:
        shutil.rmtree(parts.home.plan(plan), ignore_errors=True)


def _rewrite_run(place: _Place, run: Run) -> None:
    """A run's files, and those of the plan that it was opened with."""
    parts, folder = place.parts, planned_folder(place.parts, run)
    run = parts.ledger.runs.get(run.id)
    hit = of_suppressed(place.suppression)
    paths = [folder / run.files[part].name for part in PEOPLE if part in run.files]
    ids = erasing.people([one for one in paths if one.exists()], hit).ids
    files = {part: place.without(folder, run.files[part], hit) for part in PEOPLE if part in run.files}
    lines: Counter[tuple[str, str]] = Counter()
    if "waybill" in run.files:
        files["waybill"] = _waybill(place, run, ids, lines)
    outcomes = _outcomes(place, run, hit)
    if not (outcomes or any(files.values())):
        return
    files |= {part: place.blanked(folder, run.files[part]) for part in _MASKED if part in run.files}
    swap = RunSwap(
        files={part: file for part, file in files.items() if file}, outcomes=outcomes,
        books=_books(run.books, erasing.outcomes_of(lines, COUNTED)), words=frozenset(ids),
    )  # fmt: skip
    parts.ledger.swaps.run(place.forget.id, run, swap, place.entries)
    _tidy(parts, parts.ledger.runs.get(run.id))


def _waybill(
    place: _Place, run: Run, ids: Iterable[str], lines: Counter[tuple[str, str]]
) -> NamedFile | None:
    key = waybill_key(place.parts)
    found = of_values(REF, [ref(key, one) for one in ids])

    def mine(frame: pl.DataFrame) -> pl.Series:
        return place.suppression.holds(REF, frame[REF]) | found(frame)

    def tell(gone: pl.DataFrame) -> None:
        for change, outcome, number in gone.group_by("change", "outcome").len().iter_rows():
            lines[change, outcome] += number

    return place.without(place.parts.home.run(run.id), run.files["waybill"], mine, tell)


def _outcomes(place: _Place, run: Run, hit: Hit) -> dict[int, NamedFile]:
    folder = outcomes_folder(place.parts, run.id)
    fresh: dict[int, NamedFile] = {}
    for batch in place.parts.ledger.batches.of(run.id):
        if batch.outcome_file and batch.outcome_sha256:
            old = NamedFile(batch.outcome_file, batch.outcome_sha256, 0, batch.confirmed + batch.refused)
            if file := place.without(folder, old, hit):
                fresh[batch.no] = file
    return fresh


def _books(books: Books | None, gone: Mapping[str, int]) -> Books | None:
    """The books of an old run with its people taken out: changed and removed stay, and the sum still holds."""
    if books is None:
        return None
    return replace(
        books, confirmed=books.confirmed - gone.get("confirmed", 0), refused=books.refused - gone.get("refused", 0),
        pending=books.pending - gone.get("pending", 0), erased=books.erased + sum(gone.values()),
    )  # fmt: skip


def _rewrite_members(place: _Place, folder: Path, generations: tuple[Generation, ...]) -> None:
    """All generations of a target at once: they share their segments."""
    hit = of_suppressed(place.suppression)
    paths = {folder / one.name for each in generations for one in (each.index, *each.segments)}
    named = of_values("external_id", erasing.people([one for one in paths if one.exists()], hit).ids)
    fresh: dict[str, NamedFile] = {}
    gone: Counter[str] = Counter()

    def count(index: str) -> Callable[[pl.DataFrame], None]:
        def tell(lines: pl.DataFrame) -> None:
            gone[index] += lines.filter(~pl.col("fingerprint").str.head(1).is_in(["~", "!", "-"])).height

        return tell

    for each in generations:
        for one in (each.index, *each.segments):
            watch = count(one.name) if one is each.index else (lambda _: None)
            if one.name not in fresh and (file := place.without(folder, one, named, watch)):
                fresh[one.name] = file
    if fresh:
        renewed = [_renewed(each, fresh, gone) for each in generations]
        place.parts.ledger.swaps.members(place.forget.id, generations, renewed, place.entries)
        _delete(folder / name for name in fresh)


def _rewrite_events(place: _Place) -> None:
    """Events that wait, and the marks of those that were carried."""
    parts, hit = place.parts, of_suppressed(place.suppression)
    sort_logs(parts)
    events = parts.ledger.events
    for target in events.targets():
        marks = events.marks(target)
        for file in [*(one.file for one in events.files(target)), *([marks] if marks else [])]:
            if fresh := place.without(parts.home.events, file, hit):
                events.replace(file, fresh)
    kept = named_files(parts)
    _delete(path for path in parts.home.events.glob("*.parquet*") if path.name not in kept)


def _renewed(one: Generation, fresh: Mapping[str, NamedFile], gone: Counter[str]) -> Generation:
    return replace(
        one, index=fresh.get(one.index.name, one.index), members=one.members - gone[one.index.name],
        segments=tuple(fresh.get(segment.name, segment) for segment in one.segments),
    )  # fmt: skip


def _tidy(parts: Parts, run: Run) -> None:
    """Delete what a run that is over does not name any more."""
    named = {file.name for file in run.files.values()}
    planned = {file.name for file in parts.ledger.plans.get(run.plan).files.values()} if run.plan else named
    outcomes = {batch.outcome_file for batch in parts.ledger.batches.of(run.id)}
    for folder, kept in (
        (planned_folder(parts, run), planned), (parts.home.run(run.id), named), (outcomes_folder(parts, run.id), outcomes),
    ):  # fmt: skip
        _delete(path for path in folder.glob("*") if path.is_file() and path.name not in kept)
        for spill in folder.glob("spill-*"):
            shutil.rmtree(spill, ignore_errors=True)


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
        reach("forget.after_unlink")


def _remove_leftovers(parts: Parts) -> None:
    """Delete what interrupted processes left behind: drafts, spilled sorts, and files that nobody names."""
    for run in places.runs(parts):
        if run.over:
            _tidy(parts, run)
    for audience, folder, generations in places.audiences(parts):
        if parts.ledger.runs.unfinished(audience.target) is None:
            kept = {one.name for each in generations for one in (each.index, *each.segments)}
            _delete(path for path in folder.glob("*.parquet*") if path.name not in kept)
            for spill in folder.glob("spill-*"):
                shutil.rmtree(spill, ignore_errors=True)
    known = {plan.id for plan in parts.ledger.plans.list(places.EVERY)}
    if not parts.worker.others():
        _drop_strays(parts, "plans", known)
        _drop_strays(parts, "runs", {run.id for run in places.runs(parts)})
        for path in (*parts.home.scratch.glob("*"), *parts.home.path.glob("*.tmp")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _drop_strays(parts: Parts, name: str, known: set[str]) -> None:
    """Folders of plans and runs that the ledger does not know: their process died before it could tell."""
    for folder in (parts.home.path / name).glob("*"):
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
