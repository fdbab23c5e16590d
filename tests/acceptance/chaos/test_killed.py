"""The real command, killed with -9 at a named moment or at any, and started again, until the audience is as its sources say.

`make chaos SEEDS=50 FROM=1000` lives through any range of seeds.
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from chaoskit.histories import draw
from chaoskit.oracle import check
from chaoskit.world import Desk, alone, live, open_world

from lading.crashpoints import POINTS
from lading.errors import AccessError, GaveUp

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "8"))
LADING = str(Path(sys.executable).with_name("lading"))

#: Moments that a run in its course reaches; the others belong to other commands.
MOMENTS = sorted(
    point
    for point in POINTS
    if not point.startswith(
        (
            "plan.",
            "connect.",
            "home.",
            "membership.",
            "ledger.audience_adopted",
            "ledger.plan.",
            "ledger.verified",
            "ledger.audit",
        )
    )
)


class KilledDesk(Desk):
    """A desk whose command is a process of its own."""

    dice = random.Random(1)

    def apply(self, fall_at=None, overtaken=0):
        del overtaken
        environ = {**self.environ, "LADING_CLOCK": self.door.url, "HOME": str(self.folder)}
        if fall_at is not None and self.dice.random() < 0.75:
            environ["LADING_CRASH_AT"] = f"{self.dice.choice(MOMENTS)}:{self.dice.choice([1, 1, 2, 3])}"
            fall_at = None
        command = [
            LADING,
            "--json",
            "apply",
            "customers",
            "--accept",
            "empty_source",
            "--accept",
            "max_removals",
        ]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                _, err = process.communicate(timeout=None if fall_at is None else 0.4 + fall_at / 40)
            except subprocess.TimeoutExpired:
                process.kill()
                _out, err = process.communicate()
        assert "Traceback" not in err, err
        return self._ended(process.returncode, err)

    def _ended(self, code, err):
        if code == -9:
            self.falls += 1
            raise GaveUp("killed")
        assert code in {0, 3, 5, 6, 7}, (code, err)
        if code == 3 and "adopt" in err:
            raise AccessError(err, code="audience_exists")
        if code not in {0, 6}:
            raise GaveUp(err)
        with self.parts() as parts:
            return parts.ledger.runs.list(1)[0]


@pytest.fixture(scope="session")
def world():
    with open_world() as (sandbox, door):
        yield sandbox, door


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_killed_command_goes_on_where_it_stood(seed, world, tmp_path):
    sandbox, door = world
    print(f"again: make chaos SEEDS=1 FROM={seed}")
    door.reset()
    desk = KilledDesk(tmp_path, sandbox, door)
    desk.dice = random.Random(seed)
    history = draw(seed, alone(door), longest=2)
    print(history)
    refused = live(history, desk)
    check(history, refused, desk, 0)
