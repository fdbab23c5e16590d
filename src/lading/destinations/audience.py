"""An AMC audience as a destination: records in, jobs followed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lading.amazon import AmazonClient, Job, JobState
from lading.destinations import payload
from lading.destinations.destination import JobView, Limits


@dataclass(frozen=True, slots=True)
class AudienceDestination:
    """One audience of one connection. `connection_id` is None for an audience that only DSP has."""

    client: AmazonClient
    audience_id: str
    external_audience_id: str
    connection_id: str | None
    #: The records go to DSP as well as to AMC.
    to_dsp: bool
    limits: Limits

    def lines(self, changes: pl.DataFrame) -> pl.Series:
        return payload.lines(changes)

    def send(self, lines: pl.Series) -> str:
        before, after = self.client.records.envelope(self.audience_id, self.connection_id, dsp=self.to_dsp)
        return self.client.records.send(b"".join((before, lines.str.join(",").item().encode(), after)))

    def job(self, job_id: str) -> JobView:
        return _view(self.client.jobs.get(job_id), {self.audience_id, self.external_audience_id})


def _view(job: Job, external_audience_ids: set[str]) -> JobView:
    return JobView(
        state=job.state,
        final=job.final,
        failed=job.state is JobState.FAILED,
        partial=job.state is JobState.PARTIALLYSUCCEEDED,
        rate=job.rate,
        unnamed=job.unnamed,
        # Amazon's schema calls this id that of the audience; one that is says nothing about a record (contract 6.5).
        refused=tuple(
            (record.external_id, record.error)
            for record in job.refused
            if record.external_id not in external_audience_ids
        ),
    )
