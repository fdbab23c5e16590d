"""Uploading: the dataset is there, the files lie in S3, and Amazon is told once to read them (durability.md, `UPLOAD`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from lading import amazon
from lading.amazon import UploadSource
from lading.crashpoints import reach
from lading.deliver.follow import is_stuck, next_look
from lading.deliver.retry import Verdict, decide
from lading.destinations.answers import explained
from lading.destinations.dataset import upload_of
from lading.errors import Bug, GaveUp, SettingsError, StillProcessing, TargetBusy
from lading.ledger.dataset_rows import Upload
from lading.ledger.rows import Batch, BatchOutcome
from lading.membership.files import verify
from lading.model.states import BATCH_ENDS, BatchState, RunState
from lading.service.datasets.at_amazon import AtAmazon, at_amazon
from lading.service.datasets.drafting import UPLOAD
from lading.service.datasets.ensuring import ensure
from lading.service.datasets.looking_up import look_up
from lading.service.datasets.noticing import digest_of
from lading.service.work import Work, planned_folder

#: Rows go through S3, and count for no connection's hour.
_UNLIMITED: Final = 2**62
#: What a problem begins with that says so.
TWICE: Final = "Amazon took the upload twice"
#: An answer that was lost before the last attempt was lost no longer ago.
TWICE_WITHIN: Final = timedelta(days=1)

_UNSENT: Final = frozenset({BatchState.READY, BatchState.HELD, BatchState.UNKNOWN})


def send_all(work: Work) -> None:
    """Until Amazon has taken the upload, or patience ends."""
    at = at_amazon(work.parts, work.dataset, work.until)
    ensure(work, at)
    failures, put = 0, False
    while (batch := the_batch(work)).state in _UNSENT:
        if batch.state is BatchState.UNKNOWN:
            if look_up(work, at, batch) is None:
                work.parts.progress.say("Amazon never got it: sending it once more")
                work.parts.ledger.uploads.absent(work.claim, batch)
            continue
        if not put:
            _check_settings(work)
            _put_files(work, batch)
            put = True
        _wait_for_others(work, at, batch)
        failures = _create(work, at, batch, failures)
    work.parts.ledger.runs.advance(work.claim, RunState.SETTLING)


def the_batch(work: Work) -> Batch:
    """The one upload of the run."""
    [batch] = work.parts.ledger.batches.of(work.claim.run_id)
    return batch


def _check_settings(work: Work) -> None:
    """The files were written by the settings of then: told to Amazon by those of now, they might be read as something else."""
    planned = (work.run.seen or {}).get("dataset", {}).get("settings")
    if planned is not None and planned != digest_of(work.dataset):
        raise SettingsError(
            "the dataset's settings were changed since this run was planned. `lading cancel` ends it with nothing sent; apply again "
            "then, or put the settings back",
            where=f"run {work.claim.run_id}", code="stale_plan",
        )  # fmt: skip


def _put_files(work: Work, batch: Batch) -> None:
    """Put the files under a prefix that no other run has. Again after a crash: the same keys, the same bytes."""
    parts, run, upload = work.parts, work.run, work.parts.ledger.uploads.get(batch)
    folder, bucket = planned_folder(parts, run), parts.bucket(upload.bucket)
    named = {part: file for part, file in run.files.items() if part.startswith(f"{UPLOAD}-")}
    parts.progress.stage(f"Uploading to {upload.address}")
    total, done = sum(file.bytes for file in named.values()), 0
    for file in named.values():
        path = verify(folder, file)
        reach("put_files.before_send")
        bucket.put(path, upload.prefix + path.name)
        reach("put_files.after_answer")
        done += file.bytes
        parts.progress.advance(done, total, "bytes")


def _wait_for_others(work: Work, at: AtAmazon, batch: Batch) -> None:
    """One upload of a dataset at a time: somebody else's, made by hand or by another program, is waited for."""
    mine, told = work.parts.ledger.uploads.get(batch), False
    while others := [one for one in at.unfinished() if one.source.prefix != mine.prefix]:
        first, now = others[0], at.clock.now()
        what = f"upload {first.upload_id} of dataset {at.dataset_id}, which this run did not make, is {first.status}"
        if first.created_at and is_stuck(first.created_at, now):
            raise TargetBusy(
                f"{what} since {first.created_at:%Y-%m-%d %H:%M} UTC, and Amazon fills a dataset by one upload at a time. Ask Amazon "
                "about it; the same command goes on then",
                where=f"run {work.claim.run_id}", code="foreign_upload",
            )  # fmt: skip
        if at.patience_is_over:
            raise StillProcessing(
                f"{what}. It comes first; run the same command again later: nothing is lost",
                where=f"run {work.claim.run_id}",
            )
        if not told:
            work.parts.progress.say(f"{what}: waiting for it")
            told = True
        at.sleep(next_look(first.created_at or now, now))


