"""The real command, killed with -9 at a named moment or at any, and started again, until the audience is as its sources say.

`make chaos SEEDS=50 FROM=1000` lives through any range of seeds.
"""

import json
import os

import pytest
from chaoskit.histories import draw
from chaoskit.world import ACCEPTED, WAYS, Desk, Fallen, live, open_world

from lading.crashpoints import ANY
from lading.errors import AccessError, GaveUp, SettingsError

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "30"))
#: Seconds after which a command counts as hanging, however busy the machine is.
HANGS = 1200
ACCEPT = " ".join(f"--accept {guard}" for guard in ACCEPTED)

#: What each exit code is, where the user goes on; any other ends the test.
TROUBLE = {2: SettingsError, 3: AccessError, 4: GaveUp, 5: GaveUp, 7: GaveUp, 9: GaveUp}


class KilledDesk(Desk):
    """A desk on which each command is a process of its own."""

    warm = None

    def __init__(self, *facts):
        super().__init__(*facts)
        # What a process of its own has flushed is not known here; and kill -9 takes no power away.
        self.disk.cut = lambda: None

    def command(self, way, fall_at=None, overtaken=0):
        del overtaken
        self._last, self._runs = self.last_run(), None
        words = WAYS[way][0]
        what = self.what() if "{what}" in words else ""
        words = words.format(
            what=what,
            sync=self.sync,
            accept=ACCEPT,
            last=self._last and self._last.id,
            asked=self.asked_in_words(),
            run=self.run,
        )
        done = self.warm.start(["--json", *words.split()], self.folder, self._environ(fall_at))
        out, err = done.communicate(timeout=HANGS)
        assert "Traceback" not in err, err
        if done.returncode == -9:
            self._died(fall_at)
        answer = json.loads(out)
        if done.returncode not in {0, 6}:
            [problem] = answer["problems"]
            assert done.returncode in TROUBLE, problem
            raise TROUBLE[done.returncode](problem["message"], code=problem["code"])
        if way in {"plan", "undo"}:
            self._plan = answer["data"]["id"]
            return None
        if way == "verify":
            return None
        if way.startswith("forget"):
            return answer["data"][-1]["state"] if answer["data"] else None
        return str(self.last_run().state)

    def _environ(self, fall_at):
        """The history's own moment comes first; whatever else falls does so as soon as that has come."""
        moment, times = self._armed
        wish = f"{moment}:{times}" if moment else f"{ANY}:{fall_at}" if fall_at else ""
        crash = {"LADING_CRASH_AT": wish} if wish else {}
        return {**self.environ, "LADING_CLOCK": self.world.url, "HOME": str(self.folder), **crash}

    def _died(self, fall_at):
        # It may have fallen by the beat of its heart, in the midst of a request.
        self.world.let_requests_end()
        self.fallen.append(self._armed[0] or f"moment {fall_at}")
        self._armed = ("", 0)
        self.answers_lost += 1
        raise Fallen(self.fallen[-1])


@pytest.fixture(scope="session")
def world():
    with open_world() as world:
        yield world


@pytest.fixture(scope="session")
def loners(world):
    return world.alone()


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_killed_command_goes_on_where_it_stood(seed, world, loners, warm, tmp_path):
    world.reset()
    history = draw(seed, loners, longest=2)
    desk = KilledDesk(tmp_path, world, history)
    desk.warm = warm
    try:
        live(history, desk)
    except BaseException as error:
        error.add_note(f"again: make chaos SEEDS=1 FROM={seed}")
        raise
    finally:
        desk.close()
