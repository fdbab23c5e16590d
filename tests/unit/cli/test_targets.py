"""What is printed of a sync with several targets, and how the command ends."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from lading.errors import AccessError, GuardTripped
from lading.report.summary import Report
from lading.service.progress import Silence
from lading.service.targets import GRAVITY, gravest


@pytest.fixture
def ending(monkeypatch):
    """Lets the targets of sync `customers` end like this: by name, a report's exit code or an error."""

    def arrange(**ends):
        asked = []

        @contextmanager
        def build(config, environ, *, progress):
            yield SimpleNamespace(
                carried=lambda name: tuple(f"{name}/{one}" for one in ends), progress=Silence()
            )

        def apply(parts, what, order):
            asked.append(what)
            end = ends[what.partition("/")[2]]
            if isinstance(end, BaseException):
                raise end
            return Report(run=f"r-{what}", sync=what, state="done", mode="add", exit_code=end, books=None)

        monkeypatch.setattr("lading.wiring.build", build)
        monkeypatch.setattr("lading.service.sync.apply", apply)
        return asked

    return arrange


def test_each_target_is_answered_by_name(say, ending):
    ending(us=0, eu=0)
    said = say("apply", "customers", "--json")
    data = json.loads(said.out)["data"]
    assert (said.code, data["sync"]) == (0, "customers")
    assert [(one["sync"], one["target"], one["exit_code"], one["data"]["run"]) for one in data["targets"]] == [
        ("customers/us", "us", 0, "r-customers/us"), ("customers/eu", "eu", 0, "r-customers/eu"),
    ]  # fmt: skip


def test_one_that_fails_does_not_stop_the_others_and_is_named(say, ending):
    ending(us=AccessError("no terms", where="connection us"), eu=0, fe=6)
    said = say("apply", "customers", "--json")
    body = json.loads(said.out)
    assert (said.code, body["exit_code"]) == (3, 3)
    assert [one["exit_code"] for one in body["data"]["targets"]] == [3, 0, 6]
    assert body["data"]["targets"][0]["data"] is None
    assert [problem["where"] for problem in body["problems"]] == [
        "customers/us: connection us", "customers/fe: run r-customers/fe",
    ]  # fmt: skip
    assert said.err.splitlines()[-1] == "error: customers/us: connection us: no terms"


def test_people_read_them_one_under_the_other(say, ending):
    ending(us=GuardTripped("nobody", code="empty_source"), eu=0)
    said = say("apply", "customers")
    assert said.code == 4
    assert said.out.index("customers/us: stopped  exit code 4") < said.out.index("customers/eu: done")


@pytest.mark.parametrize(
    ("ends", "code"),
    [((0, 0), 0), ((0, 6), 6), ((6, 5), 5), ((5, 7), 7), ((7, 4), 4), ((4, 3), 3), ((3, 8), 8)],
)
def test_the_gravest_end_counts(ends, code):
    assert gravest(ends) == gravest(ends[::-1]) == code


def test_every_exit_code_has_a_gravity():
    assert sorted(GRAVITY) == sorted(type(GRAVITY[0]))


def test_an_interrupt_stops_them_all(say, ending):
    asked = ending(us=KeyboardInterrupt(), eu=0)
    assert say("apply", "customers").code == 130
    assert asked == ["customers/us"]
