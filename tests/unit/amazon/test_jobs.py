"""What Amazon says of a job, and what may be concluded from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.amazon import AudienceSize, JobState, NotFound, RefusedRecord, UnexpectedAnswer
from lading.amazon.jobs import percent


def job(amazon, **fields):
    amazon.say(200, {"jobRequestId": "j-1", "jobState": "SUCCEEDED", **fields})
    return amazon.client().jobs.get("j-1")


@pytest.mark.parametrize(
    ("word", "state", "final"),
    [
        ("PENDING", JobState.PENDING, False),
        ("SUCCEEDED", JobState.SUCCEEDED, True),
        ("PARTIALLYSUCCEEDED", JobState.PARTIALLYSUCCEEDED, True),
        ("FAILED", JobState.FAILED, True),
        ("COMPLETED", JobState.COMPLETED, True),
        ("succeeded", JobState.SUCCEEDED, True),
        ("IN_PROGRESS", JobState.OTHER, False),
    ],
)
def test_states_and_which_of_them_are_ends(amazon, word, state, final):
    found = job(amazon, jobState=word)

    assert (found.state, found.final) == (state, final)


def test_refused_records_are_named_with_their_reasons(amazon):
    found = job(
        amazon,
        jobState="PARTIALLYSUCCEEDED",
        successful={"recordsProcessedRate": 99.5},
        invalidRecords=[
            {"audienceId": "7", "externalId": "u-1", "error": "bad email jane@example.com"},
            {"audienceId": "7", "externalId": 42, "error": None},
            {"error": "who?"},
        ],
        audienceSize={"receivedRecordSize": 3, "idResolutionCount": 2, "dspAudienceSize": 1},
    )

    assert found.refused == (RefusedRecord("u-1", "bad email <e-mail>"), RefusedRecord("42", ""))
    assert found.unnamed == 1
    assert found.rate == 99.5
    assert found.size == AudienceSize(3, 2, 1)


def test_a_pending_job_says_little(amazon):
    found = job(amazon, jobState="PENDING", successful=None, invalidRecords=None)

    assert (found.rate, found.refused, found.unnamed, found.size) == (None, (), 0, None)


@pytest.mark.parametrize(
    ("rate", "well", "expected"),
    [
        (None, True, None),
        (100, True, 100.0),
        (99.9, False, 99.9),
        (1.5, False, 1.5),
        (1, True, 100.0),
        (1.0, False, 1.0),
        (0.995, False, 99.5),
        (0, False, 0.0),
        (-5, False, 0.0),
        (100.0000001, True, 100.0),
    ],
)
def test_a_rate_is_percent_whichever_way_it_is_counted(rate, well, expected):
    assert percent(rate, all_went_well=well) == expected


@given(st.floats(min_value=0, max_value=100, exclude_max=True), st.booleans())
def test_no_reading_of_a_rate_turns_a_failure_into_a_success(rate, well):
    assert percent(rate, all_went_well=well) < 100 or (rate == 1 and well)


def test_refused_records_contradict_a_rate_of_one(amazon):
    found = job(amazon, successful={"recordsProcessedRate": 1}, invalidRecords=[{"externalId": "u"}])

    assert found.rate == 1.0


def test_an_unknown_job_is_not_found(amazon):
    amazon.say(404, {"message": "no such job"})

    with pytest.raises(NotFound):
        amazon.client().jobs.get("j-9")


def test_a_job_without_a_state_is_an_unexpected_answer(amazon):
    with pytest.raises(UnexpectedAnswer, match="jobState"):
        job(amazon, jobState=None)


def test_a_job_id_is_one_piece_of_the_path(amazon):
    amazon.say(200, {"jobState": "PENDING"})

    found = amazon.client().jobs.get("a/b?c")

    assert found.job_request_id == "a/b?c"
    assert amazon.asked[0].path == "/na/amc/audiences/records/a%2Fb%3Fc"
