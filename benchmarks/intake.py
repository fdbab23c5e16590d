"""How many events a second Segment's door takes in durably on one processor, and how long an event waits at half of that.

python benchmarks/intake.py [--seconds 10] [--batch 100] [--callers 8] [--json FILE]

Beside it, in the same run and over the same HTTP server, an endpoint that does nothing but append the body to a file and flush it:
what the disk and HTTP allow. Each server is bound to one processor, and the callers to the others, if there are any. Every event
has a user of its own with five identifiers. First everybody sends as fast as answers come; then half as fast, and the times of
answers are taken from the moment when a request was due, so that one that had to wait behind others counts its wait.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

LADING = Path(sys.executable).with_name("lading")
SETTINGS = """\
version: 1
server: {requests_per_second: 1000000}
connections:
  amazon:
    region: NA
    client_id: env:NONE
    client_secret: env:NONE
    profile_id: "1234567890"
    amc: {account_id: ENTITY1A2B3C, marketplace_id: ATVPDKIKX0DER, instance_id: amcshop001}
sources:
  engage: {type: segment}
syncs:
  people:
    from: {source: engage, audience: people}
    to:
      audience: {connection: amazon, name: Benchmark people, country: US}
"""
FLOOR = """\
import json, os, socket, sys
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

handle = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def keep(body):
    os.write(handle, body)
    os.fdatasync(handle)

async def take(request):
    await run_in_threadpool(keep, await request.body())
    return JSONResponse({})

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(512)
print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
app = Starlette(routes=[Route("/v1/segment/engage", take, methods=["POST"])])
uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[listener])
"""


@dataclass(frozen=True)
class Measured:
    """One endpoint."""

    name: str
    events_per_second: float
    p50_ms: float
    p99_ms: float


def body_of(number: int, batch: int) -> bytes:
    """A batch of events, each of a user of its own."""
    return json.dumps([_event(number * batch + one) for one in range(batch)]).encode()


def _event(number: int) -> dict[str, object]:
    return {
        "type": "track", "event": "Audience Entered", "userId": f"u-{number}", "messageId": f"m-{number}",
        "timestamp": "2026-01-05T07:00:00.000Z",
        "properties": {
            "audience_key": "people", "people": True, "first_name": f"Ann{number % 997}", "last_name": f"Lee{number % 4999}",
            "phone": f"+1512555{number % 10_000:04}", "city": "Austin", "postal": f"{10_000 + number % 80_000}", "state": "TX",
        },
        "context": {"traits": {"email": f"user{number}@example.com"}},
    }  # fmt: skip


@contextmanager
def process(command: list[str], folder: Path, processor: int) -> Iterator[str]:
    """A server bound to one processor; its address."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        os.sched_setaffinity(server.pid, {processor})
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()


def drive(
    url: str, key: str, bodies: list[bytes], callers: int, rate: float | None
) -> tuple[float, list[float]]:
    """Send all bodies, `rate` a second or as fast as answers come: the seconds that it took, and how long each waited."""
    waits: list[float] = []
    numbers = iter(range(len(bodies)))
    lock = threading.Lock()
    start = time.perf_counter()

    def call() -> None:
        line = http.client.HTTPConnection(urlsplit(url).netloc)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = start + number / rate if rate else time.perf_counter()
            if (ahead := due - time.perf_counter()) > 0:
                threading.Event().wait(ahead)
            line.request(
                "POST",
                "/v1/segment/engage",
                bodies[number],
                {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            waits.append(time.perf_counter() - due)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start, sorted(waits)


def measured(name: str, url: str, key: str, given: argparse.Namespace) -> Measured:
    """One endpoint, at full speed and at half of it."""
    drive(url, key, [body_of(number, given.batch) for number in range(given.callers)], given.callers, None)
    first, seconds = 10_000, 0.0
    count = 50
    while seconds < given.seconds / 4:
        bodies = [body_of(first + number, given.batch) for number in range(count)]
        seconds, _ = drive(url, key, bodies, given.callers, None)
        first, full, count = first + count, count / seconds, count * 2
    bodies = [
        body_of(first + number, given.batch) for number in range(max(100, int(full / 2 * given.seconds)))
    ]
    _, waits = drive(url, key, bodies, given.callers, full / 2)
    return Measured(
        name, full * given.batch, waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
    )


def main() -> None:
    """Measure both, and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--batch", type=int, default=100, help="events in a request")
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    last = max(os.sched_getaffinity(0))
    others = os.sched_getaffinity(0) - {last} or {last}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "lading.yaml").write_text(SETTINGS)
        made = subprocess.run(
            [LADING, "keys", "create", "--role", "events", "--json"],
            cwd=folder,
            capture_output=True,
            check=True,
        )
        key = json.loads(made.stdout)["data"]["key"]
        os.sched_setaffinity(0, others)
        found = []
        with process([str(LADING), "serve", "--port", "0", "--no-worker"], folder, last) as url:
            found.append(measured("lading", url, key, given))
        with process([sys.executable, "-c", FLOOR, str(folder / "floor")], folder, last) as url:
            found.append(measured("only flushes", url, key, given))
    print(f"{given.batch} events a request, {given.callers} callers, one processor a server")
    print(f"{'':14}{'events/s':>10}{'p50 ms':>9}{'p99 ms':>9}   (p at half of it)")
    for one in found:
        print(f"{one.name:14}{one.events_per_second:>10,.0f}{one.p50_ms:>9.1f}{one.p99_ms:>9.1f}")
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in found], indent=2))


if __name__ == "__main__":
    main()
