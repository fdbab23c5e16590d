"""The example's purchases: the same wish gives the same bytes, of the shop's own customers, day by day."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

SHOP = Path(__file__).parents[3] / "examples" / "shop"


def generate(out: Path, *wish: str) -> str:
    out.mkdir()
    command = [sys.executable, "-B", str(SHOP / "purchases.py"), "--out", str(out), *wish]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def days(purchases: list[dict[str, str]]) -> list[str]:
    """The days in UTC of purchases whose time names its zone."""
    times = [datetime.fromisoformat(one["purchased_at"]) for one in purchases if "T" in one["purchased_at"]]
    return sorted({f"{time.astimezone(UTC):%Y-%m-%d}" for time in times})


def test_the_same_wish_gives_the_same_bytes(tmp_path: Path) -> None:
    said = generate(tmp_path / "a", "--events", "9000")
    generate(tmp_path / "b", "--events", "9000")
    generate(tmp_path / "c", "--events", "9000", "--seed", "8")
    first, again, other = ((tmp_path / name / "purchases.csv").read_bytes() for name in "abc")
    assert first == again != other
    assert said.startswith("purchases.csv: 9,000 purchases from 2025-10-01 to 2025-12-29\nnext_day.csv: 100 ")
    assert "an amount that is none" in said


def test_the_next_day_is_a_day_of_its_own_by_the_same_people(tmp_path: Path) -> None:
    generate(tmp_path / "a", "--events", "900", "--days", "9", "--first", "2026-03-01")
    before, after = rows(tmp_path / "a/purchases.csv"), rows(tmp_path / "a/next_day.csv")
    assert (len(before), len(after)) == (900, 100)
    assert days(before) == [f"2026-03-{day:02}" for day in range(1, 10)]
    assert days(after) == ["2026-03-10"]
    assert len({row["order_id"] for row in before + after}) == 1000
    customers = {(row["email"], row["country"], row["ads_consent"]) for row in rows(SHOP / "customers.csv")}
    assert {(row["email"], row["country"], row["ad_consent"]) for row in before + after} <= customers