def _create(work: Work, at: AtAmazon, batch: Batch, failures: int) -> int:
    """Tell Amazon to read the files; returns how often in a row that failed."""
    ledger, clock = work.parts.ledger, work.parts.clock
    allowance = replace(at.pace.allowance, lane="", records_per_hour=_UNLIMITED)
    # Others are not asked about again before each try: where permits are rare, the question would take the one that is free.
    while (moment := ledger.batches.mark_sending(work.claim, batch, allowance)) is not None:
        if at.patience_is_over:
            raise StillProcessing(
                f"the upload rests until {moment:%Y-%m-%d %H:%M:%S} UTC. The same command goes on then",
                where=f"run {work.claim.run_id}",
            )
        at.sleep(moment)
    sending = ledger.batches.get(batch.run, batch.no)
    try:
        receipt = _request(work, at, ledger.uploads.get(batch))
    except amazon.AmazonError as error:
        _not_accepted(work, at, sending, error, failures + 1)
        return failures + 1
    now = clock.now()
    ledger.batches.mark_sent(work.claim, sending, receipt.upload_id, next_poll_at=next_look(now, now))
    return 0


def _request(work: Work, at: AtAmazon, upload: Upload) -> amazon.UploadReceipt:
    work.parts.progress.stage("Telling Amazon to read it")
    source = UploadSource(bucket=upload.bucket, prefix=upload.prefix)
    at.pace.prepay()
    reach("create_upload.before_send")
    try:
        return at.client.uploads.create(
            at.instance, at.dataset_id, upload_of(work.dataset, source, upload.strategy)
        )
    finally:
        at.pace.prepay(paid=False)
        reach("create_upload.after_answer")


def _not_accepted(work: Work, at: AtAmazon, batch: Batch, error: amazon.AmazonError, failures: int) -> None:
    decision, batches = decide(error, failures, work.parts.jitter()), work.parts.ledger.batches
    if isinstance(error, amazon.ServerError) or decision.verdict is Verdict.UNKNOWN:
        # Amazon may have taken it before it failed; the list says so.
        batches.mark_unknown(work.claim, batch, problem=error.message)
        if not decision.give_up:
            return
    elif isinstance(error, amazon.BadRequest | amazon.TooLarge):
        refused = BatchOutcome(
            state=BatchState.REFUSED, confirmed=0, refused=batch.records, file=None, problem=error.message
        )
        batches.finish(work.claim, batch, refused)
        return
    else:
        throttled = isinstance(error, amazon.Throttled)
        until = at.pace.pause(decision.wait) if throttled else at.clock.now() + decision.wait
        batches.hold(work.claim, batch, retry_at=until, problem=error.message)
    if decision.verdict is Verdict.STOP:
        raise explained(error, at.connection) from error
    if decision.give_up:
        raise GaveUp(
            f"Amazon did not take the upload in {failures} attempts, the last one because of: {error.message}. Run the same "
            "command again to go on: nothing is lost",
            where=f"run {work.claim.run_id}",
        )


def settle(work: Work) -> None:
    """Until Amazon has read the upload, or patience ends."""
    work.parts.progress.stage("Following Amazon's upload")
    at = at_amazon(work.parts, work.dataset, work.until)
    if not follow(work, at, the_batch(work), wait=work.order.wait):
        raise _still_processing(work)
    work.parts.ledger.runs.advance(work.claim, RunState.COMMITTING)


