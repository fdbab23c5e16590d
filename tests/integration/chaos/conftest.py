"""Puts the chaos kit where tests can import it, and opens one sandbox for all of them."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chaoskit.world import Desk, open_world

#: Memory where there is some: what is tested is the order of flushing, not the disk.
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def world():
    with open_world() as world:
        yield world


@pytest.fixture(scope="session")
def loners(world):
    """People of the United States whose e-mails and telephones are theirs alone."""
    return world.alone()


@pytest.fixture
def desk_of(world):
    """Makes the desk for a history."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=MEMORY if MEMORY.is_dir() else None))

    desks = []

    def make(history):
        world.reset()
        desks.append(Desk(folder, world, history))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()
    shutil.rmtree(folder)
