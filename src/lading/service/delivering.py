"""Delivering: the audience is there, the batches leave, and their jobs are followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lading import amazon
from lading.deliver.deliver import Patience, ask_only, deliver
from lading.deliver.delivery import Delivery
from lading.destinations.answers import explained
from lading.destinations.audience import AudienceDestination
from lading.destinations.destination import Limits
from lading.errors import AccessError, SettingsError, StillProcessing
from lading.ledger.rows import Audience, Run
from lading.membership.files import verify
from lading.model.states import BATCH_ENDS, BatchState, RunState
from lading.service.audiences.creating import create, new_audience
from lading.service.audiences.ids import check_api_id
from lading.service.audiences.metadata import as_json, bring_up_to_date
from lading.service.connect import link
from lading.service.drafting import ENVELOPE_BYTES, MAX_BYTES
from lading.service.parts import Parts
from lading.service.work import Work, planned_folder


def send_all(work: Work) -> None:
    """Until every batch has left, or patience ends."""
    _make_ready(work)
    work.parts.progress.stage("Sending")
    done = _carry(work, Patience(wait=False, until=work.until))
    if not done and _unsent(work):
        raise _still_processing(work)
    work.parts.ledger.runs.advance(work.claim, RunState.SETTLING)


def _make_ready(work: Work) -> None:
    """The audience is there, and is what the settings say."""
    try:
        bring_up_to_date(work, ensure_audience(work))
    except amazon.AmazonError as error:
        raise explained(error, work.audience.connection) from error


def settle(work: Work) -> None:
    """Until every job is final, or patience ends."""
    work.parts.progress.stage("Following Amazon's jobs")
    if not _carry(work, Patience(wait=work.order.wait, until=work.until)):
        raise _still_processing(work)
    work.parts.ledger.runs.advance(work.claim, RunState.COMMITTING)


def follow_sent(work: Work) -> bool:
    """Only ask about what was sent, until all of it is final, which is True, or patience ends."""
    work.parts.progress.stage("Following Amazon's jobs")
    return ask_only(_delivery(work), Patience(wait=work.order.wait, until=work.until))


def _carry(work: Work, patience: Patience) -> bool:
    return deliver(_delivery(work), patience)


def _delivery(work: Work) -> Delivery:
    parts, run, connection = work.parts, work.run, work.audience.connection
    try:
        destination = destination_of(work, ensure_audience(work))
    except amazon.AmazonError as error:
        raise explained(error, connection) from error
    verify(planned_folder(parts, run), run.files["changes"])
    return Delivery(
        claim=work.claim, ledger=parts.ledger, clock=parts.clock, pace=parts.pace(connection), destination=destination,
        connection=connection, changes=work.file("changes"), outcomes=work.folder / "outcomes",
        tell=lambda counts: _tell(parts, run, counts), jitter=parts.jitter,
    )  # fmt: skip


def _tell(parts: Parts, run: Run, counts: Mapping[tuple[int, BatchState], int]) -> None:
    total = sum(count for (_, state), count in counts.items() if state is not BatchState.SPLIT)
    done = sum(count for (_, state), count in counts.items() if state in BATCH_ENDS - {BatchState.SPLIT})
    sent = sum(count for (_, state), count in counts.items() if state is BatchState.SENT)
    reached = done + sent if run.state is RunState.DELIVERING else done
    parts.progress.advance(reached, total, f"batches{_of_parts(parts, run.id)}")


def _of_parts(parts: Parts, run_id: str) -> str:
    """Which part the work is at, where there are several."""
    number, total = parts.ledger.batches.parts(run_id)
    return f" (part {number:,} of {total:,})" if total > 1 else ""


def _unsent(work: Work) -> bool:
    waiting = {BatchState.READY, BatchState.SENDING, BatchState.UNKNOWN, BatchState.HELD}
    return any(state in waiting for _, state in work.parts.ledger.batches.counts(work.claim.run_id))


def _still_processing(work: Work) -> StillProcessing:
    counts = work.parts.ledger.batches.counts(work.claim.run_id)
    left = sum(count for (_, state), count in counts.items() if state not in BATCH_ENDS)
    jobs = [
        batch.job_request_id for batch in work.parts.ledger.batches.of(work.claim.run_id) if not batch.final
    ]
    named = ", ".join(job for job in jobs[:3] if job)
    return StillProcessing(
        f"Amazon is still processing {left} of its batches{f' (job {named})' if named else ''}. Nothing is lost: "
        f"`lading follow {work.claim.run_id}` goes on from here",
        where=f"run {work.claim.run_id}",
    )


def destination_of(work: Work, audience: Audience) -> AudienceDestination:
    """Where the run's records go."""
    target, connection = work.audience, work.parts.connection(work.audience.connection)
    return AudienceDestination(
        client=work.parts.amazon(target.connection),
        audience_id=audience.audience_id or "",
        external_audience_id=audience.external_audience_id,
        connection_id=None if target.target == "DSP" else link(work.parts, target.connection)[0],
        to_dsp=target.target == "AMC_AND_DSP",
        limits=Limits(connection.records_per_request, MAX_BYTES - ENVELOPE_BYTES),
    )


def ensure_audience(work: Work) -> Audience:
    """The run's audience at Amazon: kept, named in the settings, or created now."""
    parts = work.parts
    known = parts.ledger.audiences.get(work.claim.target)
    if known and known.audience_id:
        # An earlier process may have fallen between its two ways of keeping the id.
        parts.home.note_audience(known.target, known.audience_id, known.name)
        return known
    if given := work.audience.audience_id:
        return adopt(parts, work.name, given)
    return create(work)


def adopt(parts: Parts, sync: str, audience_id: str) -> Audience:
    """Take over audience `audience_id`, which exists at Amazon, as that of `sync`."""
    target = parts.audience(sync)
    if not (audience_id.isascii() and audience_id.isdigit()):
        raise SettingsError(
            f"{audience_id!r} is no audience id of Amazon's API: those are digits only",
            where=f"syncs.{sync}", code="wrong_audience_id",
        )  # fmt: skip
    check_api_id(parts, audience_id, f"syncs.{sync}")
    try:
        known = parts.amazon(target.connection).audiences.get(audience_id)
    except amazon.NotFound as error:
        raise AccessError(
            f"Amazon knows no audience {audience_id} in region {parts.connection(target.connection).region}. Check the id: it is "
            "the one that was shown when the audience was created, not the one that DSP's pages show",
            where=f"syncs.{sync}", code="audience_unknown",
        ) from error  # fmt: skip
    ours = new_audience(parts, sync)
    theirs = replace(
        ours, description=known.description, fees=as_json(known.fees),
        ttl_seconds=ours.ttl_seconds if known.ttl is None else known.ttl,
    )  # fmt: skip
    adopted = parts.ledger.audiences.adopt(theirs, audience_id, who=parts.doer)
    parts.home.note_audience(adopted.target, audience_id, adopted.name)
    return adopted
