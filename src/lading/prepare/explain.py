"""What the rules make of one value, step by step: for `lading explain`. Nothing is kept or written."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lading.errors import SettingsError
from lading.prepare import reasons
from lading.prepare.hashing import HASH, hashed
from lading.prepare.normalize.country import code
from lading.prepare.normalize.shape import COUNTRY, FINDING, TEXT, VALUE
from lading.prepare.profiles import Profile
from lading.prepare.text import clean


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """One value on its way to a hash. In clear, so its repr shows nothing."""

    field: str
    country: str | None
    #: (what was done, the value after it); null is a value that is gone.
    steps: tuple[tuple[str, str | None], ...]
    normalized: str | None
    sha256: str | None
    #: The code of a finding and its words, where there is one.
    finding: str | None
    message: str | None

    def __repr__(self) -> str:
        return f"Explanation(field={self.field!r}, finding={self.finding!r}, value=***)"


def explain(field: str, value: str, country: str | None, profile: Profile) -> Explanation:
    """How `value` is normalized and hashed. Raises SettingsError for a field or country that there is not."""
    rule = profile.rules.get(field)
    if rule is None:
        raise SettingsError(
            f"there is no field {field!r}; known: {', '.join(profile.rules)}", code="unknown_field"
        )
    land = _land(country)
    # A command line can hold half a surrogate pair, which no UTF-8 can.
    given = pl.Series([value.encode("utf-8", "replace").decode("utf-8")])
    cleaned = clean(given, rule.form)
    done = hashed(given, pl.Series([land], dtype=pl.String), rule, profile.placeholders)
    finding, sha256 = done[FINDING][0], done[HASH][0]
    normalized = (
        cleaned[0] if _came_hashed(cleaned[0], sha256) else _normalized(profile, field, cleaned, land)
    )
    steps = [("as given", given[0]), (f"trimmed, in Unicode form {rule.form}", cleaned[0])]
    steps.append(
        (f"by the rule of {field}" + (f" in {land}" if rule.by_country and land else ""), normalized)
    )
    return Explanation(
        field,
        land,
        tuple(steps),
        normalized if sha256 else None,
        sha256,
        finding,
        reasons.FINDINGS.get(finding or ""),
    )


def _land(country: str | None) -> str | None:
    if not country:
        return None
    known = code(country)
    if known is None:
        raise SettingsError(
            f"{country!r} is no country; write two letters, such as DE", code="unknown_country"
        )
    return known


def _came_hashed(cleaned: str | None, sha256: str | None) -> bool:
    return sha256 is not None and cleaned is not None and sha256 in cleaned.lower()


def _normalized(profile: Profile, field: str, cleaned: pl.Series, land: str | None) -> str | None:
    frame = pl.DataFrame({VALUE: cleaned, COUNTRY: pl.Series([land], dtype=pl.String)})
    text: str | None = profile.rules[field].normalize(frame)[TEXT][0]
    return text
