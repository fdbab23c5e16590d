"""The life of a job: accepted, applied when its time has come, and then final."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic_core import from_json

from amc_sandbox import rules, world
from amc_sandbox.clock import from_micros, micros
from amc_sandbox.state.audiences import Audience, Audiences
from amc_sandbox.state.connections import Owner
from amc_sandbox.state.faults import FaultBook
from amc_sandbox.state.ids import Ids, fraction
from amc_sandbox.state.members import Entry, IdentifierSet, Legs, Member, Members
from amc_sandbox.state.policy import Policy
from amc_sandbox.state.store import Store

#: Where records are sent to: the route that faults of jobs and records are matched with.
RECORDS_PATH = "/amc/audiences/records"


class Resolver(Protocol):
    """Finds the person whom identifier sets belong to."""

    def resolve(self, sets: Sequence[IdentifierSet], country: str | None) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """One lawful request for records."""

    audience_id: int
    owner: Owner
    connection_id: str | None
    legs: Legs
    #: DSP cannot be reached this way: the connection has no advertiser, or it lies in another region.
    dsp_fails: bool
    records: int
    #: The request's bytes, kept until the job is applied.
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended."""

    state: str
    #: Percent of the submitted records that were processed without error.
    rate: float
    invalid: Sequence[dict[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """As it stands now; `outcome.state` is PENDING until it was applied."""

    job_id: str
    audience_id: int
    owner: Owner
    outcome: Outcome


class Jobs:
    """Accepts orders, and applies them to the membership in the order in which they get ready."""

    def __init__(self, store: Store, ids: Ids, faults: FaultBook, seed: int) -> None:
        self._store, self._ids, self._faults, self._seed = store, ids, faults, seed

    def accept(self, order: Order, policy: Policy, now: datetime) -> str:
        job_id = self._ids.uuid("job")
        fate = {
            "end": self._faults.strike_job(RECORDS_PATH),
            "refused": list(self._faults.strike_records(RECORDS_PATH, order.records)),
        }
        self._store.run(
            "insert into jobs (job_id, audience_id, user, client_id, connection_id, amc, dsp, dsp_fails, accepted_at,"
            " apply_at, records, body, fate) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            job_id, order.audience_id, order.owner.user, order.owner.client_id, order.connection_id,
            int(order.legs.amc), int(order.legs.dsp), int(order.dsp_fails), micros(now),
            micros(self._ready(job_id, order.audience_id, policy, now)), order.records, order.body, json.dumps(fate),
        )  # fmt: skip
        return job_id

    def _ready(self, job_id: str, audience_id: int, policy: Policy, now: datetime) -> datetime:
        shortest, longest = policy.job_seconds
        seconds = shortest + (longest - shortest) * fraction(self._seed, job_id)
        ready = now + timedelta(seconds=seconds + (self._faults.seconds("slow_jobs_seconds") or 0.0))
        if policy.job_order == "shuffled":
            return ready
        last = self._store.number("select max(apply_at) from jobs where audience_id = ?", audience_id)
        return max(ready, from_micros(last))

    def get(self, owner: Owner, job_id: str) -> Job | None:
        row = self._store.row(
            "select * from jobs where job_id = ? and user = ? and client_id = ?",
            job_id,
            owner.user,
            owner.client_id,
        )
        if row is None:
            return None
        outcome = Outcome(row["state"], row["rate"], json.loads(row["invalid"]))
        return Job(row["job_id"], row["audience_id"], owner, outcome)

    def due(self, now: datetime) -> sqlite3.Row | None:
        """The pending job that got ready first, when there is one."""
        return self._store.row(
            "select * from jobs where state = 'PENDING' and apply_at <= ? order by apply_at, seq limit 1",
            micros(now),
        )

    def finish(self, job_id: str, outcome: Outcome) -> None:
        self._store.run(
            "update jobs set state = ?, rate = ?, refused = ?, invalid = ?, body = null where job_id = ?",
            outcome.state, outcome.rate, len(outcome.invalid), json.dumps(outcome.invalid), job_id,
        )  # fmt: skip

    def tally(self, audience_id: int) -> dict[str, int]:
        """What came for an audience: records received, still pending, refused by name; and its jobs."""
        row = self._store.row(
            "select coalesce(sum(records), 0) as received, count(*) as jobs, coalesce(sum(refused), 0) as refused,"
            " coalesce(sum(case when state = 'PENDING' then records else 0 end), 0) as pending"
            " from jobs where audience_id = ?",
            audience_id,
        )
        return {} if row is None else dict(row)

    def sent_since(self, connection_id: str, since: datetime) -> list[tuple[datetime, int]]:
        """Moments and record counts of what a connection sent after a moment, the oldest first."""
        rows = self._store.rows(
            "select accepted_at, records from jobs where connection_id = ? and accepted_at > ? order by accepted_at",
            connection_id, micros(since),
        )  # fmt: skip
        return [(from_micros(row["accepted_at"]), row["records"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Application:
    """Carries out due jobs."""

    jobs: Jobs
    audiences: Audiences
    members: Members
    people: Resolver
    policy: Policy

    def run(self, row: sqlite3.Row) -> None:
        """Apply one job at the moment at which it got ready."""
        records: list[dict[str, Any]] = from_json(row["body"])["records"]
        audience = self.audiences.get(Owner(row["user"], row["client_id"]), row["audience_id"])
        if audience is None:
            error = f"audienceId {row['audience_id']} does not exist"
            invalid = [_invalid(row["audience_id"], record, error) for record in records]
            self.jobs.finish(row["job_id"], Outcome("FAILED", 0.0, invalid))
            return
        self.jobs.finish(row["job_id"], self._apply(row, audience, records))
        self.members.forget_removed(audience.audience_id, from_micros(row["apply_at"]))

    def _apply(self, row: sqlite3.Row, audience: Audience, records: list[dict[str, Any]]) -> Outcome:
        fate, both = json.loads(row["fate"]), bool(row["amc"] and row["dsp"])
        dsp_fails = bool(row["dsp_fails"]) or (fate["end"] == "job_partial" and both)
        legs = Legs(amc=bool(row["amc"]), dsp=bool(row["dsp"]) and not dsp_fails)
        if fate["end"] == "job_failed" or not (legs.amc or legs.dsp):
            return Outcome("FAILED", 0.0)
        loses = fate["end"] == "job_partial" and not both
        at, refused, invalid, lost = from_micros(row["apply_at"]), set(fate["refused"]), [], 0
        for index, record in enumerate(records):
            error = "record refused" if index in refused else self._error(record, audience)
            if error is not None:
                invalid.append(_invalid(audience.audience_id, record, error))
            elif loses and index % 2:
                lost += 1
            else:
                self._take(record, audience, legs, at)
        done = len(records) - len(invalid) - lost
        rate = round(100.0 * done / len(records), 4)
        return Outcome(self._state(done, partial=dsp_fails or lost > 0), rate, invalid)

    def _state(self, done: int, *, partial: bool) -> str:
        if not done:
            return "FAILED"
        return "PARTIALLYSUCCEEDED" if partial else self.policy.job_done_state

    def _error(self, record: dict[str, Any], audience: Audience) -> str | None:
        mandatory = self.policy.consent == "mandatory"
        return rules.record_error(
            record, record.get("countryCode") or audience.country, consent_mandatory=mandatory
        )

    def _take(self, record: dict[str, Any], audience: Audience, legs: Legs, at: datetime) -> None:
        country = record.get("countryCode") or audience.country or _home_country(audience)
        known = self.members.entry(audience.audience_id, record["externalUserId"])
        sets = known_keys(record["hashedPII"])
        adds = record["action"] == "CREATE"
        if adds and known is not None and self.policy.update == "union":
            sets = union(known.sets, sets)
        member = Member(record["externalUserId"], self._resolve(sets, country), country, sets, at)
        if adds:
            self.members.put(audience.audience_id, member, legs, known)
        else:
            self._remove(audience.audience_id, member, known)

    def _remove(self, audience_id: int, member: Member, known: Entry | None) -> None:
        """The entry goes; with the harsh switch also everybody whom it or the record's own sets reach."""
        at = member.added_at
        if known is not None:
            self.members.remove_entry(audience_id, member.external_id, at)
        for person in {member.user_id, known.user_id if known else None} - {None}:
            if self.policy.delete == "user":
                self.members.remove_user(audience_id, str(person), at)

    def _resolve(self, sets: Sequence[IdentifierSet], country: str | None) -> str | None:
        """Without a country, or in one where hashed identifiers are not used, nobody is found."""
        return self.people.resolve(sets, country) if country in rules.RESOLVED else None


def known_keys(sets: Sequence[IdentifierSet]) -> tuple[IdentifierSet, ...]:
    """The sets without keys that the schema does not know: Amazon passes over those."""
    return tuple({key: one[key] for key in rules.SET_KEYS if key in one} for one in sets)


def union(old: Sequence[IdentifierSet], new: Sequence[IdentifierSet]) -> tuple[IdentifierSet, ...]:
    """The known sets and the new ones, each once; of more than a member may have, the last."""
    return (*old, *(one for one in new if one not in old))[-rules.MAX_SETS :]


def _home_country(audience: Audience) -> str | None:
    """The DSP account's country, for an audience of DSP alone. [AMS]"""
    advertiser = world.advertiser(audience.advertiser_id) if audience.advertiser_id else None
    return None if advertiser is None else advertiser.country.replace("UK", "GB")


def _invalid(audience_id: int, record: dict[str, Any], error: str) -> dict[str, str]:
    return {"audienceId": str(audience_id), "externalId": record["externalUserId"], "error": error}
