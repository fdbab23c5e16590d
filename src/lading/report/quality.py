"""The quality report of a list: what is filled, valid, lossy or lost, by field and country, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from lading.model import countries
from lading.model.identifiers import IDENTIFIERS, STRONG

#: Findings that emptied a value; every other code of a field is a value that went on, changed with loss.
EMPTIED: Final = frozenset({
    "hash_of_nothing", "hash_of_other_kind", "email_invalid", "email_non_ascii", "phone_no_country", "phone_invalid",
    "postal_invalid", "nothing_left", "country_not_covered",
})  # fmt: skip

#: Not filled at all, though the cell is not blank.
_NOTHING: Final = frozenset({"placeholder"})


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
    """The rows of one country that are sent."""

    country: str
    rows: int
    no_strong: int
    no_consent: int
    matched_by_amazon: bool
    needs_consent: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, most worth first."""

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
    fields: tuple[FieldQuality, ...]
    countries: tuple[CountryQuality, ...]
    advice: tuple[Advice, ...]

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield f"{self.rows:>11,}  rows, of which {self.accepted:,} can be sent"
        for code, count in self.rejected.items():
            yield f"{count:>11,}  rejected: {code}"
        yield f"{self.findable:>11,}  rows that Amazon can find by e-mail or phone"
        yield f"{self.weakly_findable:>11,}  by names and places only"
        yield f"{self.unfindable:>11,}  not at all: their country is not matched"
        for one in self.fields:
            spoilt = ", ".join(f"{code} {count:,}" for code, count in {**one.emptied, **one.lossy}.items())
            yield f"{one.field:>11}  filled {one.filled:,}, valid {one.valid:,}{f' ({spoilt})' if spoilt else ''}"
        for advice in self.advice:
            yield f"{advice.count:>11,}  {advice.text}"


def quality(tally: pl.DataFrame) -> Quality:
    """What a tally (`prepare.quality.QUALITY`) says of its list."""
    counts = _Counts(tally)
    fields = tuple(_field(counts, name) for name in IDENTIFIERS if counts.has(name))
    countries = tuple(_country(counts, name) for name in counts.countries())
    lost = sum(one.rows for one in countries if not one.matched_by_amazon)
    weak = sum(one.no_strong for one in countries if one.matched_by_amazon)
    accepted = counts.rows("accepted")
    made = Quality(
        rows=counts.rows("rows"), accepted=accepted, rejected=counts.rejections(),
        findable=accepted - weak - lost, weakly_findable=weak, unfindable=lost,
        fields=fields, countries=countries, advice=(),
    )  # fmt: skip
    return Quality(
        **{**{name: getattr(made, name) for name in Quality.__slots__}, "advice": tuple(_advice(made))}
    )


class _Counts:
    """The tally, asked by name."""

    def __init__(self, tally: pl.DataFrame) -> None:
        self._by: dict[tuple[str, str, str], int] = {
            (country, field, measure): count for country, field, measure, count in tally.iter_rows()
        }

    def rows(self, measure: str, country: str | None = None) -> int:
        return self.of("", measure, country)

    def of(self, field: str, measure: str, country: str | None = None) -> int:
        return sum(
            count
            for (land, name, what), count in self._by.items()
            if name == field and what == measure and country in {None, land}
        )

    def has(self, field: str) -> bool:
        return any(name == field for _, name, _ in self._by)

    def codes(self, field: str) -> dict[str, int]:
        """Findings of a field by code."""
        found: dict[str, int] = {}
        for (_, name, what), count in self._by.items():
            if name == field and what not in {"filled", "hashed"} | _NOTHING:
                found[what] = found.get(what, 0) + count
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def rejections(self) -> dict[str, int]:
        known = {
            "rows",
            "accepted",
            "no_strong",
            "no_country",
            "no_consent",
            "country_unknown",
            "country_missing",
        }
        return {code: count for code, count in self.codes("").items() if code not in known}

    def countries(self) -> list[str]:
        """Those of accepted rows, the most frequent first."""
        found = {
            land: self.rows("accepted", land)
            for land, name, what in self._by
            if (name, what) == ("", "accepted")
        }
        return sorted(found, key=lambda land: (-found[land], land))


def _field(counts: _Counts, name: str) -> FieldQuality:
    codes, filled = counts.codes(name), counts.of(name, "filled")
    emptied = {code: count for code, count in codes.items() if code in EMPTIED}
    return FieldQuality(
        field=name, filled=filled, hashed=counts.of(name, "hashed"), valid=filled - sum(emptied.values()),
        emptied=emptied, lossy={code: count for code, count in codes.items() if code not in EMPTIED},
    )  # fmt: skip


