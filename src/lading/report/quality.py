"""The quality report of a list: what is filled, valid, lossy or lost, by field and country, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from lading.model import countries as known
from lading.model.identifiers import IDENTIFIERS
from lading.report.advice import advise
from lading.report.list_quality import CountryQuality, FieldQuality, People, Quality
from lading.report.rejections import Reason

#: Findings that emptied a value; every other code of a field is a value that went on, changed with loss.
EMPTIED: Final = frozenset({
    "hash_of_nothing", "hash_of_other_kind", "nested_value", "email_invalid", "email_non_ascii", "phone_no_country", "phone_invalid",
    "postal_invalid", "nothing_left", "country_not_covered",
})  # fmt: skip

#: Not filled at all, though the cell is not blank.
_NOTHING: Final = frozenset({"placeholder"})


def quality(
    tally: pl.DataFrame, *, people: People | None = None, reasons: tuple[Reason, ...] = ()
) -> Quality:
    """What a tally (`prepare.quality.QUALITY`) says of its list. Further facts make it fuller."""
    counts = _Counts(tally)
    countries = tuple(_country(counts.of(name), name) for name in counts.countries())
    lost = sum(one.rows for one in countries if not one.matched_by_amazon)
    weak = sum(one.no_strong for one in countries if one.matched_by_amazon)
    whole = counts.whole
    accepted = sum(one.rows for one in countries)
    found = Quality(
        rows=whole.get(("", "rows"), 0), accepted=accepted, rejected=_most_first(_rejected(whole)),
        findable=accepted - weak - lost, weakly_findable=weak, unfindable=lost,
        no_strong=sum(one.no_strong for one in countries), country_defaulted=whole.get(("", "country_defaulted"), 0),
        country_assumed=whole.get(("", "country_assumed"), 0), assumed_country=counts.assumed,
        people=people, fields=_fields(whole), countries=countries, reasons=reasons,
    )  # fmt: skip
    return replace(found, advice=advise(found))


#: (field, measure) -> count.
_Sums = Mapping[tuple[str, str], int]

#: Counts of rows that are no reasons of a rejection.
_NO_REJECTION: Final = frozenset({
    "rows", "accepted", "no_strong", "no_country", "country_defaulted", "country_assumed", "no_consent", "country_unknown", "country_missing",
    "consent_value_unknown",
})  # fmt: skip
#: Of rows that were counted as accepted before it was known that another row of their person denies.
_ELSEWHERE: Final = "consent_denied_elsewhere"
_WITHOUT: Final = ("no_consent", "consent_missing", "consent_unreadable")


class _Counts:
    """The tally as sums: of the whole list, and of each country."""

    def __init__(self, tally: pl.DataFrame) -> None:
        self.whole: dict[tuple[str, str], int] = {}
        self._by: dict[str, dict[tuple[str, str], int]] = {}
        for country, field, measure, count in tally.iter_rows():
            key = (field, measure)
            self.whole[key] = self.whole.get(key, 0) + count
            self._by.setdefault(country, {})[key] = count

    @property
    def assumed(self) -> str | None:
        """The country that rows were taken for though nobody said it."""
        return next((land for land, sums in self._by.items() if ("", "country_assumed") in sums), None)

    def of(self, country: str) -> _Sums:
        return self._by[country]

    def countries(self) -> list[str]:
        """Those of accepted rows and of rows without consent, the most frequent first."""
        wanted = {("", measure) for measure in ("accepted", "consent_denied", *_WITHOUT)}
        found = {
            land: sums.get(("", "accepted"), 0) for land, sums in self._by.items() if wanted & sums.keys()
        }
        return sorted(found, key=lambda land: (-found[land], land))


def _rejected(sums: _Sums) -> dict[str, int]:
    return {code: count for (field, code), count in sums.items() if not field and code not in _NO_REJECTION}


def _fields(sums: _Sums) -> tuple[FieldQuality, ...]:
    named = {field for field, _ in sums}
    return tuple(_field(sums, name) for name in IDENTIFIERS if name in named)


def _field(sums: _Sums, name: str) -> FieldQuality:
    codes = _most_first({
        code: count for (field, code), count in sums.items()
        if field == name and code not in {"filled", "hashed"} | _NOTHING
    })  # fmt: skip
    filled = sums.get((name, "filled"), 0)
    emptied = {code: count for code, count in codes.items() if code in EMPTIED}
    return FieldQuality(
        field=name, filled=filled, hashed=sums.get((name, "hashed"), 0), valid=filled - sum(emptied.values()),
        emptied=emptied, lossy={code: count for code, count in codes.items() if code not in EMPTIED},
    )  # fmt: skip


def _country(sums: _Sums, country: str) -> CountryQuality:
    rows = sums.get(("", "accepted"), 0) - sums.get(("", _ELSEWHERE), 0)
    return CountryQuality(
        country=country, rows=rows, no_strong=min(rows, sums.get(("", "no_strong"), 0)),
        matched_by_amazon=country in known.MATCHED, needs_consent=not country or country in known.CONSENT,
        no_consent=sum(sums.get(("", measure), 0) for measure in _WITHOUT),
        denied=sums.get(("", "consent_denied"), 0) + sums.get(("", _ELSEWHERE), 0), fields=_fields(sums),
    )  # fmt: skip


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
