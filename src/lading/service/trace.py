"""The story of one record: is its person a member, and what became of it in each run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lading.membership import trace
from lading.membership.trace import Story
from lading.service.committing import waybill_key
from lading.service.datasets.tracing import RowStory, row_story
from lading.service.drafting import committed
from lading.service.parts import Parts
from lading.service.work import target_of


@dataclass(frozen=True, slots=True)
class Told:
    """A story, with the sync that it is told of; as JSON the story alone."""

    sync: str
    story: Story | RowStory

    def as_dict(self) -> dict[str, object]:
        """The story by name."""
        return self.story.as_dict()


def story(parts: Parts, sync: str, external_id: str) -> Story | RowStory:
    """All that is known of the person whom `sync` calls `external_id`; of a dataset, of the row with that number."""
    if parts.sync(sync).to.dataset:
        return row_story(parts, sync, external_id)
    target = target_of(sync, parts.sync(sync))
    return trace.story(
        external_id,
        key=waybill_key(parts),
        generation=committed(parts, target),
        waybills=tuple(_waybills(parts, target)),
        now=parts.clock.now(),
    )


def _waybills(parts: Parts, target: str) -> Iterator[tuple[str, Path]]:
    """Of the target's runs that have one, oldest first."""
    for run in reversed(parts.ledger.runs.list(10_000, target=target)):
        if bill := run.files.get("waybill"):
            path = parts.home.run(run.id) / bill.name
            if path.exists():
                yield run.id, path
