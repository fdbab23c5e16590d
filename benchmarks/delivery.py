"""How much of the allowed pace a delivery uses, whether Amazon ever has to say 429, and how fast it is without limits.

python benchmarks/delivery.py [--requests 6000] [--records 500000] [--json FILE]

Amazon is the sandbox, in a process of its own, over real HTTP. For the pace its clock stands and is moved: hours pass in
minutes. What counts is what the sandbox's journal says has arrived, and when. Two bounds are tried:

requests  10 a second and --requests an hour are what stops it: the share of the hour's requests that were used
records   the connection's records an hour are what stops it, with as many requests again left for questions, which is how
          Amazon's 15 M an hour and requests of 5,000 stand to each other: the share of two hours' records that were sent

Without limits nothing waits for the clock but the answers, and the processor time of both sides says which one is slower.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from amc_sandbox.testing import RunningSandbox
from lading import wiring
from lading.errors import StillProcessing
from lading.service.sync import Order, apply

SANDBOX = Path(sys.executable).with_name("amc-sandbox")
SETTINGS = """\
version: 1
connections:
  amazon:
    client_id: env:AMAZON_CLIENT_ID
    client_secret: env:AMAZON_CLIENT_SECRET
    refresh_token: env:AMAZON_REFRESH_TOKEN
    profile_id: "1234567890"
    amc: {{account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}}
    records_per_request: {per_request}
    requests_per_second: {per_second}
    requests_per_hour: {per_hour}
    records_per_hour: {records}
sources:
  files: {{type: files, root: .}}
syncs:
  people:
    from: {{source: files, path: people.csv}}
    to:
      audience: {{connection: amazon, name: Benchmark people, country: US}}
