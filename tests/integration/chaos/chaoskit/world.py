"""A desk with settings beside a sandbox, and commands that fall at a given moment and are started again."""

import csv
import json
import os
import random
import re
import sqlite3
import threading
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import polars as pl

from amc_sandbox.clock import from_micros, micros
from amc_sandbox.faults import parse
from amc_sandbox.running import RunningSandbox, open_sandbox
from chaoskit.disk import Disk
from chaoskit.model import LATE, Model, hashed
from chaoskit.oracle import Broken, check_end, check_morning
from chaoskit.steps import Night
from chaoskit.weather import CALM
from chaoskit.witness import Witness
from lading import wiring
from lading.crashpoints import hooked
from lading.deliver import follow
from lading.errors import AccessError, Bug, LadingError, SettingsError
from lading.ledger import Ledger, migrate, store, workers
from lading.service import runs
from lading.service.audiences.audiences import adopt
from lading.service.erasure import forgetting
from lading.service.erasure.asking import People
from lading.service.remedies import cancelling, retrying
from lading.service.remedies.undoing import undo
from lading.service.sync import Order, apply, plan
from lading.service.verifying import verify

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
    records_per_request: {records}
    requests_per_second: {pace}
sources:
  files: {{type: files, root: .}}
syncs:
  customers:
    from: {{source: files, path: customers.csv}}
    mode: {mode}
    to:
      audience: {{connection: amazon, name: Shop customers, target: {target}, country: US{more}}}
"""

#: A second sync over the same audience: what takes people out is another one than what brings them in.
LEAVERS = """\
  leavers:
    from: {{source: files, path: customers.csv}}
    mode: remove
    to:
      audience: {{connection: amazon, name: Shop customers, external_id: customers, target: {target}, country: US{more}}}
"""

COLUMNS = ("customer_id", "email", "phone", "first_name", "last_name", "country", "amzn_user_data")

ACCEPTED = ("empty_source", "max_removals", "max_rejected", "max_shrink", "min_records")
HALF_AN_HOUR = timedelta(minutes=30)

#: Between this commit and its request there is no protection from somebody who is believed dead and is only slow.
_IN_FLIGHT = frozenset(
    {"ledger.sending.after_commit", "ledger.permit.after_commit", "ledger.audience_creating.after_commit"}
)
#: Who falls here does not know whether Amazon has what he was sending.
ANSWER_LOST = frozenset(
    {"ledger.sending.after_commit", "ledger.permit.before_commit", "ledger.permit.after_commit", "deliver.before_send",
     "deliver.after_answer", "ledger.sent.before_commit"}
)  # fmt: skip


#: How old a job is, and when it is asked about again.
RARE_LOOKS = (
    (timedelta(minutes=10), timedelta(minutes=2)),
    (timedelta(hours=1), timedelta(minutes=20)),
    (timedelta.max, timedelta(hours=3)),
)

#: What a command says that came too late, or too early.
NOTHING_TO_DO = frozenset({"nothing_to_follow", "run_over", "nothing_planned", "stale_plan"})


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
        with Witness(sandbox).watching() as witness:
            yield World(
                sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}", witness, server.server_state
            )
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        sandbox.close()


@dataclass
class World:
    """The sandbox, steered from inside: its control door would take as long as all the rest."""

    sandbox: object
    url: str
    witness: Witness
    #: The server's connections, and the requests that it has in work.
    at_work: object

    @cached_property
    def ledger(self):
        """The bytes of a ledger with tables and nothing in them."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "ledger.db"
            made = store.Store(f"sqlite:///{path}", SandboxClock(self.sandbox))
            migrate.to_head(made)
            made.close()
            return path.read_bytes()

    def reset(self):
        self.sandbox.reset()
        self.witness.begin()

    def policy(self, **switches):
        self.sandbox.set_policy(switches)

    def faults(self, **faults):
        self.sandbox.faults.put(*parse(json.loads(json.dumps(faults))))

    def advance(self, seconds):
        with self.sandbox.store.transaction():
            self.sandbox.clock.advance(timedelta(seconds=seconds))
            self.sandbox.keep_clock()
        while self.witness.due():  # on a busy machine it has not patience for all of them at once
            self.sandbox.catch_up()

    def let_requests_end(self):
        """Wait until what a killed process had asked for is done, or will never be begun.

        Time that is moved by hand passes in hours while the machine is busy: a request would reach Amazon a night late.
        """
        RunningSandbox(self.url).now()  # whoever had come before is in
        while self.at_work.connections or self.at_work.tasks:
            os.sched_yield()

    def alone(self):
        """People of the United States, and of the United Kingdom, whose e-mails and telephones are theirs alone."""
        everybody = RunningSandbox(self.url).people(None, 2000)
        counts = {}
        for person in everybody:
            for kind in ("email", "work_email", "phone"):
                counts[person[kind]] = counts.get(person[kind], 0) + 1
        return [
            person for person in sorted(everybody, key=lambda person: person["country"], reverse=True)
            if person["country"] in {"US", "GB"} and all(person[k] and counts[person[k]] == 1 for k in ("email", "phone"))
        ]  # fmt: skip

    def struck(self, name):
        """How often the faults of this name struck, since they were set."""
        return sum(one.hits for one in self.sandbox.faults.tallies() if one.name.startswith(name))


