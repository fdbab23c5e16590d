"""Whatever happens on the way, the audience ends as its sources say: histories drawn by a seed, lived in one process."""

import os

import pytest
from chaoskit.histories import draw
from chaoskit.oracle import check
from chaoskit.world import live

FROM = int(os.environ.get("CHAOS_FROM", "1"))
SEEDS = int(os.environ.get("CHAOS_SEEDS", "60"))


@pytest.mark.parametrize("seed", range(FROM, FROM + SEEDS))
def test_a_history_ends_as_its_sources_say(seed, loners, desk):
    print(f"again: CHAOS_FROM={seed} CHAOS_SEEDS=1 python -m pytest tests/integration/chaos")
    history = draw(seed, loners)
    print(
        history.target,
        history.policy,
        [(step.mode, step.faults, step.crashes, step.hours) for step in history.steps],
    )
    refused = live(history, desk)
    check(history, refused, desk, 0)
