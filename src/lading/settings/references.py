"""Names that a settings file uses must be names that it gives: sources, connections, syncs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lading.model.states import Mode
from lading.nearest import hint
from lading.settings.document import Settings
from lading.settings.owners import check_owners, targets_in_place
from lading.settings.syncs import Sync
from lading.settings.targets import Target
from lading.settings.tree import Tree, Way, dotted

#: Fields of a sync that say something of people only, by their keys in the file.
_OF_AUDIENCES: Final = {"mode": "mode", "map": "map", "verify": "verify", "mixed_batches": "mixed_batches"}
_INSTEAD: Final = {
    "mode": "leave it out; what becomes of rows that were sent already says `late:` of the dataset",
    "map": "leave it out; a dataset's columns say what they hold, and `source:` in a column where it has another name",
}


def check_names(tree: Tree) -> None:
    """Looks at the data as it stands, so that wrong names are reported together with all else."""
    for name, sync in _block(tree.data, "syncs").items():
        way: Way = ("syncs", name)
        _check(tree, (*way, "from", "source"), "sources", _block(sync, "from").get("source"))
        for place, target in _targets(way, sync):
            for kind in ("audience", "dataset"):
                named = _block(target, kind).get("connection")
                _check(tree, (*place, kind, "connection"), "connections", named)
        _check(tree, (*way, "schedule", "after"), "syncs", _block(sync, "schedule").get("after"))
    _check_treasure(tree)


def _check_treasure(tree: Tree) -> None:
    block = _block(tree.data, "treasure_data")
    for kind, goal in (("databases", "sources"), ("authentications", "connections")):
        for name, named in _block(block, kind).items():
            _check(tree, ("treasure_data", kind, name), goal, named)


def check_sense(settings: Settings, tree: Tree) -> None:
    """Looks at what only a whole and well-formed file can show."""
    for name, sync in settings.written_syncs.items():
        way: Way = ("syncs", name)
        kind = settings.sources[sync.from_.source].type
        _check_read(sync, kind, tree, way)
        for place, target in targets_in_place(tree, way, sync):
            _check_target(settings, tree, place, target)
            _check_region(settings, tree, kind, target)
        _check_audience_keys(tree, way, sync)
        if sync.schedule and sync.schedule.after == name:
            tree.report("wrong_value", (*way, "schedule", "after"), "a sync cannot wait for itself")
    check_owners(settings, tree)


def _check_read(sync: Sync, kind: str, tree: Tree, way: Way) -> None:
    """Each kind of source is read in its own way."""
    needed = {"segment": "audience"}.get(kind, "query")
    if kind not in {"files", "plugin"} and getattr(sync.from_, needed) is None:
        tree.report("wrong_value", (*way, "from"), f"a source of type {kind} is read by `{needed}:`")
    if kind != "segment" and sync.from_.audience is not None:
        tree.report(
            "wrong_value",
            (*way, "from", "audience"),
            "is for a source of type segment: write `path:` or `query:`",
        )
    if kind == "segment" and sync.mode not in {Mode.ADD, Mode.UPSERT}:
        tree.report(
            "wrong_value",
            (*way, "mode"),
            "events say themselves who leaves: write `mode: add` or `mode: upsert`",
        )
    if kind == "segment" and sync.identity.external_id == "derive":
        tree.report(
            "wrong_value",
            (*way, "identity", "external_id"),
            "whoever leaves is named by his id only: write as_is or hash",
        )


def _targets(way: Way, sync: Any) -> Iterator[tuple[Way, Any]]:
    """Each target of a sync as it stands in the data, with its place."""
    target = sync.get("to") if isinstance(sync, dict) else None
    if isinstance(target, list):
        yield from (((*way, "to", number), one) for number, one in enumerate(target))
    else:
        yield (*way, "to"), target


def _check_target(settings: Settings, tree: Tree, way: Way, target: Target) -> None:
    """The connection must have the ids that the target goes to, unless it is one that Amazon made."""
    if target.dataset is not None and settings.connections[target.dataset.connection].amc is None:
        says = f"`amc:` is needed here, because {dotted(way[:2])} fills a dataset of its instance"
        tree.report("missing_key", ("connections", target.dataset.connection, "amc"), says)
    if target.audience is None:
        return
    connection = settings.connections[target.audience.connection]
    at = ("connections", target.audience.connection)
    says = f"is needed here, because {dotted(way[:2])} has target {target.audience.target}"
    if target.audience.target != "DSP" and not (connection.amc or connection.connection_id):
        tree.report("missing_key", (*at, "amc"), f"`amc:` {says}")
    if target.audience.target != "AMC" and not (connection.dsp_advertiser_id or connection.connection_id):
        tree.report("missing_key", (*at, "dsp_advertiser_id"), f"`dsp_advertiser_id:` {says}")


def _check_region(settings: Settings, tree: Tree, kind: str, target: Target) -> None:
    """Segment asks for the region, and so do we of connections that its events go over: a wrong one would go unseen until then."""
    goal = target.audience or target.dataset
    if kind == "segment" and goal and "region" not in settings.connections[goal.connection].model_fields_set:
        says = "write `region:` here, NA, EU or FE: events of Segment go over this connection"
        tree.report("missing_key", ("connections", goal.connection, "region"), says)


def _check_audience_keys(tree: Tree, way: Way, sync: Sync) -> None:
    """What only people have does nothing to the rows of a dataset."""
    if any(target.audience for target in sync.targets):
        return
    for field, key in _OF_AUDIENCES.items():
        if field in sync.model_fields_set:
            tree.report(
                "wrong_value", (*way, key), f"`{key}:` is for audiences: {_INSTEAD.get(key, 'leave it out')}"
            )


def _block(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _check(tree: Tree, way: Way, kind: str, name: Any) -> None:
    known = _block(tree.data, kind)
    if isinstance(name, str) and name not in known:
        choice = hint(name, sorted(known)) if known else f"the file has no {kind} yet"
        tree.report("unknown_reference", way, f'there is no "{name}" among the {kind}: {choice}')
