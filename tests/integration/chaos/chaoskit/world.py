"""A desk with settings beside a sandbox, and commands that fall at a given moment and are started again."""

import csv
import os
import random
import threading
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from amc_sandbox.running import RunningSandbox, open_sandbox
from chaoskit.histories import BRIEF, STUCK
from chaoskit.oracle import membership
from lading import wiring
from lading.crashpoints import hooked
from lading.errors import AccessError, Bug, LadingError
from lading.ledger import workers
from lading.service.delivering import adopt
from lading.service.sync import Order, apply

SETTINGS = """\
version: 1
connections:
  amazon:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "1234567890"
    amc: {{account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}}
    dsp_advertiser_id: "581124983652187041"
    records_per_request: 4
    requests_per_second: 1000
sources:
  files: {{type: files, root: .}}
syncs:
  customers:
    from: {{source: files, path: customers.csv}}
    mode: {mode}
    to:
      audience: {{connection: amazon, name: Shop customers, target: {target}, country: US}}
"""

COLUMNS = ("customer_id", "email", "phone", "first_name", "last_name")


#: Between this commit and its request there is no protection from somebody who is believed dead and is only slow.
_IN_FLIGHT = frozenset(
    {"ledger.sending.after_commit", "ledger.permit.after_commit", "ledger.audience_creating.after_commit"}
)


class Fallen(BaseException):
    """The process is gone. No code of ours may catch it."""


