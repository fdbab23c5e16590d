"""What stands before moto: whose key it is, one writer at a time, and objects straight from their files."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wsgi import get_input_stream

from amc_sandbox.aws import names
from amc_sandbox.aws.actions import action
from amc_sandbox.aws.refusals import credential, denied, unknown_key

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

_BLOCK: Final = 1 << 20
#: A request's body up to this size is held in memory, a larger one in a file.
_SPOOL: Final = 1 << 20


class Front:
    """The WSGI app of one sandbox."""

    def __init__(
        self,
        accounts: Mapping[str, str],
        find: Callable[[str, str], Path | None],
        forbids: Callable[[str], bool],
    ) -> None:
        self._accounts, self._find, self._forbids = accounts, find, forbids
        self._world = next(iter(accounts.values()))
        #: Called after everything that may have changed something, before it is answered.
        self.keep: Callable[[], None] = lambda: None
        self.lock = threading.RLock()
        self._moto = cast("Wsgi", DomainDispatcherApplication(create_backend_app))

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        key, service = credential(environ) or ("", "s3")
        account = self._accounts.get(key)
        if account is None:
            return _refuse(environ, start, *unknown_key(service))
        asked = action(environ, service)
        if self._forbids(asked):
            return _refuse(environ, start, *denied(service, asked, account))
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        names.world.set(self._world)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._read(environ, start)
        return self._write(environ, start)

    def _write(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        with tempfile.SpooledTemporaryFile(_SPOOL) as body:
            shutil.copyfileobj(get_input_stream(environ, max_content_length=None), body, _BLOCK)
            environ["CONTENT_LENGTH"] = str(body.tell())
            body.seek(0)
            environ["wsgi.input"] = body
            with self.lock:
                answer = list(self._moto(environ, start))
                self.keep()
        return answer

    def _read(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """An object's bytes come from its file: moto would hold them whole, also for a range of them."""
        bucket, _, key = environ["PATH_INFO"].lstrip("/").encode("latin-1").decode().partition("/")
        path = self._find(bucket, key) if environ["REQUEST_METHOD"] == "GET" else None
        if path is None or environ["QUERY_STRING"] not in ("", "x-id=GetObject"):
            return self._moto(environ, start)
        head: list[Any] = []
        list(self._moto({**environ, "REQUEST_METHOD": "HEAD"}, lambda *said: head.extend(said)))
        if head[0][:3] not in ("200", "206"):
            return self._moto(environ, start)
        first, size = _extent(head[1], path)
        file = path.open("rb")
        headers = [(name, value) for name, value in head[1] if name.lower() != "content-length"]
        start(head[0], [*headers, ("Content-Length", str(size))])
        return _piece(file, first, size)


def _extent(headers: Iterable[tuple[str, str]], path: Path) -> tuple[int, int]:
    """Where the asked bytes begin, and how many they are."""
    said = next((value for name, value in headers if name.lower() == "content-range"), None)
    if said is None:
        return 0, path.stat().st_size
    first, last = said.removeprefix("bytes ").partition("/")[0].split("-")
    return int(first), int(last) - int(first) + 1


def _piece(file: BinaryIO, first: int, size: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while size > 0 and (block := file.read(min(size, _BLOCK))):
            size -= len(block)
            yield block


def _refuse(environ: Environ, start: StartResponse, body: bytes, media_type: str) -> list[bytes]:
    """403; what was sent is read to its end, so that the next request of the connection begins where it should."""
    shutil.copyfileobj(get_input_stream(environ, max_content_length=None), _Nowhere(), _BLOCK)
    start("403 FORBIDDEN", [("Content-Type", media_type), ("Content-Length", str(len(body)))])
    return [body]


class _Nowhere:
    def write(self, _block: bytes) -> None: ...
