"""The installed commands, each in a process of its own, against a sandbox in a process of its own."""

import csv
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "warmkit"))

from warm import Warm, warmed

from amc_sandbox.testing import RunningSandbox
from lading.service.demo.shop import say_yes

LADING = str(Path(sys.executable).with_name("lading"))
AMC_SANDBOX = str(Path(sys.executable).with_name("amc-sandbox"))

#: How long a command may take before it counts as hanging; none waits for time to pass, since the clock is moved.
PATIENCE = 120

SETTINGS = """\
version: 1
connections:
  amazon:
    region: NA
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN?
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
    dsp_advertiser_id: "581124983652187041"
    records_per_request: 10
sources:
  files: {type: files, root: .}
syncs:
  customers:
    from: {source: files, path: customers.csv}
    to:
      audience: {connection: amazon, name: Shop customers, target: AMC_AND_DSP, country: US}
"""

COLUMNS = (
    "customer_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "address",
    "city",
    "state",
    "postal",
    "country",
)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one object on stdout; more or less than one is an error."""
        answer = json.loads(self.out)
        assert set(answer) == {"lading", "command", "ok", "exit_code", "data", "problems"}
        assert (answer["lading"], answer["ok"], answer["exit_code"]) == (1, self.code == 0, self.code)
        return answer

    @property
    def data(self):
        """The answer of a command that ended well."""
        assert self.code == 0, self.err
        assert self.json["problems"] == []
        return self.json["data"]


@dataclass
class Desk:
    """A user's folder with settings and customers, and the environment that leads to the sandbox."""

    folder: Path
    sandbox: RunningSandbox
    environ: dict = field(repr=False)
    #: What starts commands; None: each by the installed script.
    warm: Warm | None = None

    @property
    def home(self):
        return Path(self.environ["LADING_HOME"])

    def lading(self, *arguments, **variables):
        """The command, to its end. A variable of None is left out."""
        with self.start(*arguments, **variables) as process:
            return self.ended(process)

    def ended(self, process):
        """How a command that was started ended."""
        out, err = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in err, err
        return Done(process.returncode, out, err)

    @contextmanager
    def start(self, *arguments, wrapper=(), **variables):
        """The command while it runs; killed at the end if it still does."""
        given = {**self.environ, **variables}
        environ = {name: value for name, value in given.items() if value is not None}
        if wrapper or self.warm is None:
            process = subprocess.Popen(
                [*wrapper, LADING, *map(str, arguments)], cwd=self.folder, env=environ, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        else:
            process = self.warm.start(arguments, self.folder, environ)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def connect(self, *arguments):
        """`lading connect`, with a user who says yes at the page whose address is printed."""
        with self.start("connect", "amazon", "--port", "0", *arguments) as process:
            said = []
            for line in process.stderr:
                said.append(line)
                if "/ap/oa?" in line:
                    say_yes(line.strip())
                    break
            out, err = process.communicate(timeout=PATIENCE)
        return Done(process.returncode, out, "".join(said) + err)

    def people(self, count):
        """Customers whom the sandbox knows, by their id."""
        return {f"c-{number}": person for number, person in enumerate(self.sandbox.people("US", count))}

    def write(self, people, name="customers.csv"):
        with (self.folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({"customer_id": key, **person} for key, person in people.items())

    def settings(self, *changes, add=""):
        """Write lading.yaml, with some texts replaced, each by (old, new), and something at its end."""
        text = SETTINGS + add
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (self.folder / "lading.yaml").write_text(text, "utf-8")

    @property
    def audience_id(self):
        """As the user keeps it."""
        [audience] = json.loads((self.home / "audiences.json").read_text("utf-8")).values()
        return audience["audience_id"]

    def members(self):
        """Whom the sandbox has in the audience once all of its jobs are applied."""
        self.sandbox.advance(7200)
        return {member["externalUserId"] for member in self.sandbox.members(self.audience_id)}

    def sent(self, route="/amc/audiences/records", method="POST"):
        """Requests that reached the sandbox."""
        found = self.sandbox.requests()
        return [one for one in found if one["path"].endswith(route) and one["method"] == method]


@contextmanager
def serving(*options):
    """`amc-sandbox serve` as a process, with a clock that moves only when it is moved or slept on."""
    command = [AMC_SANDBOX, "serve", "--port", "0", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first = json.loads(process.stdout.readline())
            running = RunningSandbox(first["url"])
            running.clock(mode="manual")
            yield running
        finally:
            process.terminate()


def desk_at(folder, sandbox, **variables):
    """A user's desk in an empty folder."""
    environ = {
        "AMAZON_CLIENT_ID": sandbox.grant["client_id"],
        "AMAZON_CLIENT_SECRET": sandbox.grant["client_secret"],
        "LADING_AMAZON_URL": sandbox.url,
        "LADING_CLOCK": sandbox.url,
        "LADING_HOME": str(folder / "home"),
        "HOME": str(folder),
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "LANG": "C.UTF-8",
        **variables,
    }
    return Desk(folder, sandbox, environ)


@pytest.fixture(scope="session")
def warm(tmp_path_factory):
    with warmed(tmp_path_factory.mktemp("warm")) as parent:
        yield parent


@pytest.fixture(scope="session")
def served():
    with serving("--people", 3000) as running:
        yield running


@pytest.fixture
def sandbox(served):
    """The sandbox as it was seeded."""
    served.reset()
    served.clock(mode="manual")
    return served


@pytest.fixture
def desk(tmp_path, sandbox, warm):
    """A desk with settings; signed in by a refresh token, the terms accepted. Customers are still to be written."""
    sandbox.policy(terms_accepted=True)
    desk = desk_at(tmp_path, sandbox, AMAZON_REFRESH_TOKEN=sandbox.grant["refresh_token"])
    desk.warm = warm
    desk.settings()
    return desk


@pytest.fixture
def new_desk(tmp_path, sandbox):
    """A desk with nothing on it, at an Amazon whose terms nobody has accepted."""
    sandbox.policy(terms_accepted=False)
    return desk_at(tmp_path, sandbox)


@dataclass(frozen=True)
class Carried:
    """The example shop after its run, and everything that was printed on the way. For looking only."""

    desk: Desk
    said: dict
    report: dict
    #: The file's rows, in clear.
    rows: list
    #: What the sandbox held and counted once all was applied.
    members: list
    counts: dict


@pytest.fixture(scope="session")
def carried(tmp_path_factory):
    """The example shop, carried by the commands; later a run that fails in part, and others that fail at once."""
    folder = tmp_path_factory.mktemp("shop")
    shop = Path(__file__).parents[2] / "examples" / "shop"
    for name in ("lading.yaml", "customers.csv"):
        shutil.copyfile(shop / name, folder / name)
    with (folder / "customers.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with serving() as running:
        running.policy(terms_accepted=True)
        desk = desk_at(folder, running)
        said = {"connect": desk.connect()}

        def say(*arguments):
            said[" ".join(map(str, arguments))] = done = desk.lading(*arguments)
            return done

        plan = say("plan", "customers", "--json").json["data"]["id"]
        say("plan", "customers", "-v")
        report = say("apply", plan, "--json", "-v").json["data"]
        running.advance(7200)
        members, counts = running.members(desk.audience_id), running.audience(desk.audience_id)
        say("trace", "customers", rows[0]["customer_id"])
        _carry_badly(desk, rows, say)
        say("runs", "--json")
        for run in desk.lading("runs", "--json").json["data"]:
            say("runs", run["id"], "--log", "--json")
            say("report", run["id"])
            say("report", run["id"], "--json")
        say("backup", "backup.tar.gz")
        yield Carried(desk, said, report, rows, members, counts)


def _carry_badly(desk, rows, say):
    """Runs that end badly: records refused, no answer, a file that is broken, a file of which most is rejected."""
    changed = [{**row, "email": f"x{row['email']}"} for row in rows[:300]]
    _rows(desk.folder / "changed.csv", changed)
    desk.sandbox.faults(refuse_records=0.3, seed=1, server_error={"rate": 0.3, "route": "*/records*"})
    say("apply", "customers", "--input", "changed.csv", "-v", "--max-rejected", "0")
    desk.sandbox.faults()
    (desk.folder / "broken.csv").write_bytes(
        (desk.folder / "changed.csv").read_bytes() + b'"Zo\xeb, z@shop.example\n'
    )
    say("apply", "customers", "--input", "broken.csv", "-v")
    _rows(
        desk.folder / "bad.csv",
        [{**row, "email": "", "mobile": "12", "customer_id": "a b"} for row in rows[:99]],
    )
    say("apply", "customers", "--input", "bad.csv", "-v", "--json")


def _rows(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
