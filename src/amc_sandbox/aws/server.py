"""AWS on a port of this machine: listening from the start, and loaded when the first request comes."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from amc_sandbox.aws.logins import REGION, logins
from amc_sandbox.aws.shelf import Shelf

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from amc_sandbox.aws.front import Front

# moto keeps one AWS a process: each sandbox has accounts of its own in it.
_numbers: set[int] = set()
_numbering = threading.Lock()


class Aws:
    """S3, KMS and STS of one sandbox, the objects in `folder`; with `lasting`, all is there again the next time."""

    def __init__(
        self, folder: Path, *, lasting: bool, forbids: Callable[[str], bool] = lambda _action: False
    ) -> None:
        self._folder, self._lasting, self._forbids = folder, lasting, forbids
        with _numbering:
            self._number = next(n for n in range(len(_numbers) + 1) if n not in _numbers)
            _numbers.add(self._number)
        self.own, self.connected = logins(self._number)
        self._accounts = (self.own.account_id, self.connected.account_id)
        self._front: Front | None = None
        self._loading = threading.Lock()
        self._url: str | None = None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._gate = threading.Lock()
        self._bell: int | None = None
        self._over = False
        self._state = folder / f"moto-{version('moto')}.state"
        self._upgrade()

    def _upgrade(self) -> None:
        """What another version of moto wrote is read at once: later nobody could be told that it cannot be."""
        for other in set(self._folder.glob("moto-*.state")) - {self._state}:
            other.replace(self._state)
            self._load()

    @property
    def door(self) -> dict[str, str | None]:
        """How to get in: what boto3 needs."""
        return {
            "url": self._url,
            "access_key_id": self.own.access_key_id,
            "secret_access_key": self.own.secret_access_key,
            "region": REGION,
        }

    @property
    def shelf(self) -> Shelf:
        """What lies there."""
        self._load()
        return Shelf(self._accounts)

    def serve(self, listener: socket.socket) -> None:
        """Answer on a listening socket, in threads of its own."""
        host, port = listener.getsockname()
        self._url = f"http://{host}:{port}"
        ear, self._bell = os.pipe()
        self._thread = threading.Thread(target=self._wait, args=(listener, ear), name="aws", daemon=True)
        self._thread.start()

    def _wait(self, listener: socket.socket, ear: int) -> None:
        """Until somebody comes, or the bell says that it is over."""
        with listener:
            ready, _, _ = select.select([listener.fileno(), ear], [], [])
            os.close(ear)
            if listener.fileno() not in ready:
                return
            from amc_sandbox.aws.wire import open_server  # noqa: PLC0415  (moto takes two seconds to load)

            server = open_server(listener, self._load())
            if self._admit(server):
                server.serve_forever(poll_interval=0.1)
            else:
                server.server_close()

    def _admit(self, server: BaseWSGIServer) -> bool:
        with self._gate:
            if not self._over:
                self._server = server
            return not self._over

    def _load(self) -> Front:
        with self._loading:
            if self._front is None:
                self._front = self._open()
            return self._front

    def _open(self) -> Front:
        from amc_sandbox.aws import keeping  # noqa: PLC0415
        from amc_sandbox.aws.front import Front  # noqa: PLC0415

        objects = self._folder / "objects"
        objects.mkdir(parents=True, exist_ok=True)
        keeping.load(self._accounts, self._state, objects)
        known = {one.access_key_id: one.account_id for one in (self.own, self.connected)}
        front = Front(known, self._file, self._forbids)
        if self._lasting:
            front.keep = lambda: keeping.save(self._accounts, self._state)
        return front

    def _file(self, bucket: str, key: str) -> Path | None:
        found = Shelf(self._accounts).object(bucket, key)
        return None if found is None else found.path

    def reset(self) -> None:
        """No bucket, no object, no key."""
        with self._loading:
            for file in self._files():
                file.unlink(missing_ok=True)
            if self._front is not None:
                from amc_sandbox.aws import keeping  # noqa: PLC0415

                with self._front.lock:
                    keeping.wipe(self._accounts, self._folder / "objects")

    def _files(self) -> list[Path]:
        return [*(self._folder / "objects").glob("*"), self._state]

    def close(self) -> None:
        with self._gate:
            self._over = True
        if self._bell is not None:
            os.close(self._bell)
            self._bell = None
        if self._server is not None:
            self._server.shutdown()
        if self._thread is not None:
            self._thread.join(timeout=30)
        if not self._lasting:
            self.reset()
        with _numbering:
            _numbers.discard(self._number)
