"""Whom to erase: ids and identifiers from the command line or from a list, as hashes that name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.membership.erasing import Found
from lading.model.frames import ROW
from lading.model.identifiers import OF_OTHERS, STRONG
from lading.nearest import hint
from lading.prepare.asked import FIELDS, Asked, ask, columns_of
from lading.prepare.suppression import ALL_KINDS, EXTERNAL_ID
from lading.service.countries import default_country
from lading.service.parts import Parts
from lading.sources.files import FileSource

#: A list of people who asked to be forgotten is read whole.
_ROWS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Whom the user names. In clear, so its repr shows nothing."""

    external_ids: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    #: Ids of others, such as ("maid", "..."), by which Amazon may know rows of datasets.
    others: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: The country of phone numbers that name none; else all countries of the settings are tried.
    country: str | None = None
    list: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.external_ids or self.emails or self.phones or self.others or self.list)


def asked_by(parts: Parts, people: People) -> Asked:
    """The hashes of everybody named. Raises SettingsError for a row that names nobody, without its values."""
    countries = _countries(parts, people)
    named = [_asked(_typed(people), countries, "the command line")] if _typed(people).height else []
    if people.list is not None:
        named.append(_asked(_listed(people.list), countries, people.list.name))
    return _together(named)


def found_by(
    asked: Asked, found: Found, others: dict[str, set[str]]
) -> tuple[dict[str, frozenset[str]], int]:
    """All values to suppress, by kind, and how many identifiers are left out because others carry them, too.

    An identifier that was asked for is suppressed, whoever else carries it: that is what was asked.
    """
    values = {
        EXTERNAL_ID: asked.values[EXTERNAL_ID] | found.ids,
        **{kind: asked.values[kind] for kind in OF_OTHERS},
    }
    shared = 0
    for kind in STRONG:
        own = found.hashes[kind] - asked.values[kind]
        kept = own & others[kind]
        shared += len(kept)
        values[kind] = asked.values[kind] | (own - kept)
    return values, shared


def _countries(parts: Parts, people: People) -> tuple[str, ...]:
    if people.country:
        return (people.country.upper(),)
    taken = (default_country(parts, sync).code for sync in parts.settings.syncs.values())
    return tuple(sorted({code for code in taken if code}))


def _typed(people: People) -> pl.DataFrame:
    given = {EXTERNAL_ID: people.external_ids, "email": people.emails, "phone": people.phones}
    lines = [{kind: value} for kind, values in given.items() for value in values]
    lines += [{_of_others(kind): value} for kind, value in people.others]
    return pl.DataFrame(lines, schema=dict.fromkeys(ALL_KINDS, pl.String)).with_row_index(ROW, offset=1)


def _of_others(kind: str) -> str:
    if kind.lower() not in OF_OTHERS:
        raise SettingsError(
            f"{kind!r} is no kind of id that Amazon deletes rows by; {hint(kind, OF_OTHERS)}",
            where="the command line", code="unknown_identity",
        )  # fmt: skip
    return kind.lower()


def _listed(path: Path) -> pl.DataFrame:
    source = FileSource(path.parent, path.name)
    columns = source.columns()
    found = columns_of(columns)
    frames = list(source.frames(_ROWS))
    if bad := sum(frame.bad_rows.height for frame in frames):
        raise SettingsError(
            f"{bad} rows cannot be read; nobody was erased", where=path.name, code="unreadable_file"
        )
    rows = pl.concat([frame.rows for frame in frames]) if frames else pl.DataFrame(schema={ROW: pl.UInt64})
    if found.keys() & set(ALL_KINDS):
        return rows.select(ROW, *(pl.col(column).alias(name) for name, column in found.items()))
    if len(columns) == 1:
        # One id a line, and what was taken for a header is the first of them.
        ids = [columns[0], *(rows[columns[0]] if rows.height else ())]
        return pl.DataFrame({EXTERNAL_ID: ids}, schema={EXTERNAL_ID: pl.String}).with_row_index(ROW, offset=1)
    raise SettingsError(
        f"its first line names none of {', '.join(name for name in FIELDS if name in ALL_KINDS)}. Write a header with them, or one "
        "external id a line", where=path.name, code="no_identifier_column",
    )  # fmt: skip


def _asked(people: pl.DataFrame, countries: Sequence[str], where: str) -> Asked:
    return ask(people, countries, where)


def _together(several: Sequence[Asked]) -> Asked:
    if not several:
        raise SettingsError(
            "say whom to forget: external ids, --email, --phone, --identity or --file", code="names_nobody"
        )
    values = {kind: frozenset().union(*(one.values[kind] for one in several)) for kind in ALL_KINDS}
    counts = {kind: sum(one.counts.get(kind, 0) for one in several) for kind in ALL_KINDS}
    return Asked(values, {kind: count for kind, count in counts.items() if count})
