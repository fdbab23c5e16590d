"""Who owns an audience or a dataset: one target of one sync. Several syncs may write to the same audience unless one is a mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lading.model.states import Mode
from lading.settings.document import Settings, target_names
from lading.settings.syncs import Sync
from lading.settings.targets import AudienceTarget, Target
from lading.settings.tree import Tree, Way, dotted


@dataclass(frozen=True, slots=True)
class _Claim:
    """An audience as one target names it."""

    sync: str
    mode: Mode
    way: Way
    audience: AudienceTarget

    def same(self, other: _Claim) -> bool:
        """Both fill one audience, by what they write of it."""
        mine, theirs = self.audience, other.audience
        by_id = mine.audience_id is not None and mine.audience_id == theirs.audience_id
        return by_id or (mine.connection, mine.external_id) == (theirs.connection, theirs.external_id)


def check_owners(settings: Settings, tree: Tree) -> None:
    """Reports names, audiences and datasets that two targets lay claim to."""
    syncs = settings.written_syncs
    for name, sync in syncs.items():
        _check_names(name, sync, tree)
    _check_datasets(settings, tree)
    claims = tuple(_claims(syncs, tree))
    _check_ids(claims, tree)
    for number, claim in enumerate(claims):
        if first := next((one for one in claims[:number] if claim.same(one)), None):
            _check_sharing(first, claim, tree)


def targets_in_place(tree: Tree, way: Way, sync: Sync) -> Iterator[tuple[Way, Target]]:
    """Each target of the sync at `way`, with its own place in the file (a lone one may stand without a list)."""
    for number, target in enumerate(sync.targets):
        place: Way = (*way, "to", number)
        yield place if place in tree.spots else place[:-1], target


def _check_names(name: str, sync: Sync, tree: Tree) -> None:
    names = target_names(sync) if len(sync.targets) > 1 else ()
    for number, called in enumerate(names):
        if called in names[:number]:
            tree.report(
                "wrong_value", ("syncs", name, "to", number, "name"),
                f'two targets of this sync are called "{called}": give each a `name:` of its own',
            )  # fmt: skip


def _claims(syncs: Mapping[str, Sync], tree: Tree) -> Iterator[_Claim]:
    for name, sync in syncs.items():
        for place, target in targets_in_place(tree, ("syncs", name), sync):
            if target.audience:
                yield _Claim(name, sync.mode, place, target.audience)


def _check_ids(claims: tuple[_Claim, ...], tree: Tree) -> None:
    """What one target calls the API's id of an audience cannot be DSP's id of another."""
    shown = {one.audience.dsp_audience_id: one for one in claims if one.audience.dsp_audience_id}
    for claim in claims:
        if other := shown.get(claim.audience.audience_id or ""):
            tree.report(
                "wrong_audience_id", (*claim.way, "audience", "audience_id"),
                f"this is what DSP's pages call the audience of sync {other.sync} (its dsp_audience_id): write the id of Amazon's API, "
                "which `lading audiences list` shows",
            )  # fmt: skip


def _check_datasets(settings: Settings, tree: Tree) -> None:
    """Two syncs would replace each other's rows, so a dataset of an instance has one."""
    first: dict[tuple[str, str], Way] = {}
    for name, sync in settings.written_syncs.items():
        for place, target in targets_in_place(tree, ("syncs", name), sync):
            if (dataset := target.dataset) is None:
                continue
            amc = settings.connections[dataset.connection].amc
            owner = first.setdefault((amc.instance_id if amc else dataset.connection, dataset.id), place)
            if owner != place:
                says = f"fills the same dataset as {dotted(owner)}: give one of them an `id:` of its own"
                tree.report("dataset_owned", place, says)


def _check_sharing(first: _Claim, second: _Claim, tree: Tree) -> None:
    if first.sync == second.sync:
        tree.report(
            "audience_owned", second.way,
            f"fills the same audience as {dotted(first.way)}: give one of them an `external_id:` of its own",
        )  # fmt: skip
    elif not (first.mode.shares and second.mode.shares):
        tree.report(
            "audience_owned", second.way,
            f"fills the same audience as sync {first.sync} ({first.mode}), and this one is {second.mode}: a mirror undoes what any "
            "other sync does. Let both be add, upsert or remove, or give one an `external_id:` of its own, or do the work of both "
            "in the source of the mirror",
        )  # fmt: skip
