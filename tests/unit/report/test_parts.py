"""The parts of a run, and where each stands."""

from types import SimpleNamespace

import pytest

from lading.report.parts import parts


def batch(part=1, *, records=10, final=False, job=None):
    return SimpleNamespace(part=part, records=records, final=final, job_request_id=job)


@pytest.mark.parametrize(
    ("batches", "state"),
    [
        ([batch(), batch()], "created"),
        ([batch(job="a"), batch()], "uploading"),
        ([batch(final=True), batch()], "uploading"),
        ([batch(job="a"), batch(job="b", final=True)], "uploaded"),
        ([batch(job="a", final=True), batch(final=True)], "complete"),
    ],
)
def test_where_a_part_stands(batches, state):
    assert parts(batches)[0].state == state


def test_each_part_names_its_requests_records_and_jobs():
    first, second = parts([batch(2, job="c"), batch(1, job="a"), batch(1, records=5, job="b")])
    assert (first.part, first.requests, first.records, first.jobs) == (1, 2, 15, ("a", "b"))
    assert (second.part, second.requests, second.records, second.jobs) == (2, 1, 10, ("c",))


def test_what_no_plan_numbered_has_no_parts():
    assert parts([batch(None)]) == ()
