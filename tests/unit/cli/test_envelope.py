"""The one object of --json."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from lading.cli.envelope import envelope
from lading.errors import Problem, Remedy
from lading.model.plain import plain


class Color(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    at: datetime
    tags: frozenset[str]


@dataclass(frozen=True)
class Speaking:
    def as_dict(self) -> dict[str, object]:
        return {"id": "1", "wait": timedelta(minutes=1)}


@pytest.mark.parametrize(
    ("value", "as_json"),
    [
        (
            Inner(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), frozenset({"b", "a"})),
            {"at": "2026-01-02T03:04:00Z", "tags": ["a", "b"]},
        ),
        (Speaking(), {"id": "1", "wait": 60.0}),
        (
            [True, None, 1.5, "x", Color.RED, Decimal("0.1"), Path("a/b")],
            [True, None, 1.5, "x", "red", "0.1", "a/b"],
        ),
        (2**53, 2**53),
        (581124983652187041, "581124983652187041"),
        ({Color.RED: (1, 2)}, {"red": [1, 2]}),
    ],
)
def test_values_become_what_json_has(value, as_json) -> None:
    assert plain(value) == as_json


def test_a_value_that_json_has_not_is_our_bug() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())


def test_the_object_has_all_keys_always() -> None:
    body = envelope(
        "plan", 2, None, (Problem("unknown_key", Remedy.SETTINGS, "lading.yaml:1:1", "unknown key"),)
    )
    assert body == {
        "lading": 1, "command": "plan", "ok": False, "exit_code": 2, "data": None,
        "problems": [{"code": "unknown_key", "remedy": "fix your settings", "where": "lading.yaml:1:1", "message": "unknown key"}],
    }  # fmt: skip
