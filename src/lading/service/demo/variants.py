"""What each kind of variants adds in matches: the example shop, carried into one audience without them, and one more for each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from lading.prepare.variants import VARIANTS
from lading.report.summary import Report

#: The rows of the comparison: the kinds that are sent in each.
CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "none": (),
    **{kind: (kind,) for kind in VARIANTS},
    "all": tuple(VARIANTS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindMatches:
    """What Amazon says of an audience that was sent with these kinds."""

    kind: str
    received: int
    #: People whom it knows.
    matched: int
    #: The same beyond what it knew without any variants.
    added: int

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def settings_of_kinds(shop: Path, into: Path) -> Path:
    """Write settings as the shop's are, with a sync and an audience for each of `CHOICES`, beside each other in `into`."""
    settings = yaml.safe_load((shop / "lading.yaml").read_text("utf-8"))
    settings["sources"]["files"]["root"] = str(shop.absolute())
    whole = settings["syncs"]["customers"]
    settings["syncs"] = {name: _with(whole, name, kinds) for name, kinds in CHOICES.items()}
    path = into / "lading.yaml"
    path.write_text(json.dumps(settings), "utf-8")  # JSON is YAML
    return path


def _with(whole: Mapping[str, Any], name: str, kinds: Sequence[str]) -> dict[str, Any]:
    audience = {**whole["to"]["audience"], "name": f"Variants: {name}", "external_id": f"variants-{name}"}
    return {**whole, "to": {"audience": audience}, "identity": {"variants": list(kinds)}}


def compare(carry: Callable[[str], Report]) -> Iterator[KindMatches]:
    """The matches of each choice, once `carry` has carried the sync of that name."""
    base: int | None = None
    for name in CHOICES:
        size = carry(name).size
        matched = size.matched or 0
        base = matched if base is None else base
        yield KindMatches(kind=name, received=size.received or 0, matched=matched, added=matched - base)