@contextmanager
def open_world(people=2000):
    """A sandbox in this process, and its inside."""
    from amc_sandbox.sandbox import Plan
    from amc_sandbox.server import Server, bind

    sandbox = open_sandbox(Plan(None, 1, people, "manual"))
    listener = bind(0)
    server = Server(sandbox)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield sandbox, RunningSandbox(f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        sandbox.close()


def alone(door):
    """People of the United States whose e-mails and telephones are theirs alone."""
    everybody = door.people(None, 2000)
    counts = {}
    for person in everybody:
        for kind in ("email", "work_email", "phone"):
            if person[kind]:
                counts[person[kind]] = counts.get(person[kind], 0) + 1
    return [
        person
        for person in everybody
        if person["country"] == "US" and all(person[k] and counts[person[k]] == 1 for k in ("email", "phone"))
    ]


@dataclass
class SandboxClock:
    """The sandbox's clock without its door: who sleeps moves it."""

    sandbox: object

    def now(self):
        return self.sandbox.clock.now()

    def sleep_until(self, moment):
        with self.sandbox.store.transaction():
            self.sandbox.clock.jump(moment)


@dataclass
class Desk:
    """A user's folder, and the one command he repeats."""

    folder: Path
    sandbox: object
    door: RunningSandbox
    environ: dict = field(init=False, repr=False)
    falls: int = 0
    seen: int = 0
    _throttled: int = 0

    def __post_init__(self):
        grant = self.door.grant
        self.environ = {
            "AMAZON_CLIENT_ID": grant["client_id"],
            "AMAZON_CLIENT_SECRET": grant["client_secret"],
            "AMAZON_REFRESH_TOKEN": grant["refresh_token"],
            "LADING_AMAZON_URL": self.door.url,
            "PATH": os.environ["PATH"],
        }

    def settings(self, mode, target):
        (self.folder / "lading.yaml").write_text(SETTINGS.format(mode=mode, target=target), "utf-8")

    def write(self, source):
        with (self.folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for key, rows in source.items():
                writer.writerows({"customer_id": key, **row} for row in rows)

    @contextmanager
    def parts(self):
        """Everything is built anew, as in a new process."""
        with (
            patch.object(wiring, "clock_of", lambda _environ: nullcontext(SandboxClock(self.sandbox))),
            # Whoever fell did so in this process, which lives on.
            patch.object(workers, "_process_exists", lambda _pid: False),
            wiring.build(self.folder / "lading.yaml", self.environ) as parts,
        ):
            yield replace(parts, jitter=random.Random(1).random)

    def apply(self, fall_at=None, overtaken=0):
        """One command. `fall_at`: the process falls when it reaches so many moments, or the moment of that name. `overtaken`: after so many commits another
        process takes the run for its own, as if this one were dead, and ends it; then this one goes on."""
        with hooked(self._hook(fall_at)), hooked(self._overtaker(overtaken)), self.parts() as parts:
            return apply(
                parts, "customers", Order(accept=frozenset({"empty_source", "max_removals", "max_shrink"}))
            )

    def _overtaker(self, after):
        left = [after]

        def hook(name):
            if (
                left[0]
                and name.startswith("ledger.")
                and name.endswith(".after_commit")
                and name not in _IN_FLIGHT
            ):
                left[0] -= 1
                if left[0] == 0:
                    self.falls += 1
                    with patch.object(workers.Worker, "dead", lambda *_: True), suppress(LadingError):
                        self.apply()

        return hook

    def _hook(self, fall_at):
        self.seen = 0

        def hook(name):
            self.seen += 1
            if fall_at in {self.seen, name}:
                self.falls += 1
                raise Fallen(name)

        return hook

    def apply_until_done(self, crashes=(), *, patient=False, overtaken=0, tries=40):
        """As a user would: the same command again, whatever came of it, until it says that all is done."""
        falls, trouble = list(crashes), None
        for attempt in range(tries):
            if attempt == (1 if patient else 6):
                self.faults()
            try:
                report = self.apply(falls.pop(0) if falls else None, 0 if attempt else overtaken)
            except Fallen:
                continue
            except Bug:
                raise
            except LadingError as error:
                trouble = error
                self._mend(error)
            else:
                if report.state == "done":
                    return report
                trouble = report.problem
        raise AssertionError(f"not done after {tries} tries: {trouble}")

    def _mend(self, error):
        """What the message asks the user to do."""
        if isinstance(error, AccessError) and error.problem_code == "audience_exists":
            [audience] = self.door.door("GET", "state")["audiences"]
            with suppress(LadingError), self.parts() as parts:
                adopt(parts, "customers", str(audience["audienceId"]))
        else:
            self.door.advance(300)

    def ids(self):
        """The audiences that Lading knows."""
        with self.parts() as parts:
            return [audience.audience_id for audience in parts.ledger.audiences.list()]

    def believed(self):
        """Lading's own membership."""
        with self.parts() as parts:
            [audience] = parts.ledger.audiences.list()
            generation = parts.ledger.audiences.generation(audience.target)
            if generation is None:
                return {"sure": set(), "perhaps": set()}
            return membership(parts.home.members(audience.audience_id) / generation.index.name)

    def runs_by_time(self):
        """(when it was opened, id) of each run."""
        with self.parts() as parts:
            return [
                (run.created_at.isoformat(timespec="microseconds"), run.id)
                for run in parts.ledger.runs.list(1000)
            ]

    def run_ids(self):
        with self.parts() as parts:
            return {run.id: run for run in parts.ledger.runs.list(1000)}

    @property
    def throttled(self):
        return self._throttled + self._struck()

    def faults(self, **faults):
        """Other faults from here on; what the old ones struck is remembered."""
        self._throttled += self._struck()
        self.door.faults(**faults)

    def _struck(self):
        return sum(
            fault["hits"]
            for fault in self.door.door("GET", "state")["faults"]
            if fault["name"].startswith("throttle")
        )


def live(history, desk):
    """Live through a history, to its clean end; the refused people of each step."""
    desk.door.policy(terms_accepted=True, **history.policy)
    refused = []
    for step in history.steps:
        before = set(desk.run_ids()) if refused else set()
        desk.settings(step.mode, history.target)
        desk.write(step.source)
        desk.faults(**step.faults)
        desk.apply_until_done(
            step.crashes,
            patient=step.faults.get("slow_jobs_seconds", 0) in {*STUCK, BRIEF},
            overtaken=step.overtaken,
        )
        desk.door.advance(step.hours * 3600)
        runs = desk.run_ids()
        refused.append(sum(run.books.refused for key, run in runs.items() if key not in before and run.books))
    desk.faults()
    desk.door.advance(10 * 24 * 3600)
    desk.apply_until_done()
    desk.door.advance(7200)
    return refused