"""
HOUR = timedelta(hours=1)
FREE = 1_000_000_000


@dataclass(frozen=True)
class Pace:
    """The settings of one delivery."""

    per_request: int = 1
    per_second: int = FREE
    per_hour: int = FREE
    records: int = FREE


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--requests", type=int, default=6_000, help="allowed in an hour")
    ask.add_argument("--records", type=int, default=500_000, help="sent without limits, 5,000 in a request")
    ask.add_argument("--json", type=Path)
    wish = ask.parse_args()
    figures = {
        "bound by requests": by_requests(wish.requests),
        "bound by records": by_records(wish.requests),
        "without limits": without_limits(wish.records),
    }
    for bound, found in figures.items():
        print(bound)
        for name, figure in found.items():
            print(
                f"  {name:<58}{figure:>14,.3f}" if isinstance(figure, float) else f"  {name:<58}{figure:>14,}"
            )
    if wish.json:
        wish.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def by_requests(per_hour: int) -> dict[str, float | int]:
    """More to send than the hour's requests allow."""
    pace = Pace(per_second=10, per_hour=per_hour)
    with shop(pace, people=per_hour + per_hour // 10) as (folder, sandbox, environ):
        sandbox.policy(requests_per_second=10.0, requests_burst=10)
        deliver(folder, environ, minutes=59.9)
        arrived = api(sandbox)
    first = arrived[0][0]
    hour = [line for moment, line in arrived if moment < first + HOUR]
    return {
        "requests in the first hour": len(hour),
        "allowed": per_hour,
        "share of the allowed pace": len(hour) / per_hour,
        **checked(arrived),
    }


def by_records(per_hour: int) -> dict[str, float | int]:
    """Half of the hour's requests fill the hour's records; the other half is left for questions."""
    each, hours = 10, 2
    allowed = each * per_hour // 2
    pace = Pace(per_request=each, per_second=10, per_hour=per_hour, records=allowed)
    with shop(pace, people=allowed * hours + each * 20) as (folder, sandbox, environ):
        sandbox.policy(requests_per_second=10.0, requests_burst=10, records_per_hour=allowed)
        deliver(folder, environ, minutes=60 * hours - 0.1)
        arrived = api(sandbox)
    sends = [(moment, line) for moment, line in arrived if line["records"]]
    first = sends[0][0]
    in_time = [line["records"] for moment, line in sends if moment < first + hours * HOUR]
    questions = [line for _, line in arrived if "/records/" in line["path"]]
    return {
        "records in two hours": sum(in_time),
        "allowed": allowed * hours,
        "share of the allowed pace": sum(in_time) / (allowed * hours),
        "questions for each request that carries records": len(questions) / len(sends),
        **checked(arrived),
    }


def checked(arrived: list[tuple[datetime, Any]]) -> dict[str, int]:
    """What must not be: a 429, or a window with more than it may hold."""
    moments = [moment for moment, _ in arrived]
    return {
        "429s of our own making": sum(line["status"] == 429 for _, line in arrived),
        "most requests in any second": most(moments, timedelta(seconds=1)),
        "most requests in any hour": most(moments, HOUR),
    }


def most(moments: list[datetime], window: timedelta) -> int:
    """The most that any window [begin, begin + window) holds."""
    return max(bisect_left(moments, moment + window) - number for number, moment in enumerate(moments))


def without_limits(records: int) -> dict[str, float | int]:
    """From the first request to the last one's answer, by the machine's clock, and who was busy."""
    with shop(Pace(per_request=5_000), people=records) as (folder, sandbox, environ):
        sandbox.policy(requests_per_second=0.0, records_per_hour=FREE, job_seconds=[100_000.0, 100_000.0])
        watched = psutil.Process(int(environ["SANDBOX_PID"]))
        with wiring.build(folder / "lading.yaml", environ) as parts:
            clocks = Stopwatch(watched)
            deliver_with(replace(parts, progress=clocks), Order(wait=False))
    seconds = clocks.seconds
    return {
        "records": records,
        "seconds from the first byte to the last answer": seconds,
        "records/s": records / seconds,
        "our processor time, s": clocks.ours,
        "the sandbox's processor time, s": clocks.theirs,
        "records per second of our processor time": records / clocks.ours,
    }


class Stopwatch:
    """Runs from the moment at which sending begins."""

    def __init__(self, sandbox: psutil.Process) -> None:
        self._sandbox = sandbox
        self._start = (0.0, 0.0, 0.0)
        self._end = (0.0, 0.0, 0.0)

    def _now(self) -> tuple[float, float, float]:
        theirs = self._sandbox.cpu_times()
        return time.perf_counter(), time.process_time(), theirs.user + theirs.system

    def stage(self, name: str) -> None:
        if name == "Sending":
            self._start = self._now()

    def advance(self, done: int, total: int | None, unit: str) -> None:
        del unit
        if done == total:
            self._end = self._now()

    def say(self, message: str) -> None:
        del message

    seconds = property(lambda self: self._end[0] - self._start[0])
    ours = property(lambda self: self._end[1] - self._start[1])
    theirs = property(lambda self: self._end[2] - self._start[2])


def deliver(folder: Path, environ: dict[str, str], *, minutes: float) -> None:
    """Send for so many minutes of the sandbox's clock."""
    with wiring.build(folder / "lading.yaml", environ) as parts:
        deliver_with(parts, Order(max_wait=timedelta(minutes=minutes)))


def deliver_with(parts: Any, order: Order) -> None:
    try:
        apply(parts, "people", order)
    except StillProcessing:
        return


def api(sandbox: RunningSandbox) -> list[tuple[datetime, Any]]:
    """Requests to the Ads API and their moments; Login with Amazon is another host."""
    lines = [line for line in sandbox.requests() if not line["path"].startswith("/auth/")]
    return [(datetime.fromisoformat(line["at"]), line) for line in lines]


@contextmanager
def shop(pace: Pace, people: int) -> Iterator[tuple[Path, RunningSandbox, dict[str, str]]]:
    """A folder with settings and people, and a sandbox of its own."""
    with tempfile.TemporaryDirectory() as name, sandbox_process() as (sandbox, pid):
        folder = Path(name)
        words = SETTINGS.format(
            per_request=pace.per_request,
            per_second=pace.per_second,
            per_hour=pace.per_hour,
            records=pace.records,
        )
        (folder / "lading.yaml").write_text(words)
        with (folder / "people.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("customer_id", "email", "country"))
            rows.writerows((f"c-{n}", f"{n}@shop.example", "US") for n in range(people))
        sandbox.policy(terms_accepted=True)
        sandbox.clock(mode="manual")
        grant = sandbox.grant
        yield folder, sandbox, {
            **os.environ, "AMAZON_CLIENT_ID": grant["client_id"], "AMAZON_CLIENT_SECRET": grant["client_secret"],
            "AMAZON_REFRESH_TOKEN": grant["refresh_token"], "LADING_AMAZON_URL": sandbox.url,
            "LADING_CLOCK": sandbox.url, "LADING_HOME": str(folder / "home"), "SANDBOX_PID": str(pid),
        }  # fmt: skip


@contextmanager
def sandbox_process() -> Iterator[tuple[RunningSandbox, int]]:
    command = [SANDBOX, "serve", "--port", "0", "--people", "100"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout
        said = json.loads(server.stdout.readline())
        try:
            yield RunningSandbox(said["url"]), said["pid"]
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