@dataclass
class SandboxClock:
    """The sandbox's clock without its door: who sleeps moves it."""

    sandbox: object

    def now(self):
        return self.sandbox.clock.now()

    def sleep_until(self, moment):
        with self.sandbox.store.transaction():
            self.sandbox.clock.jump(moment)


#: The ways in which a user goes about a night: the command line, and the same by calls.
WAYS = {
    "apply": ("apply {what} {accept}", lambda parts, desk: apply(parts, desk.what(), _order())),
    "strict": ("apply {what}", lambda parts, desk: apply(parts, desk.what(), Order())),
    "no_wait": ("apply {what} {accept} --no-wait", lambda parts, desk: apply(parts, desk.what(), _order(wait=False))),
    "max_wait": ("apply {what} {accept} --max-wait 30",
                 lambda parts, desk: apply(parts, desk.what(), _order(max_wait=HALF_AN_HOUR))),
    "follow": ("follow --max-wait 30", lambda parts, _desk: runs.follow(parts, None, HALF_AN_HOUR)),
    "forget": ("forget {asked}", lambda parts, desk: forgetting.forget(parts, desk.people(), Order())),
    "forget_on": ("forget", lambda parts, desk: next(iter(forgetting.resume(parts, None, Order())), None)),
    "undo": ("undo {run}", lambda parts, desk: desk.planned(undo(parts, desk.run))),
    "verify": ("verify customers", lambda parts, desk: verify(parts, "customers")),
    "plan": ("plan {sync}", lambda parts, desk: desk.planned(plan(parts, desk.sync))),
    "retry": ("retry {last} {accept}", lambda parts, desk: retrying.retry(parts, desk.last_id(), _order())),
    "cancel": ("cancel {last} --max-wait 600", lambda parts, desk: cancelling.cancel(parts, desk.last_id(), Order())),
    "cancel_at_once": ("cancel {last} --no-wait",
                       lambda parts, desk: cancelling.cancel(parts, desk.last_id(), Order(wait=False))),
}  # fmt: skip


def _order(**wish):
    return Order(accept=frozenset(ACCEPTED), **wish)


