"""Signs of life: metrics for Prometheus, and one log line of JSON a request. Neither knows an address's parameters."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from lading.service.parts import Parts

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What the server counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lading_http_requests",
            "Requests by address, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "lading_http_request_seconds",
            "How long requests took.",
            ("route", "method"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.events = Counter(
            "lading_events", "Events that came in, by destination and what became of them.", ("destination", "outcome"),
            registry=self.registry,
        )  # fmt: skip
        self._runs = Gauge(
            "lading_runs",
            "The latest 1,000 runs by sync and state.",
            ("sync", "state"),
            registry=self.registry,
        )
        self._members = Gauge(
            "lading_members", "Members of each audience.", ("audience",), registry=self.registry
        )

        self._batches = self._gauge("batches", "Batches of runs that are not over, by state.", "state")
        self._requests = self._gauge(
            "pace_requests",
            "Requests to Amazon in the last second and hour, by all workers.",
            "connection",
            "window",
        )
        self._allowed = self._gauge("pace_requests_allowed", "How many there may be.", "connection", "window")
        self._records = self._gauge("pace_records_hour", "Records sent in the last hour.", "connection")
        self._records_allowed = self._gauge(
            "pace_records_hour_allowed", "How many there may be.", "connection"
        )
        self._share = self._gauge("pace_share", "What is left of the pace after a 429, 0 to 1.", "connection")
        self._silent = self._gauge(
            "pace_silent_seconds", "How long nobody may send, because Amazon said so.", "connection"
        )
        self._throttled = self._gauge("throttled_total", "429s that Amazon has answered, ever.", "connection")

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"lading_{name}", about, labels, registry=self.registry)

    def text(self, parts: Parts) -> bytes:
        """The page for Prometheus."""
        self._runs.clear()
        for run in parts.ledger.runs.list(1000):
            self._runs.labels(run.sync, str(run.state)).inc()
        self._members.clear()
        for audience in parts.ledger.audiences.list():
            last = parts.ledger.audiences.generation(audience.target)
            self._members.labels(audience.target).set(last.members if last else 0)
        self._batches.clear()
        for state, count in parts.ledger.batches.open_counts().items():
            self._batches.labels(str(state)).set(count)
        for name in parts.settings.connections:
            self._paced(parts, name)
        return generate_latest(self.registry)

    def _paced(self, parts: Parts, name: str) -> None:
        """The pace of a connection: what is used, what waits, and what Amazon said."""
        pace = parts.pace(name).allowance
        used = parts.ledger.permits.used(pace, parts.clock.now())
        self._requests.labels(name, "second").set(used.second)
        self._requests.labels(name, "hour").set(used.hour)
        self._allowed.labels(name, "second").set(pace.per_second * used.share)
        self._allowed.labels(name, "hour").set(pace.per_hour)
        self._records.labels(name).set(used.records)
        self._records_allowed.labels(name).set(pace.records_per_hour)
        self._share.labels(name).set(used.share)
        self._silent.labels(name).set(used.silent.total_seconds())
        self._throttled.labels(name).set(used.throttled)


def log() -> Any:
    """The server's log: lines of JSON on stderr."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
