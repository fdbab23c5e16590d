"""Which column of the source is which field: by the settings, else by the names that columns usually have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lading.errors import SettingsError
from lading.model.identifiers import CONSENT, IDENTIFIERS, MAX_SETS
from lading.nearest import hint, listed

Wanted = Mapping[str, "str | Sequence[str] | Mapping[str, str] | None"]

#: Field -> usual names of its column, the best first; compared by letters and digits alone, in any case.
USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "external_user_id": (
        "externaluserid", "externalid", "customerid", "userid", "extid", "clientid", "memberid", "contactid", "crmid",
    ),
    "country": ("country", "countrycode", "countryiso", "countryiso2"),
    "email": ("email", "emailaddress", "mail", "hashedemail", "emailsha256", "emailhash"),
    "phone": (
        "phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "cellphone", "cell", "telephone", "tel",
        "hashedphone", "phonesha256", "phonehash",
    ),
    "first_name": ("firstname", "givenname", "forename", "fname", "hashedfirstname"),
    "last_name": ("lastname", "surname", "familyname", "lname", "hashedlastname"),
    "address": ("address", "streetaddress", "street", "address1", "addressline1", "hashedaddress"),
    "city": ("city", "town", "hashedcity"),
    "state": ("state", "province", "region", "stateprovince", "statecode", "hashedstate"),
    "postal": ("postal", "zip", "zipcode", "postalcode", "postcode", "plz", "hashedpostal", "hashedzip"),
}  # fmt: skip

#: Consent signals likewise. An IP address is personal data: it is taken only where the settings name it.
USUAL_CONSENT: Final[Mapping[str, tuple[str, ...]]] = {
    "tcf": ("tcf", "tcfstring", "consentstring"),
    "gpp": ("gpp", "gppstring"),
    "amzn_user_data": ("amznuserdata",),
    "amzn_ad_storage": ("amznadstorage",),
    "geo_country": (),
    "geo_ip": (),
}

#: What the settings may call a field beside its own name.
_OTHER_KEYS: Final = {
    "external_id": "external_user_id", "externalUserId": "external_user_id", "zip": "postal", "ip": "geo_ip",
    "ip_address": "geo_ip", "country": "geo_country",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field -> its columns in the source. Several columns make several identifier sets."""

    external_id: str | None
    country: str | None
    identifiers: Mapping[str, tuple[str, ...]]
    consent: Mapping[str, str] = field(default_factory=dict)

    @property
    def sets(self) -> int:
        """How many identifier sets a row can make."""
        return max((len(columns) for columns in self.identifiers.values()), default=1)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the source that is read."""
        single = [name for name in (self.external_id, self.country) if name]
        listed = [
            *single,
            *(one for many in self.identifiers.values() for one in many),
            *self.consent.values(),
        ]
        return tuple(dict.fromkeys(listed))

    def within(self, columns: Collection[str]) -> ColumnMap:
        """The same for rows whose other columns are all empty: what lies in these alone is not looked for. Records stay equal."""
        held = {name: own for name, own in self.identifiers.items() if not set(own).isdisjoint(columns)}
        return replace(
            self,
            country=self.country if self.country in columns else None,
            identifiers=held or self.identifiers,
            consent={name: column for name, column in self.consent.items() if column in columns},
        )

    def read_as(self, column: str) -> str:
        """The fields that a column of the source is read as, as lading.yaml names them; "" for none."""
        fields = {
            "external_id": (self.external_id,), "country": (self.country,), **self.identifiers,
            **{f"consent.{kind}": (name,) for kind, name in self.consent.items()},
        }  # fmt: skip
        return ", ".join(field for field, columns in fields.items() if column in columns)


def resolve(columns: Sequence[str], wanted: Wanted | None) -> ColumnMap:
    """The map of a source with these columns.

    A field that `wanted` does not name is looked up by its usual names; one that it sets to null or [] is left out.
    Raises SettingsError where a named column is missing (naming the nearest) or no identifier has a column.
    """
    fields, consent = _parted(wanted or {})
    found = {name: _columns_of(name, fields, columns) for name in USUAL_NAMES}
    identifiers = {name: found[name] for name in IDENTIFIERS if found[name]}
    if not identifiers:
        raise SettingsError(
            f"no column holds an identifier (found: {listed(columns)}); name them under map:, such as "
            "map: {email: your_column}", where="map", code="no_identifier_column",
        )  # fmt: skip
    signals = {name: _consent_column(name, consent, columns) for name in CONSENT}
    return ColumnMap(
        external_id=_single("external_user_id", found),
        country=_single("country", found),
        identifiers=identifiers,
        consent={name: column for name, column in signals.items() if column},
    )


def usual_fields(columns: Sequence[str]) -> dict[str, str]:
    """What columns are taken for where nothing is said of them: column -> field, by their usual names."""
    known = {**USUAL_NAMES, **{f"consent.{kind}": names for kind, names in USUAL_CONSENT.items()}}
    return {column: field for field, names in known.items() for column in _usual(names, columns)}


def _parted(wanted: Wanted) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The fields and the consent signals of the settings, by our names."""
    fields: dict[str, tuple[str, ...]] = {}
    consent: dict[str, str] = {}
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            consent |= {
                _known_key(name, CONSENT, "map.consent"): column for name, column in value.items() if column
            }
            continue
        named = (value,) if isinstance(value, str) else tuple(value or ())
        fields[_known_key(key, USUAL_NAMES, "map")] = named
    return fields, consent


def _known_key(key: str, known: Iterable[str], where: str) -> str:
    names = list(known)
    name = key if key in names else _OTHER_KEYS.get(key, key)
    if name in names:
        return name
    raise SettingsError(
        f"there is no field {key!r}; {hint(key, names)}", where=f"{where}.{key}", code="unknown_key"
    )


def _columns_of(name: str, fields: Mapping[str, tuple[str, ...]], columns: Sequence[str]) -> tuple[str, ...]:
    if name not in fields:
        return _usual(USUAL_NAMES[name], columns)
    named = tuple(column_named(column, columns, f"map.{name}") for column in fields[name])
    if len(named) > MAX_SETS:
        raise SettingsError(
            f"{len(named)} columns for {name}: a person has at most {MAX_SETS} sets", where=f"map.{name}"
        )
    return named


def _consent_column(name: str, consent: Mapping[str, str], columns: Sequence[str]) -> str | None:
    if name in consent:
        return column_named(consent[name], columns, f"map.consent.{name}")
    return next(iter(_usual(USUAL_CONSENT[name], columns)), None)


def _usual(names: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    by_letters = {letters(column): column for column in reversed(columns)}
    return next(((by_letters[name],) for name in names if name in by_letters), ())


def column_named(name: str, columns: Sequence[str], where: str) -> str:
    """The column as the source spells it: as written, else in any case."""
    if name in columns:
        return name
    alike = [column for column in columns if letters(column) == letters(name)]
    if len(alike) == 1:
        return alike[0]
    raise SettingsError(
        f"the source has no column {name!r}; {hint(name, columns)}", where=where, code="unknown_column"
    )


def _single(name: str, found: Mapping[str, tuple[str, ...]]) -> str | None:
    if len(found[name]) > 1:
        raise SettingsError(f"{name} takes one column, not {len(found[name])}", where=f"map.{name}")
    return next(iter(found[name]), None)


def letters(name: str) -> str:
    """A column's name as names are compared: letters and digits only, in one case."""
    return re.sub(r"[\W_]+", "", name).casefold()