@dataclass
class Desk:
    """A user's folder, and the commands that he repeats until all is done. One process plays all of his."""

    folder: Path
    world: World
    history: object
    #: Names of the crash points at which a process fell.
    fallen: list = field(default_factory=list)
    #: Falls after which nobody knew whether Amazon had what was being sent.
    answers_lost: int = 0
    #: When the last step began.
    woke_at: datetime | None = None
    #: How long members stay by the settings of now; None: as long as Amazon lets them.
    ttl_days: int | None = None
    #: Whom `forget` names, and what `undo` takes back.
    asked: tuple = ()
    run: str = ""
    #: The sync of the step.
    sync: str = "customers"
    _throttled: int = 0
    _plan: str = ""
    #: All runs, as they were looked at after the last command; the last of them before this one.
    _runs: tuple | None = None
    _last: object = None
    _ledger: object = None
    _armed: tuple = ("", 0)

    def __post_init__(self):
        grant = self.world.sandbox.grant
        self.environ = {
            "AMAZON_CLIENT_ID": grant["client_id"],
            "AMAZON_CLIENT_SECRET": grant["client_secret"],
            "AMAZON_REFRESH_TOKEN": grant["refresh_token"],
            "LADING_AMAZON_URL": self.world.url,
            "PATH": os.environ["PATH"],
        }
        self._armed = self.history.fall
        self.ttl_days = self.history.ttl_days
        self.disk = Disk(self._home)
        if not self._armed[0].startswith("ledger.opened"):
            self._bring_ledger()

    def _bring_ledger(self):
        """A ledger that was opened before, and has no home yet: making its tables takes as long as a whole night."""
        self._home.mkdir(mode=0o700)
        (self._home / "ledger.db").write_bytes(self.world.ledger)

    @property
    def _home(self):
        return self.folder / ".lading"

    def _has_ledger(self):
        """There is one, and its tables are made."""
        path = self._home / "ledger.db"
        if not path.exists():
            return False
        with closing(sqlite3.connect(path)) as database:
            return bool(
                database.execute("select count(*) from sqlite_master where name = 'runs'").fetchone()[0]
            )

    @property
    def witness(self):
        return self.world.witness

    def begin(self, step):
        """The settings, the source and the weather of a step; where Amazon's jobs stand."""
        ttl = self.ttl_days
        more = f", ttl: {ttl}d" if ttl else ""
        if self.history.retold:
            more += f", description: Customers of day {self.now().toordinal()}"
        leaves = self.history.shared and step.mode == "remove"
        self.sync = "leavers" if leaves else "customers"
        text = (SETTINGS + LEAVERS if self.history.shared else SETTINGS).format(
            mode="add" if leaves else step.mode,
            target=self.history.target,
            records=self.history.records_per_request,
            pace=self.history.requests_per_second,
            more=more,
        )
        (self.folder / "lading.yaml").write_text(text, "utf-8")
        with (self.folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for key, rows in step.source.items():
                writer.writerows({"customer_id": key, **row} for row in rows)
        return self.go_on(step.weather)

    def go_on(self, weather):
        """With the settings and the source of before."""
        self.faults(**weather.faults)
        self._plan = ""
        self.woke_at = self.now()
        return self.witness.mark()

    def rest(self, hours):
        """Time passes until the next command; a second at least, so that runs can be told apart by their time."""
        self.world.advance(max(hours * 3600, 1))

    # --- commands

    def what(self):
        """The plan that was just made, if one was, else the sync."""
        what, self._plan = self._plan or self.sync, ""
        return what

    def people(self):
        """Whom `forget` names."""
        kind, value = self.asked
        return People(external_ids=(value,)) if kind == "id" else People(emails=(value,))

    def asked_in_words(self):
        """The same as the command takes it."""
        kind, value = self.asked or ("", "")
        return value if kind == "id" else f"--email {value}"

    def last_id(self):
        """The run that was the last one before this command."""
        return self._last.id

    def planned(self, view):
        self._plan = view.id
        return view

    def until_done(self, ways, weather, tries=40):
        """As a user would: the same command again, whatever came of it, until it says that all is done."""
        trouble = None
        for number in range(tries):
            if number == (1 if weather.brief else 6):
                self.faults()
            way = ways[number] if number < len(ways) else "apply"
            ended, trouble = self.attempt(way, weather, number)
            if ended == "done":
                return
        raise Broken(f"not done after {tries} tries: {trouble}")

    def until_forgotten(self, asked, weather, tries=40):
        """The same command again, or `forget` without anybody named, until nobody of them is anywhere."""
        self.asked, trouble = asked, None
        for number in range(tries):
            if number == 4:
                self.faults()
            # Without a name it only goes on with what was begun.
            begun = number and self.ledger.forgets.unfinished()
            ended, trouble = self.attempt("forget_on" if begun and number % 2 else "forget", weather, number)
            if ended == "done":
                return
            if number > 4:
                self.rest(8)  # what is on its way comes to its end
        raise Broken(f"not forgotten after {tries} tries: {trouble}")

    def until_undone(self, run, weather, tries=40):
        """Plan the way back and carry that plan out; plan anew if it grew stale."""
        self.run, plan, trouble = run, "", None
        for number in range(tries):
            if number == 6:
                self.faults()
            self._plan = plan
            _, trouble = self.attempt("apply" if plan else "undo", weather, number)
            mine = next((one for one in self.runs() if plan and one.plan == plan), None)
            if mine and str(mine.state) == "done":
                self._plan = ""
                return
            stale = trouble is not None and getattr(trouble, "problem_code", "") == "stale_plan"
            plan = "" if stale or (mine and mine.over) else plan or self._plan
        raise Broken(f"not undone after {tries} tries: {trouble}")

    def until_cancelled(self, way, weather, tries=40):
        """Cancel the last run until it is over; how it ended, or None if there is none."""
        trouble = None
        for number in range(tries):
            last = self.last_run()
            if last is None or last.created_at < self.woke_at:
                return None  # it fell before its run was begun
            if last.over:
                return str(last.state)
            if number == (0 if weather.brief else 3):
                self.faults()
            _, trouble = self.attempt(way, weather, number + 10)
        raise Broken(f"not cancelled after {tries} tries: {trouble}")

    def attempt(self, way, weather, number):
        """One command: (the state of its run, its trouble)."""
        fall = weather.falls[number] if number < len(weather.falls) else None
        try:
            return self.command(way, fall, 0 if number else weather.overtaken), None
        except Fallen as fallen:
            return None, f"fell at {fallen}"
        except LadingError as error:
            if isinstance(error, Bug) or (
                isinstance(error, SettingsError) and error.problem_code not in NOTHING_TO_DO
            ):
                raise
            self._mend(error)
            return None, error
        finally:
            self.world.advance(1)

    def command(self, way, fall_at=None, overtaken=0):
        """Run a command. `fall_at`: the process falls when it reaches so many moments, or the one of that name. `overtaken`: after so many commits another
        process takes the run for its own, as if this one were dead, and ends it; then this one goes on."""
        self._last, self._runs = self.last_run(), None
        with hooked(self._falling(fall_at)), hooked(self._overtaking(overtaken)), self.parts() as parts:
            ended = WAYS[way][1](parts, self)
        return getattr(ended, "state", None)

    def _falling(self, fall_at):
        seen = 0

        def hook(name):
            nonlocal seen
            seen += 1
            moment, left = self._armed
            if name == moment:
                self._armed = (moment, left - 1) if left > 1 else ("", 0)
                if left == 1:
                    self._fall(name)
            if fall_at in {seen, name}:
                self._fall(name)

        return hook

    def _fall(self, name):
        self.fallen.append(name)
        self.answers_lost += name in ANSWER_LOST
        self.disk.cut()
        raise Fallen(name)

    def _overtaking(self, after):
        left = after

        def hook(name):
            nonlocal left
            if (
                left
                and name.startswith("ledger.")
                and name.endswith(".after_commit")
                and name not in _IN_FLIGHT
            ):
                left -= 1
                if left == 0:
                    self.answers_lost += 1
                    self._be_overtaken()

        return hook

    def _be_overtaken(self):
        armed, self._armed = self._armed, ("", 0)
        try:
            with patch.object(workers.Worker, "dead", lambda *_: True), suppress(LadingError):
                self.command("apply")
        finally:
            self._armed = armed

    def _mend(self, error):
        """What the message asks the user to do."""
        if isinstance(error, AccessError) and error.problem_code == "audience_exists":
            audience = str(self.world.sandbox.audiences.all()[0].audience_id)
            with suppress(LadingError, Fallen), hooked(self._falling(None)), self.parts() as parts:
                adopt(parts, self.sync, audience)
        else:
            self.world.advance(300)

    @contextmanager
    def parts(self):
        """Everything is built anew, as in a new process."""
        with ExitStack() as stack:
            for patched in (*_shortcuts(self.world.sandbox), self.disk.flushing()):
                stack.enter_context(patched)
            parts = stack.enter_context(wiring.build(self.folder / "lading.yaml", self.environ))
            yield replace(parts, jitter=random.Random(1).random)

    # --- what is seen afterwards

    def now(self):
        return self.world.sandbox.clock.now()

    def runs(self):
        """All runs, newest first."""
        if self._runs is None:
            self._runs = self.ledger.runs.list(1000) if self._has_ledger() else ()
        return self._runs

    @property
    def ledger(self):
        """The ledger, to look into: opened once, since opening it takes longer than looking."""
        if self._ledger is None:
            with patch.object(store, "create_engine", _engine):
                self._ledger = Ledger(
                    store.Store(f"sqlite:///{self._home / 'ledger.db'}", SandboxClock(self.world.sandbox)),
                    "",
                    None,
                )
        return self._ledger

    def close(self):
        """Let go of the folder."""
        if self._ledger is not None:
            self._ledger.close()

    def last_run(self):
        return next(iter(self.runs()), None)

    def sent_since(self, since):
        return self.witness.mark() > since

    def turned_away(self, since):
        return self.witness.turned_away(since)

    def last_run_turned_away(self, since):
        """Whom Amazon turned away in the run that ended this step: what earlier ones left open was its to mend."""
        began = self.last_run().created_at
        first = self.world.sandbox.store.number(
            "select coalesce(max(seq), 0) from jobs where accepted_at < ?", micros(began)
        )
        return self.witness.turned_away(max(since, first))

    def first_committed_since(self, moment):
        """The first run since that made a membership."""
        made = (
            [one.run for one in self.ledger.audiences.generations(self.audience().target)]
            if self.ledger.audiences.list()
            else []
        )
        return next(
            (run.id for run in reversed(self.runs()) if run.created_at >= moment and run.id in made), None
        )

    def life(self):
        """How long members stay at Amazon."""
        rows = self.world.sandbox.store.rows("select ttl from audiences")
        return timedelta(seconds=rows[0]["ttl"]) if rows else None

    def added(self):
        """When each member was added."""
        there = self._has_ledger() and self.ledger.audiences.list()
        if not there or self.audience().audience_id is None:
            return {}
        return {who: entry["added_at"] for who, entry in self.entries().items()}

    def ends(self, added):
        """External id -> whether his time is over, counted from when he was added; None where it is too close to tell."""
        now, life = self.now(), self.life()
        over = {who: at + life <= self.woke_at for who, at in added.items()}
        near = {who for who, at in added.items() if self.woke_at - LATE < at + life < now + LATE}
        return {**over, **dict.fromkeys(near)}

    def check_nobody_outlived(self, days):
        """After so many days nobody is left whose time is shorter."""
        life = self.life()
        if life is None or life > timedelta(days=days) or self.witness.pending():
            return
        late = [who for who, at in self.added().items() if at + life > self.now()]
        sure = self.believed()[0] if self.added() else set()
        if late or sure:
            raise Broken(f"outlived their time: {late}, believed: {sorted(sure)}")

    def audience(self):
        [audience] = self.ledger.audiences.list()
        return audience

    def traces(self, people, identifiers):
        """Files of the home in which any of these stands: ids, identifiers in clear, and their hashes."""
        named = re.compile(rf"(?<![\w-])({'|'.join(sorted(people))})(?![\w-])".encode())
        hashes = [hashed(*one) for one in identifiers]
        forms = [form.encode() for form in (*hashes, *(value for _, value in identifiers))] + [
            bytes.fromhex(one) for one in hashes
        ]
        found = set()
        for path in (path for path in self._home.rglob("*") if path.is_file()):
            text = path.read_bytes()
            if path.suffix == ".parquet":
                text += pl.read_parquet(path).write_ndjson().encode()
            if path.suffix == ".db":
                with closing(sqlite3.connect(path)) as database:
                    text += "\n".join(database.iterdump()).encode()
            if any(form in text for form in forms) or (
                path.suffix in {".parquet", ".db"} and named.search(text)
            ):
                found.add(str(path.relative_to(self._home)))
        return sorted(found)

    def entries(self):
        """Everybody whom Amazon has not removed, expired or not: external id -> identifiers, matched, added_at."""
        rows = self.world.sandbox.store.rows(
            "select external_id, user_id, sets, added_at from members where removed_at is null and audience_id = ?",
            int(self.audience().audience_id),
        )
        return {
            row["external_id"]: {
                "identifiers": frozenset(
                    (kind, one[kind]) for one in json.loads(row["sets"]) for kind in ("email", "phone") if kind in one
                ),
                "matched": row["user_id"] is not None,
                "added_at": from_micros(row["added_at"]),
            }
            for row in rows
        }  # fmt: skip

    def believed(self):
        """Lading's own membership: those it is sure of, and those who may be members for all it knows."""
        audience = self.audience()
        generation = self.ledger.audiences.generation(audience.target)
        if generation is None:
            return set(), set()
        folder = self._home / "members" / audience.audience_id
        index = pl.read_parquet(folder / generation.index.name)
        shift = self.life() - timedelta(seconds=generation.ttl_seconds)
        marked = pl.col("fingerprint").str.contains("^([~!?-]|$)") | (
            pl.col("expires_at") + shift <= self.now()
        )
        sure = set(index.filter(~marked)["external_id"])
        return sure, set(index["external_id"]) - sure

    def quiet(self):
        """The last run is done and nothing is on its way at Amazon, nor came so late that only the next run can mend it."""
        last = self.last_run()
        if last is None or last.state != "done" or self.witness.pending():
            return False
        return not self.witness.stuck_since(last.created_at)

    @property
    def throttled(self):
        """How many requests the faults throttled."""
        return self._throttled + self.world.struck("throttle")

    def faults(self, **faults):
        """Other faults from here on; what the old ones struck is remembered."""
        self._throttled += self.world.struck("throttle")
        self.world.faults(**faults)


def _shortcuts(sandbox):
    """What one process has to have otherwise to play many, and what makes it quick without changing what is done."""
    yield patch.object(wiring, "clock_of", lambda _environ, _stop=None: nullcontext(SandboxClock(sandbox)))
    # Whoever fell did so in this process, which lives on.
    yield patch.object(workers, "_process_exists", lambda _pid: False)
    # Amazon is asked less often: most of the time would go into asking.
    yield patch.object(follow, "LOOKS", RARE_LOOKS)
    # Statements are compiled once for all ledgers, and not once for each.
    yield patch.object(store, "create_engine", _engine)


def _engine(*args, **options):
    engine = _create_engine(*args, **options)
    engine.dialect = _DIALECTS.setdefault(engine.dialect.name, engine.dialect)
    return engine.execution_options(compiled_cache=_COMPILED)


_create_engine = store.create_engine
_DIALECTS, _COMPILED = {}, {}


def last_night(history):
    """Whose source is the last word."""
    nights = [getattr(step, "night", None) or step for step in history.steps]
    return next(night for night in reversed(nights) if hasattr(night, "source"))


def live(history, desk):
    """Live through a history to its clean end, and check it each morning on which nothing is on its way."""
    desk.world.policy(terms_accepted=True, **history.policy)
    model = Model()
    for number, step in enumerate(history.steps):
        step.live(desk, model)
        if desk.quiet():
            try:
                check_morning(history, model, desk)
            except AssertionError as error:
                error.add_note(f"on the morning after step {number}")
                raise
    last = last_night(history)
    desk.faults()
    desk.rest(10 * 24)
    Night(last.mode, last.source, CALM).live(desk, model)
    desk.rest(2)
    check_end(history, model, desk)
    return model
