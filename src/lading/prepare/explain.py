"""What the rules make of one value, step by step: for `lading explain`. Nothing is kept or written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from lading.errors import SettingsError
from lading.prepare import reasons
from lading.prepare.hashing import HASH, hashed, readable
from lading.prepare.mapping import usual_fields
from lading.prepare.normalize.country import code
from lading.prepare.normalize.shape import COUNTRY, FINDING, TEXT, VALUE, nothing
from lading.prepare.profiles import AMC, PROFILES, Profile
from lading.prepare.steps import steps_of
from lading.prepare.text import clean
from lading.prepare.variants import VARIANTS, known_kinds, spellings


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What one profile makes of a value. In clear, so its repr shows nothing."""

    profile: str
    normalized: str | None
    sha256: str | None
    finding: str | None

    def __repr__(self) -> str:
        return f"Told(profile={self.profile!r}, finding={self.finding!r}, value=***)"


@dataclass(frozen=True, slots=True, repr=False)
class Spelled:
    """What a kind of variants sends beside a value. In clear, so its repr shows nothing."""

    kind: str
    normalized: str
    sha256: str

    def __repr__(self) -> str:
        return f"Spelled(kind={self.kind!r}, value=***)"


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
    #: What each other profile makes of it.
    others: tuple[Told, ...]
    #: What the chosen kinds of variants send beside it, where it differs.
    variants: tuple[Spelled, ...] = ()

    def __repr__(self) -> str:
        return f"Explanation(field={self.field!r}, finding={self.finding!r}, value=***)"


def explain(
    field: str,
    value: str,
    country: str | None,
    profile: Profile,
    *,
    ignored: frozenset[str] | None = None,
    variants: Sequence[str] = (),
) -> Explanation:
    """How `value` is normalized and hashed; `field` may be a usual name of its column, such as zip.

    `ignored`: what stands for nothing, instead of the profile's own. Raises SettingsError for a field, a country or a kind of
    variants that there is not.
    """
    if ignored is not None:
        profile = replace(profile, placeholders=ignored)
    field = usual_fields([field]).get(field, field)
    if field not in profile.rules:
        raise SettingsError(
            f"there is no field {field!r}; known: {', '.join(profile.rules)}", code="unknown_field"
        )
    land = _land(country)
    # A command line can hold half a surrogate pair, which no UTF-8 can.
    given = pl.Series([value.encode("utf-8", "replace").decode("utf-8")])
    told = _told(field, given, land, profile)
    return Explanation(
        field, land, tuple(_steps(field, given, land, profile, told)), told.normalized, told.sha256, told.finding,
        reasons.FINDINGS.get(told.finding or ""),
        tuple(_told(field, given, land, one) for one in PROFILES.values() if one.id != profile.id),
        tuple(_spelled(field, given, land, profile, known_kinds(variants, profile.id), but=told.normalized)),
    )  # fmt: skip


def _spelled(
    field: str, given: pl.Series, land: str | None, profile: Profile, kinds: Sequence[str], *, but: str | None
) -> Iterator[Spelled]:
    """The other spellings of the value, each text once, the most likely first."""
    rule = profile.rules[field]
    seen = pl.DataFrame(
        {VALUE: readable(given, rule, profile.placeholders), COUNTRY: [land]},
        schema_overrides={COUNTRY: pl.String},
    )
    known = {but, None, "", rule.sign}
    for kind in VARIANTS:
        for spelling in spellings([kind] if kind in kinds else []):
            text = rule.sign + (spelling[field](seen)[0] or "") if field in spelling else None
            if text is not None and text not in known:
                known.add(text)
                yield Spelled(kind, text, hashlib.sha256(text.encode()).hexdigest())


def _told(field: str, given: pl.Series, land: str | None, profile: Profile) -> Told:
    rule = profile.rules[field]
    lands = pl.Series([land], dtype=pl.String)
    done = hashed(given, lands, rule, profile.placeholders)
    finding, sha256 = done[FINDING][0], done[HASH][0]
    seen = readable(given, rule, profile.placeholders)
    text = rule.normalize(pl.DataFrame({VALUE: seen, COUNTRY: lands if rule.by_country else nothing(1)}))[
        TEXT
    ][0]
    kept = None if text or not sha256 else sha256 if seen[0] is None else seen[0]
    return Told(profile.id, text or kept, sha256, finding)


def _steps(
    field: str, given: pl.Series, land: str | None, profile: Profile, told: Told
) -> Iterator[tuple[str, str | None]]:
    rule = profile.rules[field]
    cleaned, seen = clean(given, rule.form)[0], readable(given, rule, profile.placeholders)[0]
    yield "as given", given[0]
    yield "trimmed" if rule.form == "as_is" else f"trimmed, in Unicode form {rule.form}", cleaned
    if seen is not None and profile.id.partition("+")[0] == AMC.id:
        yield from steps_of(field, seen, land)
    if seen is None and told.sha256:
        yield "is a SHA-256 already", told.sha256
        return
    yield f"by the rule of {field}" + (f" in {land}" if rule.by_country and land else ""), told.normalized


def _land(country: str | None) -> str | None:
    if not country:
        return None
    known = code(country)
    if known is None:
        raise SettingsError(
            f"{country!r} is no country; write two letters, such as DE", code="unknown_country"
        )
    return known
