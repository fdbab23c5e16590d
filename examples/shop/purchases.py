"""Writes purchases.csv: what the shop's customers bought in 90 days, and next_day.csv: what they bought on the day after.

python examples/shop/purchases.py [--events 200000] [--days 90] [--first 2025-10-01] [--seed 7] [--out FOLDER]

The buyers are the customers of customers.csv, spelled as they are there, so that Amazon knows most of them. The same wish gives
the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

HEADER: Final = ("order_id", "purchased_at", "product", "amount", "email", "country", "ad_consent")

#: What is sold, its price, and how often.
PRODUCTS: Final = (
    ("Espresso beans, 1 kg", 18.90, 30), ("Filter papers, 100 pieces", 4.50, 22), ("Milk jug", 16.00, 9),
    ('Cup "Lisboa", 6 pieces', 34.50, 8), ("Hand grinder", 89.00, 5), ("Moka pot", 29.95, 7),
    ("Descaler", 9.90, 12), ("Espresso machine", 649.00, 2), ("Gift card", 25.00, 5),
)  # fmt: skip

#: Hours by which customers' clocks are ahead of UTC in winter, as the tills of these countries write times.
OFFSETS: Final = {"DE": 1, "FR": 1, "ES": 1, "IT": 1, "IN": 5.5, "JP": 9}

#: What the till got wrong, and how often in ten thousand.
NO_ZONE, NO_TIME, ODD_AMOUNT = 6, 3, 8


class Till:
    """The shop's till, and what it got wrong."""

    def __init__(self, customers: list[dict[str, str]], seed: int) -> None:
        self.rng = random.Random(seed)
        self.customers = customers
        # Some people buy often, most seldom.
        self.shares = list(accumulate(self.rng.paretovariate(1.6) for _ in customers))
        self.weights = list(accumulate(weight for _, _, weight in PRODUCTS))
        self.orders = 0
        self.made: Counter[str] = Counter()

    def day(self, day: dt.date, events: int) -> Iterator[tuple[str, ...]]:
        """The purchases of one day in UTC, in the order of time."""
        seconds = sorted(self.rng.randrange(86_400) for _ in range(events))
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        return (self.purchase(midnight + dt.timedelta(seconds=second)) for second in seconds)

    def purchase(self, when: dt.datetime) -> tuple[str, ...]:
        """One purchase."""
        self.orders += 1
        customer = self.rng.choices(self.customers, cum_weights=self.shares)[0]
        product, price, _ = self.rng.choices(PRODUCTS, cum_weights=self.weights)[0]
        amount = f"{price * self.rng.choice((1, 1, 1, 2, 3)):.2f}"
        return (
            f"O-{self.orders:07}", self.time(when, customer["country"]), product, self.amount(amount),
            customer["email"], customer["country"], customer["ads_consent"],
        )  # fmt: skip

    def time(self, when: dt.datetime, country: str) -> str:
        """When, as the till writes it: in UTC, or in its own country's time with the offset."""
        if self.happens(NO_TIME, "no time"):
            return ""
        local = when.astimezone(dt.timezone(dt.timedelta(hours=OFFSETS.get(country, 0))))
        if self.happens(NO_ZONE, "a time without its zone"):
            return f"{local:%Y-%m-%d %H:%M:%S}"
        return f"{when:%Y-%m-%dT%H:%M:%SZ}" if country not in OFFSETS else local.isoformat()

    def amount(self, clean: str) -> str:
        """The amount, once in a while as a spreadsheet left it."""
        if not self.happens(ODD_AMOUNT, "an amount that is none"):
            return clean
        return self.rng.choice((clean.replace(".", ","), f"${clean}", f"{clean}5"))

    def happens(self, in_ten_thousand: int, what: str) -> bool:
        """True for so many in ten thousand; counted."""
        hit = self.rng.randrange(10_000) < in_ten_thousand
        self.made[what] += hit
        return hit


def write(path: Path, purchases: Iterator[tuple[str, ...]]) -> int:
    """Write the file; returns its rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        rows = 0
        for purchase in purchases:
            writer.writerow(purchase)
            rows += 1
    return rows


def main() -> None:
    """The command."""
    here = Path(__file__).parent
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--events", type=int, default=200_000)
    ask.add_argument("--days", type=int, default=90)
    ask.add_argument("--first", type=dt.date.fromisoformat, default=dt.date(2025, 10, 1))
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--out", type=Path, default=here)
    wish = ask.parse_args()
    with (here / "customers.csv").open(encoding="utf-8", newline="") as file:
        till = Till(list(csv.DictReader(file)), wish.seed)
    days = [wish.first + dt.timedelta(days=number) for number in range(wish.days)]
    each, more = divmod(wish.events, wish.days)
    all_days = (one for number, day in enumerate(days) for one in till.day(day, each + (number < more)))
    rows = write(wish.out / "purchases.csv", all_days)
    print(f"purchases.csv: {rows:,} purchases from {days[0]} to {days[-1]}", file=sys.stderr)
    after = days[-1] + dt.timedelta(days=1)
    rows = write(wish.out / "next_day.csv", till.day(after, max(each, 1)))
    print(f"next_day.csv: {rows:,} purchases of {after}; among all of them:", file=sys.stderr)
    for what, times in sorted(till.made.items()):
        print(f"{times:>7,}  {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
