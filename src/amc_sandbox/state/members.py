"""Who is in an audience: one living entry an external id, and when AMC and DSP come to show or drop it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from amc_sandbox import rules
from amc_sandbox.clock import from_micros, micros
from amc_sandbox.state.audiences import Audience
from amc_sandbox.state.store import Store

IdentifierSet = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    external_id: str
    user_id: str | None
    country: str | None
    sets: tuple[IdentifierSet, ...]
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What has to be known of an entry to renew it."""

    row_id: int
    user_id: str | None
    #: As they are kept: JSON.
    kept_sets: str

    @property
    def sets(self) -> tuple[IdentifierSet, ...]:
        return tuple(json.loads(self.kept_sets))


@dataclass(frozen=True, slots=True)
class Legs:
    """Where an addition goes."""

    amc: bool
    dsp: bool


@dataclass(frozen=True, slots=True)
class Sizes:
    """True counts of members that have not expired."""

    #: Entries, whether matched or not.
    members: int
    #: Entries that resolve to a person.
    matched: int
    #: Different people behind them.
    people: int
    #: Entries that AMC has taken in: those applied before the last full hour.
    amc: int
    #: Different people in DSP: those applied 15 minutes ago or more.
    dsp: int


class Members:
    """Entries live until they are removed; expiry only hides them, so that a longer life shows them again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def entry(self, audience_id: int, external_id: str) -> Entry | None:
        """The living entry of an external id, expired or not."""
        row = self._store.row(
            "select id, user_id, sets from members where audience_id = ? and external_id = ? and removed_at is null",
            audience_id, external_id,
        )  # fmt: skip
        return None if row is None else Entry(*row)

    def put(self, audience_id: int, member: Member, legs: Legs, known: Entry | None) -> None:
        """Add an entry, or renew the known one; a new person behind it makes it a new entry."""
        times = _arrivals(member.added_at, legs)
        sets = json.dumps(member.sets, separators=(",", ":"))
        if known is not None and known.user_id == member.user_id:
            self._store.run(
                "update members set sets = ?, country = ?, added_at = ?, amc_at = coalesce(amc_at, ?),"
                " dsp_at = coalesce(dsp_at, ?) where id = ?",
                sets, member.country, *times, known.row_id,
            )  # fmt: skip
            return
        if known is not None:
            self.remove_entry(audience_id, member.external_id, member.added_at)
        self._store.run(
            "insert into members (audience_id, external_id, user_id, country, sets, added_at, amc_at, dsp_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            audience_id, member.external_id, member.user_id, member.country, sets, *times,
        )  # fmt: skip

    def remove_entry(self, audience_id: int, external_id: str, now: datetime) -> int:
        return self._store.run(
            f"{_REMOVE} where audience_id = ? and removed_at is null and external_id = ?",
            *_gone(now), audience_id, external_id,
        )  # fmt: skip

    def remove_user(self, audience_id: int, user_id: str, now: datetime) -> int:
        """Every entry through which this person is reached."""
        return self._store.run(
            f"{_REMOVE} where audience_id = ? and removed_at is null and user_id = ?",
            *_gone(now), audience_id, user_id,
        )  # fmt: skip

    def forget_removed(self, audience_id: int, now: datetime) -> None:
        """Drop removed entries that neither AMC nor DSP shows any longer."""
        at = micros(now)
        self._store.run(
            "delete from members where audience_id = ? and removed_at is not null and amc_until <= ? and dsp_until <= ?",
            audience_id, at, at,
        )  # fmt: skip

    def sizes(self, audience: Audience, now: datetime) -> Sizes:
        at, oldest = micros(now), _oldest(audience, now)
        living = self._store.row(
            "select count(*), count(user_id), count(distinct user_id) from members"
            " where audience_id = ? and removed_at is null and added_at > ?",
            audience.audience_id, oldest,
        )  # fmt: skip
        amc = self._store.number(
            "select count(*) from members where audience_id = ? and added_at > ?"
            " and amc_at <= ? and (amc_until is null or amc_until > ?)",
            audience.audience_id, oldest, at, at,
        )  # fmt: skip
        dsp = self._store.number(
            "select count(distinct user_id) from members where audience_id = ? and added_at > ?"
            " and dsp_at <= ? and (dsp_until is null or dsp_until > ?)",
            audience.audience_id, oldest, at, at,
        )  # fmt: skip
        members, matched, people = living or (0, 0, 0)
        return Sizes(members, matched, people, amc=amc, dsp=dsp)

    def current(self, audience: Audience, now: datetime) -> Iterator[Member]:
        """Members that have not expired, by external id, read in pages so that nobody waits for the end."""
        last = ""
        while rows := self._store.rows(
            "select * from members where audience_id = ? and removed_at is null and added_at > ? and external_id > ?"
            " order by external_id limit 5000",
            audience.audience_id, _oldest(audience, now), last,
        ):  # fmt: skip
            yield from map(_member, rows)
            last = rows[-1]["external_id"]


#: DSP and AMC show a removed entry until they take the removal in.
_REMOVE = "update members set removed_at = ?, amc_until = ?, dsp_until = ?"


@lru_cache(maxsize=8)  # the same for all records of a job
def _arrivals(at: datetime, legs: Legs) -> tuple[int, int | None, int | None]:
    """When it was added, and when AMC and DSP take it in."""
    amc_at = micros(rules.next_hour(at)) if legs.amc else None
    return micros(at), amc_at, micros(at + rules.DSP_INGESTION) if legs.dsp else None


@lru_cache(maxsize=8)
def _gone(now: datetime) -> tuple[int, int, int]:
    return micros(now), micros(rules.next_hour(now)), micros(now + rules.DSP_INGESTION)


def expires_at(audience: Audience, member: Member) -> datetime:
    return member.added_at + timedelta(seconds=audience.ttl)


def _oldest(audience: Audience, now: datetime) -> int:
    """Whoever was added at this moment or before has expired."""
    return micros(now) - audience.ttl * 1_000_000


def _member(row: sqlite3.Row) -> Member:
    sets: Sequence[IdentifierSet] = json.loads(row["sets"])
    return Member(
        row["external_id"], row["user_id"], row["country"], tuple(sets), from_micros(row["added_at"])
    )
