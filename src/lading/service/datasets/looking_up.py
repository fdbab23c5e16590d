"""An upload whose answer was lost is looked for in Amazon's list before it is sent again: twice sent, its rows could be there twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from lading.crashpoints import reach
from lading.deliver.follow import next_look
from lading.errors import StillProcessing
from lading.ledger.rows import Batch
from lading.service.datasets.at_amazon import AtAmazon
from lading.service.work import Work

#: Amazon's list may lag behind: it is looked into again so long after each time that the upload was not in it.
WAITS: Final = (timedelta(seconds=60), timedelta(seconds=180))


def look_up(work: Work, at: AtAmazon, batch: Batch) -> Batch | None:
    """Settle a lost answer: the batch as Amazon has it (`sent`), or None where Amazon never got it, which is certain by now.

    Raises StillProcessing when patience ends first; whoever comes next goes on with the looks that are left.
    """
    uploads, clock = work.parts.ledger.uploads, work.parts.clock
    work.parts.progress.say("Amazon's answer to the upload was lost: looking for it in Amazon's list")
    while True:
        while batch.retry_at is not None and batch.retry_at > clock.now():
            if at.patience_is_over:
                raise _still_looking(batch)
            at.sleep(batch.retry_at)
        if found := _found(work, at, batch):
            return found
        looks = uploads.get(batch).looks
        if looks >= len(WAITS):
            return None
        uploads.looked(work.claim, batch, again_at=clock.now() + WAITS[looks])
        batch = work.parts.ledger.batches.get(batch.run, batch.no)


def _found(work: Work, at: AtAmazon, batch: Batch) -> Batch | None:
    now = work.parts.clock.now()
    reach("look_up.before_send")
    found = at.find(work.parts.ledger.uploads.get(batch), batch.started_at or now)
    reach("look_up.after_answer")
    if not found:
        return None
    work.parts.progress.say(f"Amazon has it as upload {found[0].upload_id}")
    return work.parts.ledger.uploads.adopt(
        work.claim, batch, found[0].upload_id, next_poll_at=next_look(now, now)
    )


def _still_looking(batch: Batch) -> StillProcessing:
    return StillProcessing(
        "Amazon's answer to the upload was lost, and its list does not show it yet. Nothing is lost: "
        f"`lading follow {batch.run}` looks again",
        where=f"run {batch.run}",
    )
