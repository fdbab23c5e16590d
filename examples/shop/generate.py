"""Writes customers.csv: a shop's invented customers, as messy as real files are, and says what mess it made.

python examples/shop/generate.py [--people 10000] [--seed 7] [--out customers.csv]

About seven in ten are people whom the sandbox's Amazon knows (its default population); the others it has never seen.
The same people and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mess import STYLES, Person, in_kanji, tcf

from amc_sandbox.population import DEFAULT_SEED, DEFAULT_SIZE, Population

HEADER: Final = (
    "customer_id", "signup_date", "email", "work_email", "mobile", "first_name", "last_name", "address", "city", "state",
    "postal", "country", "consent_string", "ads_consent", "newsletter", "total_spent",
)  # fmt: skip

KNOWN: Final = 0.7
#: What happens to whole rows, and to how many people in a thousand.
DUPLICATED, SECOND_EMAIL, SECOND_ADDRESS = 30, 35, 25
NO_IDENTIFIER, NO_ID, ILLEGAL_ID = 10, 5, 8
#: Of a thousand Japanese.
IN_KANJI = 400
CONSENT_COUNTRIES: Final = frozenset({"GB", "DE", "FR", "ES", "IT"})
#: What the shop noted of whether it may use a person's data for advertising, and how often in a thousand: where consent is
#: asked for, and elsewhere.
ADS_CONSENT: Final = {
    True: {"GRANTED": 880, "granted": 30, "DENIED": 40, "UNKNOWN": 10, "": 40},
    False: {"": 900, "GRANTED": 85, "DENIED": 15},
}

#: Column of the file -> what is known of the person.
SOURCES: Final = {"mobile": "phone"}
Row = dict[str, str]


class Shop:
    """One shop's clerks: they spell, forget and repeat."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        #: Dice of their own: the rest of the file is the same with and without consent.
        self.agreeing = random.Random(seed + 1)
        self.made: Counter[str] = Counter()

    def happens(self, per_thousand: int, what: str) -> bool:
        """True for so many in a thousand; counted as mess."""
        hit = self.rng.randrange(1000) < per_thousand
        self.made[what] += hit
        return hit

    def spell(self, column: str, person: Person) -> str:
        """The person's value of a column in one of its styles."""
        clean = person[SOURCES.get(column, column)]
        styles = STYLES["email" if column == "work_email" else column]
        style = self.rng.choices(styles, [style.weight for style in styles])[0]
        if not clean:
            return ""
        spelled = style.spell(clean, person, self.rng)
        self.made[f"{column}: {style.name}"] += spelled != clean
        return spelled

    def row(self, number: int, person: Person) -> Row:
        """One row of one customer."""
        row = {
            column: self.spell(column, person)
            for column in HEADER
            if column in STYLES or column == "work_email"
        }
        if self.rng.random() < 0.4:
            row["work_email"] = ""
        if person["country"] == "JP" and self.happens(IN_KANJI, "names: in kanji"):
            row |= in_kanji(person)
        if self.happens(NO_IDENTIFIER, "rows: no identifier at all"):
            row = dict.fromkeys(row, "") | {"country": row["country"]}
        consents = person["country"] in CONSENT_COUNTRIES and self.rng.random() < 0.05
        signup = dt.date(2021, 1, 4) + dt.timedelta(days=self.rng.randrange(1900))
        return row | {
            "customer_id": self.customer_id(number),
            "signup_date": signup.isoformat(),
            "consent_string": tcf(self.rng) if consents else "",
            "ads_consent": self.ads_consent(person, asked=consents),
            "newsletter": self.rng.choice(("yes", "no", "TRUE", "0", "")),
            "total_spent": f"{self.rng.expovariate(1 / 120):.2f}",
        }

    def ads_consent(self, person: Person, *, asked: bool) -> str:
        """GRANTED, DENIED or nothing; who was asked by a consent tool, and has its string, was not asked again."""
        european = person["country"] in CONSENT_COUNTRIES
        choices = ADS_CONSENT[european]
        said = self.agreeing.choices(list(choices), list(choices.values()))[0]
        said = "" if asked else said
        if said == "DENIED" or (european and said != "GRANTED"):
            self.made[f"ads_consent: {said or ('none, but a consent string' if asked else 'none')}"] += 1
        return said

    def customer_id(self, number: int) -> str:
        """Mostly legal."""
        if self.happens(NO_ID, "customer_id: missing"):
            return ""
        if self.happens(ILLEGAL_ID, "customer_id: illegal"):
            return self.rng.choice((f"Kunde {number}", f"C/{number:06}", f"№{number}", f"shop#{number}"))
        return f"C-{number:06}"

    def rows(self, number: int, person: Person, former: Person) -> Iterator[Row]:
        """All rows of one customer; `former` is who lived where the customer lived before."""
        row = self.row(number, person)
        yield row
        if self.happens(DUPLICATED, "rows: exact duplicate"):
            yield row
        if self.happens(SECOND_EMAIL, "rows: same person, another e-mail"):
            local = str(person["email"]).split("@")[0]
            yield row | {"email": person["work_email"] or f"{local}@former-mail.example"}
        if self.happens(SECOND_ADDRESS, "rows: same person, another address"):
            yield row | {column: former[column] or "" for column in ("address", "city", "state", "postal")}


def customers(people: int, rng: random.Random) -> list[dict[str, str | None]]:
    """Whole neighbourhoods of people whom Amazon knows, and strangers who come after them in the same population."""
    known = round(people * KNOWN)
    everyone = Population.build(DEFAULT_SIZE + 2 * people, DEFAULT_SEED).frame.to_dicts()
    homes = rng.sample(range(DEFAULT_SIZE // 10), -(-known // 7))
    neighbours = [person for home in homes for person in rng.sample(everyone[home * 10 : home * 10 + 10], 7)]
    chosen = neighbours[:known] + rng.sample(everyone[DEFAULT_SIZE:], people - known)
    rng.shuffle(chosen)
    return chosen


def table(people: int, shop: Shop) -> list[Row]:
    """The file's rows; second and repeated rows come somewhere later."""
    placed: list[tuple[float, Row]] = []
    chosen = customers(people, shop.rng)
    before = {person["country"]: person for person in chosen}
    for number, person in enumerate(chosen, start=1):
        for turn, row in enumerate(shop.rows(number, person, before[person["country"]])):
            placed.append((number if turn == 0 else shop.rng.uniform(number, people + 1), row))
        before[person["country"]] = person
    return [row for _, row in sorted(placed, key=lambda place: place[0])]


def main() -> None:
    """The command."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--people", type=int, default=10_000)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--out", type=Path, default=Path(__file__).with_name("customers.csv"))
    wish = ask.parse_args()
    shop = Shop(wish.seed)
    rows = table(wish.people, shop)
    with wish.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    report(shop, wish.people, len(rows))


def report(shop: Shop, people: int, rows: int) -> None:
    """What was made, on stderr."""
    print(f"{people:,} people in {rows:,} rows; the mess among them:", file=sys.stderr)
    for what, times in sorted(shop.made.items()):
        if times:
            print(f"{times:>7,}  {what}", file=sys.stderr)


if __name__ == "__main__":
    main()
