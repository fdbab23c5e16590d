"""Puts the chaos kit where tests can import it, and opens one sandbox for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chaoskit.world import Desk, alone, open_world


@pytest.fixture(scope="session")
def world():
    with open_world() as (sandbox, door):
        yield sandbox, door


@pytest.fixture(scope="session")
def loners(world):
    """People of the United States whose e-mails and telephones are theirs alone."""
    return alone(world[1])


@pytest.fixture
def desk(tmp_path, world):
    sandbox, door = world
    door.reset()
    return Desk(tmp_path, sandbox, door)
