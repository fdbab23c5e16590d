from lading.server.rate import Rate


def test_a_caller_has_so_many_a_second_and_twice_as_many_at_once():
    rate = Rate(10)
    assert [rate.wait("a", 100.0) for _ in range(20)] == [0.0] * 20
    assert rate.wait("a", 100.0) == 0.1
    assert rate.wait("b", 100.0) == 0.0
    assert rate.wait("a", 100.11) == 0.0
    assert rate.wait("a", 100.11) > 0


def test_callers_without_end_need_no_memory_without_end():
    rate = Rate(1)
    for number in range(10_100):
        rate.wait(str(number), 1.0)
    assert len(rate._buckets) == 10_000
