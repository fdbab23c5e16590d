"""The quality of a list as values, and as text: by field, by country, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lading.report import rejections
from lading.report.rejections import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldQuality:
    """One identifier in the rows that are sent. filled = valid + what was emptied; lossy values are among the valid."""

    field: str
    filled: int
    hashed: int
    valid: int
    #: By code.
    emptied: Mapping[str, int]
    lossy: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryQuality:
    """The rows of one country: those that are sent, but for the last two."""

    country: str
    rows: int
    no_strong: int
    matched_by_amazon: bool
    needs_consent: bool
    #: Without a positive signal, though one is needed: sent all the same, or turned away for it.
    no_consent: int
    #: Turned away because of a denial.
    denied: int
    fields: tuple[FieldQuality, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What the rows come to: accepted rows = people + merged + duplicate."""

    people: int
    merged: int
    duplicate: int
    #: People with more sets than Amazon takes.
    too_many_sets: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do."""

    code: str
    text: str
    #: How many rows or values it is about.
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A list's quality in numbers; `as_dict` is its JSON."""

    rows: int
    accepted: int
    rejected: Mapping[str, int]
    #: Rows that Amazon can find by e-mail or phone, by names and places only, or not at all because of their country.
    findable: int
    weakly_findable: int
    unfindable: int
    #: Rows with neither e-mail nor phone, wherever they are from; rows whose country is only assumed.
    no_strong: int
    country_defaulted: int
    #: Rows for which not even the settings name a country, and what they were taken for.
    country_assumed: int
    assumed_country: str | None
    #: None where rows were not put together into people.
    people: People | None
    fields: tuple[FieldQuality, ...]
    countries: tuple[CountryQuality, ...]
    #: Rejections and findings with a few masked examples; none where the values are not at hand.
    reasons: tuple[Reason, ...]
    advice: tuple[Advice, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield f"{self.rows:>11,}  rows, of which {self.accepted:,} can be sent"
        for code, count in self.rejected.items():
            yield f"{count:>11,}  rejected: {code}"
        yield from _people_lines(self.people)
        yield f"{self.findable:>11,}  rows that Amazon can find by e-mail or phone"
        yield f"{self.weakly_findable:>11,}  by names and places only"
        yield f"{self.unfindable:>11,}  not at all: their country is not matched"
        for one in self.fields:
            yield _field_line(one)
        for land in self.countries:
            yield f"{land.country or 'no country':>11}  {land.rows:,} rows, {land.no_strong:,} without e-mail or phone"
            yield from (f"{'':>13}{_field_line(one).strip()}" for one in land.fields)
        for advice in self.advice:
            yield f"{advice.count:>11,}  {advice.text}"
        if self.reasons:
            yield "Examples, masked"
            yield from rejections.lines(self.reasons)


def _people_lines(people: People | None) -> Iterator[str]:
    if people:
        yield f"{people.people:>11,}  people; {people.merged:,} rows add to one, {people.duplicate:,} are duplicates"


def _field_line(one: FieldQuality) -> str:
    spoilt = ", ".join(f"{code} {count:,}" for code, count in {**one.emptied, **one.lossy}.items())
    return f"{one.field:>11}  filled {one.filled:,}, valid {one.valid:,}{f' ({spoilt})' if spoilt else ''}"
