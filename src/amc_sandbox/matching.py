"""Who is meant by a member's hashes: exact pairing, from the most to the least precise rule.

1. An e-mail of any of the member's sets is an e-mail of the person.
2. A telephone of any set is the person's telephone.
3. First name, last name, address and postal code of one set are the person's; so are the set's city and state, where the
   set names them and Amazon knows them.

The first rule that finds somebody decides. Where a household shares an e-mail or telephone, the one whose first name
stands in the set is meant, else the first of the household: the account holder. A member resolves to one user at most.

A member without a country, or with one whose hashed identifiers Amazon does not match, is nobody. So is a member whose
country is another than the person's own: nothing published says that Amazon looks past the country it was told, so
the harsh reading holds. Pairing is by equality of text: a value that is not 64 lower-case hex digits equals no hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import polars as pl
import polars_hash as plh

from amc_sandbox.people import normal_forms
from amc_sandbox.population import Population

#: Countries in which Amazon matches hashed identifiers. Source: Amazon's guide "Audience management service".
COUNTRIES: Final = frozenset(
    "AE AU BE BR CA DE EG ES FR GB IN IT JP MX NL PL SA SE SG TR US".split()  # noqa: SIM905  (easier to compare)
)

HashedSet = Mapping[str, str]

# What the third rule asks for: the wire's names and the population's columns.
_AT_HOME: Final = {
    "firstname": "first_name",
    "lastname": "last_name",
    "address": "address",
    "postal": "postal",
}


class Matcher:
    """Finds the people of one population by their hashes."""

    def __init__(self, population: Population) -> None:
        people = normal_forms.normal(population.frame).with_row_index("person")
        # One column of hashes at a time: all of them at once would take twice the memory.
        self._users: list[str] = people["user_id"].to_list()
        self._facts = {"country": _interned(people["country"])} | {
            name: _interned(people.select(_sha256(column)).to_series())
            for name, column in (("firstname", "first_name"), ("city", "city"), ("state", "state"))
        }
        self._by_email = _index(people, _sha256("email"), _sha256("work_email"))
        self._by_phone = _index(people, _sha256("phone"))
        home = plh.concat_str([_sha256(column) for column in _AT_HOME.values()])
        self._by_home = _index(people, home.chash.sha2_256())

    def resolve(self, sets: Sequence[HashedSet], country: str | None) -> str | None:
        """The user whom the sets (Amazon's names, such as `firstname`) of one member mean; none if nobody."""
        if country not in COUNTRIES:
            return None
        rules: tuple[Callable[[HashedSet], Iterator[int]], ...] = (self._mailed, self._called, self._at_home)
        for rule in rules:
            for one in sets:
                person = self._choose(rule(one), one, country)
                if person is not None:
                    return self._users[person]
        return None

    def worth_asking(self, sets: pl.DataFrame) -> pl.Series:
        """For many single sets at once, a column each of Amazon's names: whether a hash of it is anybody's at all."""
        worth = pl.repeat(value=False, n=sets.height, dtype=pl.Boolean, eager=True)
        for name in ("email", "phone"):
            if name in sets.columns:
                worth |= sets[name].is_in(self._hashes[name])
        if set(_AT_HOME) <= set(sets.columns):
            home = sets.select(plh.concat_str(list(_AT_HOME)).chash.sha2_256()).to_series()
            worth |= home.is_in(self._hashes["home"])
        return worth.fill_null(value=False)

    @cached_property
    def _hashes(self) -> dict[str, pl.Series]:
        indexes = {"email": self._by_email, "phone": self._by_phone, "home": self._by_home}
        return {name: pl.Series(list(index), dtype=pl.String) for name, index in indexes.items()}

    def _mailed(self, one: HashedSet) -> Iterator[int]:
        yield from self._by_email.get(one.get("email", ""), ())

    def _called(self, one: HashedSet) -> Iterator[int]:
        yield from self._by_phone.get(one.get("phone", ""), ())

    def _at_home(self, one: HashedSet) -> Iterator[int]:
        whole = "".join(one.get(name, "-") for name in _AT_HOME)
        for person in self._by_home.get(hashlib.sha256(whole.encode()).hexdigest(), ()):
            if all(self._agrees(name, person, one) for name in ("city", "state")):
                yield person

    def _agrees(self, name: str, person: int, one: HashedSet) -> bool:
        said, known = one.get(name), self._facts[name][person]
        return said is None or known is None or said == known

    def _choose(self, people: Iterator[int], one: HashedSet, country: str) -> int | None:
        here = [person for person in people if self._facts["country"][person] == country]
        first_names = self._facts["firstname"]
        named = (person for person in here if first_names[person] == one.get("firstname"))
        return next(named, here[0] if here else None)


def _sha256(column: str) -> pl.Expr:
    hashed: pl.Expr = plh.col(column).chash.sha2_256()
    return hashed


def _index(people: pl.DataFrame, *keys: pl.Expr) -> dict[str, tuple[int, ...]]:
    """Hash -> the people who have it under one of `keys`, in the population's order."""
    pairs = (
        pl.concat(people.select(key.alias("hash"), "person") for key in keys)
        .drop_nulls()
        .unique()
        .sort("person")
    )
    index: dict[str, tuple[int, ...]] = dict(
        zip(pairs["hash"], zip(pairs["person"], strict=True), strict=True)
    )
    shared = pairs.filter(pl.col("hash").is_duplicated()).group_by("hash", maintain_order=True).agg("person")
    index.update((key, tuple(persons)) for key, persons in shared.iter_rows())
    return index


def _interned(column: pl.Series) -> list[str | None]:
    """The values, each kept in memory once."""
    once: dict[str | None, str | None] = {}
    return [once.setdefault(value, value) for value in column]