def _country(counts: _Counts, country: str) -> CountryQuality:
    return CountryQuality(
        country=country, rows=counts.rows("accepted", country), no_strong=counts.rows("no_strong", country),
        no_consent=counts.rows("no_consent", country), matched_by_amazon=country in countries.MATCHED,
        needs_consent=country in countries.CONSENT,
    )  # fmt: skip


def _advice(found: Quality) -> Iterator[Advice]:
    """In plain words; only what is worth a line of this list."""
    mapped = {one.field for one in found.fields}
    if not mapped & set(STRONG):
        yield Advice(
            "no_strong_field",
            "Neither an e-mail nor a phone column was found. Most people are matched by these: add one.",
            found.accepted,
        )
    for field, code, text in _ADVICE:
        count = sum(
            one.emptied.get(code, 0) + one.lossy.get(code, 0)
            for one in found.fields
            if field in {one.field, ""}
        )
        if count:
            yield Advice(code, text, count)
    for code, text in _REJECTED.items():
        if code in found.rejected:
            yield Advice(code, text, found.rejected[code])
    yield from _about_countries(found)
    half = [one for one in found.fields if one.hashed and one.hashed < one.valid]
    for one in half:
        yield Advice(
            "half_hashed",
            f"The {one.field} column holds hashes and clear values. The hashes are sent as they are: make sure that they were "
            "normalized by Amazon's rules.",
            one.hashed,
        )
    if found.weakly_findable * 5 > found.accepted:
        yield Advice(
            "few_strong",
            "More than one row in five has neither e-mail nor phone: names and addresses match far fewer people.",
            found.weakly_findable,
        )


def _about_countries(found: Quality) -> Iterator[Advice]:
    nowhere = sum(one.rows for one in found.countries if not one.country)
    if nowhere:
        yield Advice(
            "no_country",
            "Rows name no country, and there is no default: Amazon does not match them. Map a country column, or set country:.",
            nowhere,
        )
    beyond = [one for one in found.countries if one.country and not one.matched_by_amazon]
    if beyond:
        text = f"Amazon does not match hashed identifiers of {_named(beyond)}."
        yield Advice("country_not_matched", text, sum(one.rows for one in beyond))
    silent = [one for one in found.countries if one.needs_consent and one.no_consent]
    if silent:
        text = (
            f"Rows of {_named(silent)} carry no consent signal, which Amazon asks for in the UK and the EEA: map tcf, gpp or "
            "amzn_user_data."
        )
        yield Advice("no_consent", text, sum(one.no_consent for one in silent))


def _named(countries: list[CountryQuality]) -> str:
    return ", ".join(one.country for one in countries)


#: By the reason of a rejection.
_REJECTED: Final = {
    "no_identifier": "Rows have nothing that Amazon could match by: their values are blank or badly formed.",
    "external_id_missing": "Rows have no id of yours, so nothing could ever take those people out again: fill it in.",
    "external_id_illegal": "Ids hold characters that Amazon does not take: set external_id: hash to send their SHA-256.",
    "wrong_number_of_cells": "Rows do not fit the header: quote cells that hold the delimiter.",
}

#: (field or "" for any, code, advice).
_ADVICE: Final = (
    ("email", "email_invalid", "E-mails are badly formed. Look for cells with two addresses, missing @ or notes."),
    ("phone", "phone_no_country", "Phones have no country code, and their rows no country: map the country, or write +1..., +44..."),
    ("phone", "phone_invalid", "Phones cannot be numbers of their country. Look for lost digits and for numbers of other countries without +."),
    ("postal", "postal_invalid", "Postal codes do not have their country's form. A lost leading zero comes from a spreadsheet: export as text."),
    ("state", "state_cut", "States are not in Amazon's table and were cut to two letters: write codes such as CA or BY."),
    ("", "letters_deleted", "Letters with accents are deleted by Amazon's rules: those people match only those who wrote themselves the same way."),
    ("", "nothing_left", "Values in other scripts leave nothing that Amazon's rules keep. Send e-mail or phone for these people."),
    ("", "hash_of_other_kind", "Hashes are not SHA-256 (MD5 or cut ones?). Export them anew from the clear values."),
    ("", "hash_of_nothing", "Cells hold the SHA-256 of an empty text, made by a tool that hashes blanks: export them anew."),
)  # fmt: skip
