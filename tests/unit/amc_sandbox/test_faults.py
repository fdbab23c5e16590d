import pytest

from amc_sandbox.faults import Spec, Tally, parse
from amc_sandbox.nearest import Unlawful
from amc_sandbox.state.faults import FaultBook
from amc_sandbox.state.store import Store


def struck(tally, count, seed=1):
    return [number for number in range(1, count + 1) if tally.strikes(seed, number)]


def test_a_rate_is_kept_over_many():
    assert 200 < len(struck(Tally("throttle", Spec(rate=0.25), 0, 0), 1000)) < 300


def test_the_seed_and_the_name_decide():
    by_seed = [struck(Tally("throttle", Spec(rate=0.5), 0, 0), 50, seed) for seed in (1, 2)]
    by_name = struck(Tally("server_error", Spec(rate=0.5), 0, 0), 50, 1)

    assert len({tuple(by_seed[0]), tuple(by_seed[1]), tuple(by_name)}) == 3


def test_the_ends_of_a_rate():
    assert struck(Tally("throttle", Spec(rate=0), 0, 0), 100) == []
    assert len(struck(Tally("throttle", Spec(rate=1), 0, 0), 100)) == 100


@pytest.mark.parametrize(
    ("route", "matches"),
    [
        ("*", True),
        ("/amc/*", True),
        ("/amc/audiences/records", True),
        ("POST /amc/*", True),
        ("GET /amc/*", False),
        ("/v2/*", False),
        ("/amc", False),
    ],
)
def test_routes_are_globs(route, matches):
    assert (
        Tally("throttle", Spec(rate=1, route=route), 0, 0).matches("POST", "/amc/audiences/records")
        is matches
    )


def test_short_and_long_forms():
    seed, specs = parse(
        {"seed": 4, "throttle": 0.1, "slow_jobs_seconds": 60, "job_failed": {"at": [1, 3], "times": 1}}
    )

    assert seed == 4
    assert specs == {
        "throttle": Spec(rate=0.1),
        "slow_jobs_seconds": Spec(seconds=60),
        "job_failed": Spec(at=(1, 3), times=1),
    }


@pytest.mark.parametrize(
    "wish", [{"throttle": True}, {"throttle": [1]}, {"throttle": {"rate": "1"}}, {"seed": True}]
)
def test_unlawful_forms(wish):
    with pytest.raises(Unlawful):
        parse(wish)


@pytest.fixture
def book():
    store = Store()
    yield FaultBook(store)
    store.close()


def test_the_first_of_several_strikes_and_all_count(book):
    book.put(0, {"server_error": Spec(at=(1, 2)), "throttle": Spec(at=(2, 3))})

    hits = [book.strike_request("GET", "/x") for _ in range(4)]

    assert [hit and hit.name for hit in hits] == ["server_error", "throttle", "throttle", None]
    assert {tally.name: (tally.seen, tally.hits) for tally in book.tallies()} == {
        "throttle": (4, 2),
        "server_error": (4, 1),
    }


def test_records_are_counted_over_requests(book):
    book.put(0, {"refuse_records": Spec(at=(2, 4, 5))})

    assert [list(book.strike_records("/amc/audiences/records", 3)) for _ in range(2)] == [[1], [0, 1]]


def test_faults_of_one_kind_leave_the_others_alone(book):
    book.put(0, {"job_failed": Spec(rate=1), "token_expiry_seconds": Spec(seconds=9)})

    assert book.strike_request("POST", "/amc/audiences/records") is None
    assert book.strike_job("/amc/audiences/records") == "job_failed"
    assert (book.seconds("token_expiry_seconds"), book.seconds("slow_jobs_seconds")) == (9, None)
