"""A sandbox inside this process, for tests and scripts."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # loaded late: the pytest plugin imports this on every run of pytest
    from amc_sandbox.sandbox import Plan, Sandbox

SMALL = 2_000


def open_sandbox(plan: Plan) -> Sandbox:
    """A sandbox, not yet served."""
    from amc_sandbox.sandbox import Sandbox  # noqa: PLC0415
    from amc_sandbox.town import Town  # noqa: PLC0415

    return Sandbox(plan, Town)


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox that is being served: where it is, how to get in, and its control door as methods."""

    url: str

    @property
    def grant(self) -> dict[str, str]:
        """client_id, client_secret and refresh_token of the grant that is there from the start."""
        return dict(self.door("GET", "state")["grant"])

    @property
    def s3(self) -> dict[str, str]:
        """url, access_key_id, secret_access_key and region of S3, KMS and STS."""
        return dict(self.door("GET", "state")["s3"])

    @property
    def instances(self) -> list[dict[str, str]]:
        """The user's instances: instanceId, accountId, marketplaceId, dataUploadAwsAccountId."""
        return list(self.door("GET", "state")["instances"])

    def now(self) -> datetime:
        """The sandbox's time."""
        return datetime.fromisoformat(self.door("GET", "clock")["now"])

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward; jobs whose time has come are applied."""
        return datetime.fromisoformat(self.door("POST", "clock", {"advance_seconds": seconds})["now"])

    def clock(self, **wish: Any) -> dict[str, Any]:
        """POST to the clock: mode, speed, advance_seconds, sleep_until, sleepers."""
        answer: dict[str, Any] = self.door("POST", "clock", wish)
        return answer

    def new_grant(self, **wish: Any) -> dict[str, Any]:
        """Make, expire or revoke a grant: action, user, scopes, client_id, refresh_token."""
        answer: dict[str, Any] = self.door("POST", "grant", wish)
        return answer

    def faults(self, **faults: Any) -> None:
        """Replace all faults by these; none clears them."""
        self.door("PUT", "faults", faults)

    def policy(self, **switches: Any) -> None:
        """Set switches."""
        self.door("PUT", "policy", switches)

    def audience(self, audience_id: int | str) -> dict[str, Any]:
        """Counts of one audience."""
        answer: dict[str, Any] = self.door("GET", f"audiences/{audience_id}")
        return answer

    def members(self, audience_id: int | str) -> list[dict[str, Any]]:
        """The members of one audience that have not expired, by externalUserId."""
        return self._lines(f"audiences/{audience_id}/members")

    def rows(self, instance_id: str, dataset_id: str) -> list[dict[str, Any]]:
        """The rows of a data set, in the order of their uploads."""
        return self._lines(f"instances/{instance_id}/datasets/{dataset_id}/rows")

    def partitions(self, instance_id: str, dataset_id: str) -> dict[str, int]:
        """How many rows each partition of a data set has, by its start."""
        told = self.door("GET", f"instances/{instance_id}/datasets/{dataset_id}/partitions")
        return {one["partition"]: one["rows"] for one in told["partitions"]}

    def people(self, country: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """Invented people, in clear."""
        return self._lines(f"population?limit={limit}" + (f"&country={country}" if country else ""))

    def requests(self, after: int = 0, limit: int = 1_000_000) -> list[dict[str, Any]]:
        """What was asked of the imitated API since."""
        return list(self.door("GET", f"requests?after={after}&limit={limit}")["requests"])

    def reset(self) -> None:
        """Back to the seeded world."""
        self.door("POST", "reset")

    def door(self, method: Literal["GET", "POST", "PUT", "DELETE"], path: str, body: Any = None) -> Any:
        """Ask the control door; its refusal is a ValueError."""
        return json.loads(self._ask(method, path, body))

    def _lines(self, path: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._ask("GET", path).splitlines()]

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data=data, method=method)  # noqa: S310  (our own http address)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=60) as answer:
                read: bytes = answer.read()
                return read
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(f"{method} /_sandbox/{path}: {error.code} {error.read().decode()}") from None


@contextmanager
def running_sandbox(
    *, people: int = SMALL, seed: int = 1, mode: Literal["real", "manual"] = "manual"
) -> Iterator[RunningSandbox]:
    """A sandbox in a thread of this process, on a free port of loopback, in memory."""
    from amc_sandbox.sandbox import Plan  # noqa: PLC0415
    from amc_sandbox.server import Server, bind  # noqa: PLC0415

    sandbox = open_sandbox(Plan(None, seed, people, mode))
    listener = bind(0)
    sandbox.aws.serve(bind(0))
    server = Server(sandbox)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="amc-sandbox", daemon=True
    )
    thread.start()
    try:
        yield RunningSandbox(f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        sandbox.close()
