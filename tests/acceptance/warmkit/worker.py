"""A worker alone, as a process of its own: it carries what is due until a moment of its clock has come."""

import os
import sys
import threading
from contextlib import contextmanager
from datetime import datetime


def work(end):
    from lading import wiring
    from lading.runner import Runner

    until, stop = datetime.fromisoformat(end), threading.Event()

    @contextmanager
    def opened():
        with wiring.build(None, os.environ, stop=stop) as parts:
            if parts.clock.now() >= until:
                stop.set()
            yield parts

    Runner(opened, say=lambda words: print(words, file=sys.stderr, flush=True)).run_until(stop)
