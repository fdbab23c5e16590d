"""Erasing people, for good: suppressed first, then removed at Amazon, then gone from every file, then a receipt.

    forgets: suppressed -> removed -> rewritten -> done

Each step ends with a commit, and asks the ledger and the files what is left to do; so an erasure that was cut off anywhere goes on
from there (docs/explanation/durability.md). The clear values are known while the first step runs, and never afterwards.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lading.errors import GaveUp, StillProcessing, TargetBusy
from lading.ledger.rows import Audience, Forget, Mark, NewForget, Run
from lading.membership.erasing import carried_by_others, count, of_asked, of_suppressed, people
from lading.membership.waybill import ref
from lading.model.states import ForgetState, RunState
from lading.prepare.asked import Asked
from lading.prepare.suppression import ALL_KINDS, EXTERNAL_ID, REF, Suppression, key_check, marked
from lading.report.receipt import DatasetDeletion, Removal
from lading.service.committing import waybill_key
from lading.service.erasure import deleting, leaving, places, receipts
from lading.service.erasure.asking import People, asked_by, found_by
from lading.service.erasure.rewriting import rewrite
from lading.service.erasure.suppressing import marked_of, suppression_of
from lading.service.parts import Parts
from lading.service.sync import walk
from lading.service.work import Order, Work

#: How often an audience is looked at again in one go, when somebody is still in it after a run.
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of an erasure, in counts; nobody is named."""

    id: str
    state: str
    asked: Mapping[str, int]
    #: External ids that were found in the home's files.
    people: int
    #: Identifiers of theirs that others carry, too, and that are not suppressed for that.
    shared: int
    removals: tuple[Removal, ...]
    #: Files that were written anew or deleted, and lines that are gone with that.
    files: int
    lines: int
    #: What Amazon was asked to delete from datasets, and folders in S3 with files that were uploaded before.
    deletions: tuple[DatasetDeletion, ...]
    left_in_s3: tuple[str, ...]
    receipt: str | None
    created_at: datetime
    ended_at: datetime | None

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an erasure would do. Nothing was done."""

    asked: Mapping[str, int]
    people: int
    shared: int
    #: Audience -> members who would be removed.
    members: Mapping[str, int]
    #: Files that would be written anew, and saved plans that would be deleted.
    files: int
    plans: int
    #: Hashes by which Amazon would delete rows from datasets, and in how many instances.
    identities: int
    instances: int
    #: Whether everybody asked for was erased before.
    known: bool

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def forget(parts: Parts, named: People, order: Order) -> Forgotten:
    """Erase the people whom `named` names; finish first what earlier erasures left.

    Raises:
        SettingsError: a row names nobody, or the key is lost.
        TargetBusy: a run that holds one of them is in work; the same command goes on afterwards.
        StillProcessing: Amazon has not finished; the same command goes on.
        GaveUp: Amazon refuses to remove somebody.

    """
    with _alone(parts):
        suppression_of(parts)
        asked = asked_by(parts, named)
        for earlier in parts.ledger.forgets.unfinished():
            done = _carry(parts, earlier, order)
            if _new(parts, asked, parts.erasure_key.made())[0].marks <= parts.ledger.forgets.marks(
                earlier.id
            ):
                return done  # it was this one, cut off
        new, values = _new(parts, asked, parts.erasure_key.made())
        identities = deleting.keep_identities(parts, values)
        return _carry(parts, _open(parts, replace(new, identities=identities)), order)


def resume(parts: Parts, forget_id: str | None, order: Order) -> tuple[Forgotten, ...]:
    """Go on with an erasure, or with all that are not done."""
    with _alone(parts):
        known = [parts.ledger.forgets.get(forget_id)] if forget_id else parts.ledger.forgets.unfinished()
        return tuple(_carry(parts, one, order) for one in known)


def repeat(parts: Parts, given: Sequence[Path], order: Order) -> tuple[Forgotten, ...]:
    """Carry out again the erasures of these receipts, which a ledger that was brought back from a backup knows nothing of."""
    with _alone(parts):
        listed = parts.ledger.forgets.list()
        known = {one.id for one in listed} | {one.repeats for one in listed}
        for path in receipts.files_in(given):
            if receipts.verify(path, home=parts.home).id not in known:
                _open(parts, _of_receipt(parts, path))
        return tuple(_carry(parts, one, order) for one in parts.ledger.forgets.unfinished())


def foresee(parts: Parts, named: People) -> Foreseen:
    """What `forget` would do, in counts."""
    before = suppression_of(parts)
    # Before the first erasure there is no key yet, and looking makes none.
    key = parts.erasure_key.known() or secrets.token_bytes(32)
    new, values = _new(parts, asked_by(parts, named), key)
    suppression = Suppression(key, marked_of(new.marks))
    members = {
        audience.name: len(leaving.entries(parts, audience.target, suppression))
        for audience, _, _ in places.audiences(parts)
    }
    hit, ahead = of_suppressed(suppression), deleting.expected(parts, values)
    return Foreseen(
        asked=new.asked, people=new.people, shared=new.shared,
        members={name: number for name, number in members.items() if number},
        files=sum(1 for path in places.files_with_people(parts) if count(path, hit)),
        plans=len(parts.ledger.plans.list(places.EVERY)), identities=ahead.identities, instances=ahead.instances, known=suppression.marks <= before.marks,
    )  # fmt: skip


def view(parts: Parts, forget_id: str) -> Forgotten:
    """An erasure as it stands."""
    one = parts.ledger.forgets.get(forget_id)
    return Forgotten(
        id=one.id, state=str(one.state), asked=one.asked, people=one.people, shared=one.shared,
        removals=receipts.removals_of(parts, one), files=len(one.erased),
        lines=sum(int(entry.get("lines", 0)) for entry in one.erased),
        deletions=deleting.deletions_of(parts, one.id), left_in_s3=deleting.left_in_s3(parts, one),
        receipt=str(parts.home.path / one.receipt["file"]) if one.receipt else None,
        created_at=one.created_at, ended_at=one.ended_at,
    )  # fmt: skip


@contextmanager
def _alone(parts: Parts) -> Iterator[None]:
    """One erasure at a time in a home; the lock falls with the process."""
    handle = os.open(parts.home.forget_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TargetBusy(
                "another process erases people at this moment. Run the same command again when it is over",
                where=str(parts.home.path),
            ) from None
        yield
    finally:
        os.close(handle)


def _new(parts: Parts, asked: Asked, key: bytes) -> tuple[NewForget, Mapping[str, frozenset[str]]]:
    """Everything that has to be suppressed: what was asked, and what else the home knows of these people; and their values."""
    parts.progress.stage("Looking through all files")
    files = places.files_with_people(parts)
    found = people(files, of_asked(asked.values))
    values, shared = found_by(asked, found, carried_by_others(files, found))
    refs = {ref(waybill_key(parts), one) for one in values[EXTERNAL_ID]}
    marks = marked(key, REF, refs).union(*(marked(key, kind, values[kind]) for kind in ALL_KINDS))
    new = NewForget(
        marks=frozenset(Mark(*one) for one in marks), asked=asked.counts, people=len(found.ids), shared=shared,
        key_check=key_check(key),
    )  # fmt: skip
    return new, values


def _of_receipt(parts: Parts, path: Path) -> NewForget:
    """The same marks once more; whom they mean need not be known for that."""
    receipt_id, check, marks = receipts.marks_in(path)
    key = parts.erasure_key.known()
    if key is None or key_check(key) != check:
        raise parts.erasure_key.gone(other=key is not None)
    return NewForget(marks=marks, asked={}, people=0, shared=0, key_check=check, repeats=receipt_id)


def _open(parts: Parts, new: NewForget) -> Forget:
    return parts.ledger.forgets.open(new, who=parts.doer)


def _carry(parts: Parts, one: Forget, order: Order) -> Forgotten:
    """Take an erasure through its states to its end."""
    suppression = suppression_of(parts, one.id)
    while not one.over:
        one = _STEPS[one.state](parts, one, suppression, order)
    return view(parts, one.id)


def _remove(parts: Parts, one: Forget, suppression: Suppression, order: Order) -> Forget:
    """Until nobody of them is in any audience, and no job can bring one back."""
    parts.progress.stage("Removing at Amazon")
    for run in places.runs(parts):
        if not run.over:
            _let_finish(parts, run, suppression, order)
    for audience in parts.ledger.audiences.list():
        _leave(parts, one, audience, suppression, order)
    deleting.delete_rows(parts, one, order)
    return parts.ledger.forgets.advance(one, ForgetState.REMOVED, who=parts.doer)


def _let_finish(parts: Parts, run: Run, suppression: Suppression, order: Order) -> None:
    """A run that holds one of them comes to its end first; one that has sent nothing yet is cancelled."""
    if run.forget is None and not leaving.held(parts, run, suppression):
        return
    with parts.ledger.runs.claim(run.id, parts.worker) as claim:
        if run.forget is None and run.state in {RunState.READING, RunState.GUARDED}:
            parts.ledger.runs.advance(claim, RunState.CANCELLED)
            parts.progress.say(f"Run {run.id} of {run.sync} had sent nothing and was cancelled; apply again")
        else:
            walk(Work.begin(parts, claim, order))


def _leave(parts: Parts, one: Forget, audience: Audience, suppression: Suppression, order: Order) -> None:
    for _ in range(_ROUNDS):
        if not _remains(parts, audience.target, suppression):
            return
        if (name := leaving.carrier(parts, audience)) is None:
            raise leaving.unknown_sync(audience)
        with parts.ledger.runs.create(leaving.new_run(name, audience, one), parts.worker) as claim:
            report = walk(Work.begin(parts, claim, order))
        touched = leaving.touched(parts, audience.target, suppression)
        if refused := (report.books and report.books.refused) or (
            not touched and _left(parts, audience, suppression)
        ):
            raise GaveUp(
                f"Amazon refused to remove {refused} people from audience {audience.audience_id}: "
                f"`lading report {report.run}` shows why. They are not sent any more. `lading forget` tries again",
                where=f"run {report.run}", code="removal_refused",
            )  # fmt: skip
        if touched:
            break  # a job has had its time and still is not final: waiting here is in vain
    if _remains(parts, audience.target, suppression):
        raise StillProcessing(
            f"a job that Amazon has not finished may bring an erased person back into audience {audience.audience_id}. "
            "`lading forget` goes on from here, later",
            where=f"erasure {one.id}",
        )


def _left(parts: Parts, audience: Audience, suppression: Suppression) -> int:
    """Who is still there after a run. The books do not count whoever had expired and was refused."""
    return len(leaving.entries(parts, audience.target, suppression))


def _remains(parts: Parts, target: str, suppression: Suppression) -> bool:
    return bool(leaving.entries(parts, target, suppression)) or leaving.touched(parts, target, suppression)


def _rewrite(parts: Parts, one: Forget, suppression: Suppression, _order: Order) -> Forget:
    rewrite(parts, one, suppression)
    return parts.ledger.forgets.advance(one, ForgetState.REWRITTEN, who=parts.doer)


def _conclude(parts: Parts, one: Forget, _suppression: Suppression, _order: Order) -> Forget:
    parts.ledger.scrub()
    deleting.forget_identities(parts, one)
    receipt = receipts.write(parts, one)
    return parts.ledger.forgets.advance(one, ForgetState.DONE, who=parts.doer, receipt=receipt)


#: What each state of an erasure asks for.
_STEPS: Final[Mapping[ForgetState, Callable[[Parts, Forget, Suppression, Order], Forget]]] = {
    ForgetState.SUPPRESSED: _remove,
    ForgetState.REMOVED: _rewrite,
    ForgetState.REWRITTEN: _conclude,
}