def follow_sent(work: Work) -> bool:
    """Only ask about what was sent, or maybe was, until that is final, which is True, or patience ends."""
    at, batch = at_amazon(work.parts, work.dataset, work.until), the_batch(work)
    if batch.state is BatchState.UNKNOWN and work.order.wait and look_up(work, at, batch) is None:
        work.parts.ledger.uploads.absent(work.claim, batch)
    batch = the_batch(work)
    return batch.state is not BatchState.SENT or follow(work, at, batch, wait=work.order.wait)


def follow(work: Work, at: AtAmazon, batch: Batch, *, wait: bool) -> bool:
    """Ask about an upload until it is final, which is True, or until patience ends. A stuck one is asked about no more."""
    while (batch := work.parts.ledger.batches.get(batch.run, batch.no)).state is BatchState.SENT:
        if not wait or at.patience_is_over:
            return False
        if batch.next_poll_at is not None and batch.next_poll_at > at.clock.now():
            at.sleep(batch.next_poll_at)
        else:
            _ask(work, at, batch)
    return True


def _ask(work: Work, at: AtAmazon, batch: Batch) -> None:
    reach("ask_upload.before_send")
    upload = at.upload(batch.job_request_id or "")
    reach("ask_upload.after_answer")
    batches, now = work.parts.ledger.batches, at.clock.now()
    if upload is not None and upload.state.final:
        outcome = outcome_of(batch, upload)
        twice = _taken_twice(work, at, batch) if outcome.state is BatchState.CONFIRMED else None
        batches.finish(work.claim, batch, replace(outcome, problem=twice or outcome.problem))
        return
    sent_at = batch.sent_at or now
    if is_stuck(sent_at, now):
        said = "Amazon does not know it" if upload is None else f"it has been {upload.status} for 24 hours"
        batches.mark_stuck(work.claim, batch, problem=f"upload {batch.job_request_id}: {said}")
    else:
        batches.polled(work.claim, batch, next_poll_at=next_look(sent_at, now))


def _taken_twice(work: Work, at: AtAmazon, batch: Batch) -> str | None:
    """Whether Amazon took an upload that was sent again, and the first one after all: added twice, its rows are there twice."""
    upload = work.parts.ledger.uploads.get(batch)
    if batch.attempt == 1 or upload.strategy != "ADDITIVE" or batch.started_at is None:
        return None
    found = at.find(upload, batch.started_at - TWICE_WITHIN)
    taken = [one.upload_id for one in found if one.state is not amazon.UploadState.FAILED]
    if len(taken) < 2:
        return None
    return (
        f"{TWICE}: uploads {', '.join(taken)} have the same files, so their rows are there {len(taken)} times"
    )


def outcome_of(batch: Batch, upload: amazon.Upload) -> BatchOutcome:
    """What became of the rows of an upload that is final: those that Amazon did not write, it dropped."""
    if upload.state is not amazon.UploadState.DONE:
        words = upload.message or "Amazon gave no reason"
        return BatchOutcome(
            state=BatchState.REFUSED, confirmed=0, refused=batch.records, file=None, problem=words
        )
    written = batch.records if upload.output_rows is None else upload.output_rows
    dropped = max(0, batch.records - written)
    problem = f"Amazon wrote {written:,} of {batch.records:,} rows" if dropped else None
    return BatchOutcome(
        state=BatchState.CONFIRMED, confirmed=written, refused=dropped, file=None, problem=problem
    )


def _still_processing(work: Work) -> StillProcessing:
    batch = the_batch(work)
    if batch.state in BATCH_ENDS:
        raise Bug(f"run {work.claim.run_id} waits for an upload that is final")
    return StillProcessing(
        f"Amazon is still reading upload {batch.job_request_id}. Nothing is lost: `lading follow {work.claim.run_id}` goes on from here",
        where=f"run {work.claim.run_id}",
    )
