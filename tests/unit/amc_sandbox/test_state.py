"""The store, identifiers, pages, regions, switches and near misses."""

import pytest

from amc_sandbox.families import Refusal
from amc_sandbox.front import split_region
from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.routes.pages import page
from amc_sandbox.state.ids import Ids, fraction
from amc_sandbox.state.policy import Policy, changed
from amc_sandbox.state.store import DataInUse, Store


@pytest.fixture
def store():
    made = Store()
    yield made
    made.close()


def break_off(store):
    with store.transaction():
        store.put("a", 1)
        with store.transaction():
            store.put("b", 2)
        raise RuntimeError


def test_a_transaction_is_all_or_nothing(store):
    with pytest.raises(RuntimeError):
        break_off(store)
    assert (store.get("a"), store.get("b")) == (None, None)
    with store.transaction():
        store.put("a", 1)
    assert store.get("a") == 1


def test_what_was_committed_is_there_for_the_next(tmp_path):
    first = Store(tmp_path)
    first.put("a", {"b": [1]})
    with pytest.raises(DataInUse):
        Store(tmp_path)
    first.close()
    second = Store(tmp_path)
    assert second.get("a") == {"b": [1]}
    second.close()


def test_clearing_keeps_what_is_named(store):
    store.put("seed", 7)
    store.put("other", 8)
    store.clear("seed")

    assert (store.get("seed"), store.get("other")) == (7, None)


def test_identifiers_are_the_same_for_a_seed_and_never_repeat(store):
    first = [Ids(store, 1).audience() for _ in range(500)]
    other = Store()
    again = [Ids(other, 1).audience() for _ in range(500)]
    other.close()

    assert first == again
    assert len(set(first)) == 500
    assert all(10**17 < one < 10**18 and int(float(one)) != one for one in first)


def test_fractions_are_spread():
    drawn = [fraction("x", number) for number in range(1000)]

    assert all(0 <= one < 1 for one in drawn)
    assert 0.45 < sum(drawn) / 1000 < 0.55


def test_pages():
    first = page("items", [1, 2, 3], None, 2)
    last = page("items", [1, 2, 3], first["nextToken"], 2)

    assert first["items"] == [1, 2]
    assert last == {"items": [3]}
    assert page("items", [1, 2], None, 2) == {"items": [1, 2]}
    for token in ("x", "ZnJvbTp4", "dG86MQ=="):
        with pytest.raises(Refusal):
            page("items", [1], token, 2)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/na/v2/profiles", ("NA", "/v2/profiles")),
        ("/eu/amc/accounts", ("EU", "/amc/accounts")),
        ("/fe/x", ("FE", "/x")),
        ("/v2/profiles", ("NA", "/v2/profiles")),
        ("/na", ("NA", "/na")),
        ("/nap/x", ("NA", "/nap/x")),
    ],
)
def test_regions(path, expected):
    assert split_region(path) == expected


def test_a_policy_changes_by_its_switches():
    assert changed(Policy(), {"update": "replace"}) == Policy(update="replace")
    assert changed(Policy(), {"job_seconds": [0, 5]}).job_seconds == [0, 5]
    for wish in (
        {"update": "x"},
        {"job_seconds": [5, 0]},
        {"job_seconds": [1]},
        {"page_size": 0},
        {"consent": None},
    ):
        with pytest.raises(Unlawful):
            changed(Policy(), wish)


def test_the_nearest_key_is_named():
    with pytest.raises(Unlawful, match="unknown key 'seeed' in x: did you mean 'seed'"):
        refuse_unknown({"seeed": 1}, ["seed", "rate"], "x")
    with pytest.raises(Unlawful, match="known are rate, seed"):
        refuse_unknown({"zzz": 1}, ["seed", "rate"], "x")
