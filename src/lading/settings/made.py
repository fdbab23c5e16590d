"""Blocks of settings that live in the ledger stand beside those of the file, and are checked with them as one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from lading.settings.tree import Tree, parse_tree

#: What can be made through the API.
KINDS: Final = ("connections", "sources", "syncs")

#: Kind -> name -> body.
Made = Mapping[str, Mapping[str, Any]]


def add_made(tree: Tree, made: Made) -> None:
    """Add the ledger's blocks to what the file says. A name that both have is a problem: it exists once."""
    if not isinstance(tree.data, dict):
        return
    # JSON is YAML, and read like it: ids without quotes, secrets in clear are refused as in the file.
    extra = parse_tree(json.dumps(made), "the ledger") if made else Tree("the ledger", {})
    for kind, blocks in (extra.data or {}).items():
        known = tree.data.get(kind)
        mine = known if isinstance(known, dict) else {}
        for name in blocks:
            if name in mine:
                tree.report(
                    "name_taken",
                    (kind, name),
                    "stands in the ledger too, made through the API: rename one of them",
                    key=True,
                )
        tree.made.update((kind, name) for name in blocks if name not in mine)
        tree.data = tree.data | {kind: blocks | mine}
    # A kind of which the file has none stands in the ledger alone.
    tree.spots.update({
        way: spot
        for way, spot in extra.spots.items()
        if way[:2] in tree.made or (len(way) == 1 and way not in tree.spots)
    })  # fmt: skip
