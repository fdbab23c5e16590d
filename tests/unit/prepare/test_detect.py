from __future__ import annotations

import hashlib

import polars as pl
import pytest

from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.prepare.rows import prepare


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def found(column: str, *values: str | None) -> list[tuple[int, str]]:
    rows = pl.DataFrame(
        {"user_id": [f"u{at}" for at in range(len(values))], "email": "a@x.yz", column: values}
    )
    mapping = resolve(rows.columns, None)
    done = prepare(rows.with_row_index("row").cast({"row": pl.UInt64}), Recipe(mapping, default_country="US"))
    assert done.sets.height == len(values)
    return done.findings.select("row", "code").rows()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("state", "ny"),
        ("zip", "02139"),
        ("first_name", "maria"),
        ("last_name", "mueller"),
        ("city", "berlin"),
        ("phone", "15555555555"),
    ],
)
def test_a_common_text_that_was_hashed_twice_is_seen(column: str, text: str) -> None:
    assert found(column, sha(sha(text)), sha(sha(text)).upper(), sha(text), text, None) == [
        (0, "hashed_twice"), (1, "hashed_twice"),
    ]  # fmt: skip


def test_the_hash_of_the_hash_of_nothing_is_seen_in_any_column() -> None:
    assert found("phone", sha(sha(""))) == [(0, "hashed_twice")]


@pytest.mark.parametrize("column", ["hashed_phone", "phone_sha256", "Phone Hash"])
def test_a_clear_value_in_a_column_of_hashes_is_seen(column: str) -> None:
    assert found(column, sha("14155550160"), f' "{sha("1")}"', "+14155550160", "", None) == [
        (2, "clear_in_hashed_column")
    ]


def test_a_clear_value_elsewhere_is_none() -> None:
    assert found("phone", "+14155550160") == []
