"""Amazon from inside: what became of every record that was sent, told without Lading."""

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch

from amc_sandbox import jobs as sandbox_jobs
from amc_sandbox.clock import from_micros, micros


@dataclass(frozen=True)
class Sending:
    """One request for records. `lost`: it ended without an answer."""

    at: datetime
    sha256: str
    job: str | None
    lost: bool


@dataclass(frozen=True)
class Deed:
    """One record of a job that was applied."""

    job: str
    #: The how-manieth job it was that Amazon accepted.
    no: int
    who: str
    action: str
    taken: bool
    at: datetime


class Witness:
    """Sees each job of a sandbox in this process being applied."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.deeds = []
        self._taken = None

    @contextmanager
    def watching(self):
        """Look on, as long as the block lasts."""
        application = sandbox_jobs.Application
        run, take = application.run, application._take
        with ExitStack() as stack:
            stack.enter_context(patch.object(application, "run", lambda it, row: self._run(run, it, row)))
            stack.enter_context(
                patch.object(application, "_take", lambda it, *args: self._take(take, it, *args))
            )
            yield self

    def _take(self, take, application, record, *rest):
        self._taken.add(id(record))
        take(application, record, *rest)

    def _run(self, run, application, row):
        records = json.loads(row["body"])["records"]
        self._taken = set()
        with patch.object(sandbox_jobs, "from_json", lambda _body: {"records": records}):
            run(application, row)
        self.deeds += [
            Deed(
                row["job_id"],
                row["seq"],
                record["externalUserId"],
                record["action"],
                id(record) in self._taken,
                from_micros(row["apply_at"]),
            )
            for record in records
        ]

    def begin(self):
        """A new world."""
        self.deeds = []

    def mark(self):
        """How many jobs were accepted so far."""
        return self.sandbox.store.number("select coalesce(max(seq), 0) from jobs")

    def turned_away(self, mark):
        """External id -> the actions that Amazon did not carry out when it was last asked for them, after `mark`."""
        last = {}
        for deed in sorted(self.deeds, key=lambda deed: deed.no):
            if deed.no > mark:
                last[deed.who, deed.action] = deed.taken
        found = {}
        for (who, action), taken in last.items():
            if not taken:
                found.setdefault(who, set()).add(action)
        return found

    def added_at(self, who):
        """When he was last added, if he ever was."""
        return max(
            (deed.at for deed in self.deeds if deed.who == who and deed.action == "CREATE" and deed.taken),
            default=None,
        )

    def took_all(self):
        """Nobody was ever turned away."""
        return all(deed.taken for deed in self.deeds)

    def failed(self, job):
        """The job ended other than well, and named nobody."""
        row = self.sandbox.store.row("select state, invalid from jobs where job_id = ?", job)
        return row["state"] in {"FAILED", "PARTIALLYSUCCEEDED"} and row["invalid"] == "[]"

    def pending(self):
        """Jobs that are still to be applied."""
        return self.sandbox.store.number("select count(*) from jobs where state = 'PENDING'")

    def due(self):
        """Jobs whose time has come, and which are not applied yet."""
        now = micros(self.sandbox.clock.now())
        return self.sandbox.store.number(
            "select count(*) from jobs where state = 'PENDING' and apply_at <= ?", now
        )

    def stuck_since(self, moment):
        """Jobs that were given up for stuck, a day after they were sent, and were applied all the same after `moment`."""
        return self.sandbox.store.number(
            "select count(*) from jobs where apply_at > ? and apply_at - accepted_at > ?",
            micros(moment), timedelta(days=1) // timedelta(microseconds=1),
        )  # fmt: skip

    def sendings(self):
        """Every request for records, in the order of the answers."""
        for row in self.sandbox.store.rows(
            "select at, status, body_sha256, job_request_id from requests"
            " where method = 'POST' and path like '%/amc/audiences/records' order by n"
        ):
            yield Sending(
                from_micros(row["at"]), row["body_sha256"], row["job_request_id"], row["status"] is None
            )

    def throttled(self):
        """How many requests were answered with 429."""
        return self.sandbox.store.number("select count(*) from requests where status = 429")
