from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.errors import Bug
from lading.ledger.columns import from_microseconds, to_microseconds


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=9))])
    )
)
def test_a_moment_survives_to_the_microsecond_whatever_its_zone(moment):
    assert from_microseconds(to_microseconds(moment)) == moment


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_moments_sort_as_their_numbers(one, other):
    assert (one < other) == (to_microseconds(one) < to_microseconds(other))


def test_a_moment_comes_back_in_utc():
    assert from_microseconds(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert from_microseconds(0).tzinfo is UTC


def test_a_moment_without_a_zone_is_a_bug():
    with pytest.raises(Bug, match="without a time zone"):
        to_microseconds(datetime(2026, 1, 1))  # noqa: DTZ001  (that is what is refused)
