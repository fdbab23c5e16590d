from datetime import UTC, datetime, timedelta

from amc_sandbox.pace import Buckets, records_wait

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def test_a_bucket_is_emptied_and_filled_by_the_clock():
    buckets = Buckets()
    assert [buckets.take("a", NOW, 2, 3) for _ in range(4)] == [0, 0, 0, 1]
    assert [buckets.take("a", later(1), 2, 3) for _ in range(3)] == [0, 0, 1]
    assert [buckets.take("a", later(100), 2, 3) for _ in range(4)] == [0, 0, 0, 1]


def test_the_wait_is_long_enough():
    buckets = Buckets()
    buckets.take("a", NOW, 0.1, 1)
    wait = buckets.take("a", NOW, 0.1, 1)

    assert wait == 10
    assert buckets.take("a", later(wait), 0.1, 1) == 0


def test_each_client_has_its_own():
    buckets = Buckets()

    assert [buckets.take(client, NOW, 1, 1) for client in "ab"] == [0, 0]


def test_no_limit():
    buckets = Buckets()

    assert {buckets.take("a", NOW, 0, 1) for _ in range(9)} == {0}


def test_records_of_the_last_hour():
    sent = [(later(0), 4), (later(600), 4)]

    assert records_wait(sent, 2, 10, later(1200)) == 0
    assert records_wait(sent, 3, 10, later(1200)) == 2400
    assert records_wait(sent, 7, 10, later(1200)) == 3000
    assert records_wait([], 11, 10, NOW) == 3600
