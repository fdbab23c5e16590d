"""The one clock, and the only place that waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

from lading.errors import GaveUp


class Clock(Protocol):
    """What time it is, and waiting for a moment. All moments are aware and in UTC."""

    def now(self) -> datetime: ...

    def sleep_until(self, moment: datetime) -> None: ...


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - self.now()).total_seconds()) > 0:
            time.sleep(min(left, 60.0))  # noqa: TID251  (this is the only sleeper)


class ManualClock:
    """A clock for tests: it stands still, and whoever sleeps moves it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self.slept: list[datetime] = []

    def now(self) -> datetime:
        return self._now

    def sleep_until(self, moment: datetime) -> None:
        self.slept.append(moment)
        self._now = max(self._now, moment)

    def advance(self, by: timedelta) -> None:
        self._now += by


class DoorClock:
    """A sandbox's clock, read and waited on through its control door (`LADING_CLOCK=<url>`).

    The door holds a sleeper until its moment has come, or answers early with the time; then it is asked again.
    """

    def __init__(self, url: str) -> None:
        import httpx2  # noqa: PLC0415  (loaded only by those who use a sandbox)

        self._no_answer = (httpx2.HTTPError, ValueError, KeyError)
        self._address = urljoin(url.rstrip("/") + "/", "_sandbox/clock")
        # Reading all certificates takes 50 ms, which a door without TLS can do without.
        self._http = httpx2.Client(timeout=60.0, trust_env=False, verify=url.startswith("https:"))

    def now(self) -> datetime:
        return self._ask("GET")

    def sleep_until(self, moment: datetime) -> None:
        wish = {"sleep_until": moment.astimezone(UTC).isoformat()}
        while self._ask("POST", wish) < moment:
            pass

    def close(self) -> None:
        """Let go of the door."""
        self._http.close()

    def _ask(self, method: str, wish: dict[str, str] | None = None) -> datetime:
        try:
            answer = self._http.request(method, self._address, json=wish).raise_for_status()
            return datetime.fromisoformat(answer.json()["now"])
        except self._no_answer as error:
            raise GaveUp(
                "the sandbox whose clock is used (LADING_CLOCK) does not tell the time. Start it again and run the same command "
                "once more: nothing is lost",
                where=self._address,
                code="no_clock",
            ) from error
