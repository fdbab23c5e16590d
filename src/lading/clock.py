"""The one clock, and the only place that waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urljoin

from lading.errors import GaveUp


class Clock(Protocol):
    """What time it is, and waiting for a moment. All moments are aware and in UTC."""

    def now(self) -> datetime: ...

    def sleep_until(self, moment: datetime) -> None: ...

    def rest(self, moment: datetime | None) -> None:
        """Wait for a moment, or for whatever may happen before it: it may be cut short at any time."""


#: Whoever rests looks about after so many seconds of real time.
REST: Final = 15.0


class RealClock:
    """The machine's own clock. Once `stop` is set, nobody sleeps any more: he is interrupted as by Ctrl-C."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - self.now()).total_seconds()) > 0:
            if self._stop.wait(min(left, 60.0)):  # this is the only sleeper
                raise KeyboardInterrupt

    def rest(self, moment: datetime | None) -> None:
        left = REST if moment is None else (moment - self.now()).total_seconds()
        self._stop.wait(max(0.0, min(left, REST)))


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

    def rest(self, moment: datetime | None) -> None:
        self.sleep_until(moment or self._now + timedelta(hours=1))

    def advance(self, by: timedelta) -> None:
        self._now += by


class DoorClock:
    """A sandbox's clock, read and waited on through its control door (`LADING_CLOCK=<url>`).

    The door holds a sleeper until its moment has come, or answers early with the time; then it is asked again.
    """

    def __init__(self, url: str, stop: threading.Event | None = None) -> None:
        import httpx2  # noqa: PLC0415  (loaded only by those who use a sandbox)

        self._no_answer = (httpx2.HTTPError, ValueError, KeyError)
        self._address = urljoin(url.rstrip("/") + "/", "_sandbox/clock")
        self._stop = stop or threading.Event()
        # Reading all certificates takes 50 ms, which a door without TLS can do without.
        self._http = httpx2.Client(timeout=60.0, trust_env=False, verify=url.startswith("https:"))

    def now(self) -> datetime:
        return self._ask("GET")

    def sleep_until(self, moment: datetime) -> None:
        wish = {"sleep_until": moment.astimezone(UTC).isoformat()}
        while self._ask("POST", wish) < moment:
            if self._stop.is_set():
                raise KeyboardInterrupt

    def rest(self, moment: datetime | None) -> None:
        wish = moment or self.now() + timedelta(hours=1)
        self._ask("POST", {"sleep_until": wish.astimezone(UTC).isoformat()})

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
