"""The real command as a process of its own, without a second of importing each time.

A parent process has imported the program, and does nothing but fork: each child becomes `lading ARGUMENTS` in a folder and an environment of
its own, with its own pid, streams and signals, and may be killed like any. It differs from a process that was started by the shell in
nothing but where its modules came from. (`test_story.py` and `test_tutorial.py` start the installed command itself.)
"""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress


class Warm:
    """The parent, seen from a test."""

    def __init__(self, folder):
        self._address = str(folder / "warm.sock")
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("LADING_", "AMAZON_"))
        }
        self._parent = subprocess.Popen(
            [sys.executable, __file__, self._address],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert self._parent.stdout.readline() == b"warm\n"

    def start(self, arguments, folder, environ):
        """`lading` with these arguments, as it runs."""
        link = socket.socket(socket.AF_UNIX)
        link.connect(self._address)
        pipes = [os.pipe(), os.pipe()]
        wish = json.dumps(
            {"argv": list(map(str, arguments)), "folder": str(folder), "environ": environ}
        ).encode()
        socket.send_fds(link, [len(wish).to_bytes(4)], [pipe[1] for pipe in pipes])
        link.sendall(wish)
        for _, end in pipes:
            os.close(end)
        return Started(link, *(os.fdopen(start, encoding="utf-8") for start, _ in pipes))

    def close(self):
        self._parent.kill()
        self._parent.communicate()


class Started:
    """As much of `subprocess.Popen` as tests ask for."""

    def __init__(self, link, stdout, stderr):
        self._answers = link.makefile("r")
        self._link = link
        self.pid = int(self._answers.readline())
        self.stdout, self.stderr = stdout, stderr
        self.returncode = None
        self._said = None

    def poll(self):
        if self.returncode is None:
            with selectors.DefaultSelector() as ready:
                ready.register(self._link, selectors.EVENT_READ)
                if ready.select(0):
                    self.wait()
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            self._link.settimeout(timeout)
            self.returncode = int(self._answers.readline())
            self._answers.close()
            self._link.close()
        return self.returncode

    def communicate(self, timeout=None):
        if self._said is None:
            said = {}
            streams = {"stdout": self.stdout, "stderr": self.stderr}
            readers = [threading.Thread(target=_read, args=(said, *one)) for one in streams.items()]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join(timeout)
                assert not reader.is_alive(), "the command hangs"
            self.wait(timeout)
            self._said = said["stdout"], said["stderr"]
        return self._said

    def send_signal(self, kind):
        if self.poll() is None:
            os.kill(self.pid, kind)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def _read(said, name, stream):
    said[name] = "" if stream.closed else stream.read()
    stream.close()


@contextmanager
def warmed(folder):
    """A parent for as long as the block lasts."""
    warm = Warm(folder)
    try:
        yield warm
    finally:
        warm.close()


def _serve(address):
    """The parent: one fork a connection; it tells the child's pid at once and its end when it has come."""
    _import_all()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj is listener:
                link, _ = listener.accept()
                pid = _fork(link, listener)
                link.sendall(f"{pid}\n".encode())
                ready.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, link))
            else:
                pid, link = key.data
                _, status = os.waitpid(pid, 0)
                ready.unregister(key.fileobj)
                os.close(key.fileobj)
                _tell(link, os.waitstatus_to_exitcode(status))


def _tell(link, code):
    with suppress(BrokenPipeError):  # the test has gone
        link.sendall(f"{code}\n".encode())
    link.close()


def _import_all():
    import lading.amazon
    import lading.cli.app
    import lading.deliver.pace
    import lading.runner
    import lading.service.checks.check
    import lading.service.erasure.forgetting
    import lading.service.events.settling
    import lading.service.listing
    import lading.service.planning
    import lading.service.runs
    import lading.service.sync
    import lading.sources.making
    import lading.wiring  # noqa: F401


def _fork(link, listener):
    head, ends, _, _ = socket.recv_fds(link, 4, 2)
    size, wish = int.from_bytes(head), b""
    while len(wish) < size:
        wish += link.recv(size - len(wish))
    pid = os.fork()
    if pid:
        for end in ends:
            os.close(end)
        return pid
    link.close()
    listener.close()
    return _become(json.loads(wish), ends)


def _become(wish, ends):
    """From here on this process is the command."""
    code = 1
    try:
        for number, end in enumerate(ends, start=1):
            os.dup2(end, number)
            os.close(end)
        os.chdir(wish["folder"])
        os.environ.clear()
        os.environ.update(wish["environ"])
        sys.argv = ["lading", *wish["argv"]]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _run():
    import random

    from lading.cli import main

    random.seed()
    if sys.argv[1] == "test-worker":
        from worker import work

        work(sys.argv[2])
        sys.exit(0)
    main()


if __name__ == "__main__":
    _serve(sys.argv[1])
