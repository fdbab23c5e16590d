"""Whatever happens on the way, the audience ends as its sources say: histories drawn by a seed, lived in one process."""

import os

import pytest
from chaoskit.histories import draw
from chaoskit.moments import MOMENTS
from chaoskit.world import live

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "400"))


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_history_ends_as_its_sources_say(seed, loners, desk_of):
    history = draw(seed, loners)
    desk = desk_of(history)
    try:
        live(history, desk)
        # One seed after another has a moment of its own, and meets it: so all of them together meet all moments.
        assert seed > len(MOMENTS) or history.fall[0] in desk.fallen, f"{history.fall[0]} was never reached"
    except BaseException as error:
        error.add_note(f"again: make histories SEEDS=1 FROM={seed}")
        raise
