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

    def text(self, parts: Parts) -> bytes:
        """The page for Prometheus."""
        self._runs.clear()
        for run in parts.ledger.runs.list(1000):
            self._runs.labels(run.sync, str(run.state)).inc()
        self._members.clear()
        for audience in parts.ledger.audiences.list():
            last = parts.ledger.audiences.generation(audience.target)
            self._members.labels(audience.target).set(last.members if last else 0)
        return generate_latest(self.registry)


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
