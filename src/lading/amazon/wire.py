"""Bytes out, bytes in: one HTTP exchange with Amazon, and the truth about whether it left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, Final

import httpx2

from lading import __version__
from lading.amazon.errors import NoAnswer, Occasion
from lading.amazon.regions import Hosts

#: Seconds: to connect, and between two pieces of an answer.
TIMEOUT: Final = httpx2.Timeout(60.0, connect=10.0)

#: Failures that come before the first byte of a request.
_BEFORE: Final = (
    httpx2.InvalidURL,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One request. Headers and body may hold secrets, so they are not shown."""

    method: str
    #: The path as errors name it, without host and query.
    path: str
    url: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and the whole body of what came back."""

    question: Question
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def good(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


def _certificates(hosts: Hosts) -> SSLContext | bool:
    """Whom to trust. Reading all certificates takes 50 ms, which a sandbox without TLS can do without."""
    addresses = (hosts.api, hosts.token)
    return all(one.startswith("https:") for one in addresses) and httpx2.create_ssl_context()


class Wire:
    """A pool of connections. Proxies and certificates of the environment count, but no proxy for this very machine."""

    def __init__(self, hosts: Hosts, timeout: httpx2.Timeout = TIMEOUT) -> None:
        """Nothing is opened yet.

        Raises:
            ValueError: the environment names a proxy that cannot be used.

        """
        try:
            self._http = httpx2.Client(
                timeout=timeout,
                verify=_certificates(hosts),
                trust_env=not hosts.loopback,
                headers={"User-Agent": f"lading/{__version__}", "Accept": "*/*"},
                follow_redirects=False,
            )
        except (ImportError, ValueError, httpx2.InvalidURL):
            raise ValueError(
                "a proxy of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) is no http:// or https:// address"
            ) from None

    def exchange(self, question: Question) -> Answer:
        """The answer, of any status.

        Raises:
            NoAnswer: there was none; `maybe_sent` is False only where the request was not fully sent.

        """
        departure = _Departure()
        try:
            response = self._http.request(
                question.method,
                question.url,
                params=question.params or None,
                headers=dict(question.headers),
                content=question.body,
                extensions={"trace": departure},
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _lost(question, error, departure) from None
        return Answer(question, response.status_code, response.headers, response.content)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()


class _Departure:
    """Watches one request leave: a body that broke off cannot have been acted on.

    The pool below swallows an error of writing and then reports one of reading, so that the error alone does not tell.
    """

    _BROKEN: Final = (".send_request_headers.failed", ".send_request_body.failed")

    def __init__(self) -> None:
        self.broke_off = False

    def __call__(self, event: str, _details: Mapping[str, Any]) -> None:
        self.broke_off = self.broke_off or event.endswith(self._BROKEN)


def _lost(question: Question, error: Exception, departure: _Departure) -> NoAnswer:
    unsent = isinstance(error, _BEFORE) or departure.broke_off
    words = f"{type(error).__name__}: {error}".removesuffix(": ")
    return NoAnswer(words, Occasion(question.method, question.path), maybe_sent=not unsent)
