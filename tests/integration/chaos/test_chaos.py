"""Whatever happens on the way, the audience ends as its sources say: histories drawn by a seed, lived in one process."""

import os

import pytest
from chaoskit.histories import draw
from chaoskit.world import live

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "400"))


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_history_ends_as_its_sources_say(seed, loners, desk_of):
    history = draw(seed, loners)
    try:
        live(history, desk_of(history))
    except BaseException as error:
        error.add_note(f"again: make histories SEEDS=1 FROM={seed}")
        raise
