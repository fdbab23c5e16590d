"""`lading serve` as a process, and a caller with a key."""

import json
import signal
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import requests

from lading.clock import DoorClock


@dataclass
class Api:
    """A server that runs, seen by somebody with a key."""

    url: str
    process: object
    sandbox: object
    key: str = field(default="", repr=False)
    #: What it wrote on stderr so far: read all the time, since a full pipe would stop it.
    said: list = field(default_factory=list)
    reader: threading.Thread | None = None

    def ask(self, method, path, *, key=None, **more):
        """The answer as it comes."""
        auth = {"Authorization": f"Bearer {self.key if key is None else key}"}
        headers = {**auth, **more.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=60, **more)

    def get(self, path, **more):
        """The data of a good answer."""
        answer = self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def post(self, path, body=None, *, status=200):
        """The data of a good answer."""
        answer = self.ask("POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()["data"]

    def finished(self, run):
        """The report of a run once it is over."""
        while (line := self.get(f"/v1/runs/{run}")["run"])["ended_at"] is None:
            assert line["problem"] is None, line
            self.let_time_go_by()
        return self.get(f"/v1/runs/{run}/report")

    def let_time_go_by(self):
        """A minute of the sandbox's time, which is a moment of ours: whoever asks all the time keeps the others from working."""
        with closing(DoorClock(self.sandbox.url)) as clock:
            clock.sleep_until(clock.now() + timedelta(minutes=1))

    def end(self):
        """Tell it to end, and see how it did: exit code and log lines."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait()
        self.reader.join()
        return code, [json.loads(line) for line in self.said]


@contextmanager
def served_api(desk, *options, role="admin"):
    """The server on a free port, and a new key for it. Time goes by itself: its worker rests until the next thing is due."""
    desk.sandbox.clock(mode="real", speed=500)
    key = desk.lading("keys", "create", "--role", role, "--json").data["key"]
    with desk.start("serve", "--port", "0", *options) as process:
        first = json.loads(process.stdout.readline())
        api = Api(first["url"], process, desk.sandbox, key)
        api.reader = threading.Thread(target=lambda: api.said.extend(process.stderr), daemon=True)
        api.reader.start()
        try:
            yield api
        finally:
            process.kill()
            process.wait()
            api.reader.join()
