"""The diagrams of states are drawn from the tables that the program obeys: `python tests/docs/test_state_diagrams.py` redraws them."""

import re
from pathlib import Path

import pytest

from lading.model.states import BATCH_ENDS, BATCH_WAYS, RUN_ENDS, RUN_WAYS, BatchState, RunState

PAGE = Path(__file__).parents[2] / "docs/explanation/durability.md"
DIAGRAMS = {
    "runs": (RunState.READING, RUN_WAYS, RUN_ENDS),
    "batches": (BatchState.READY, BATCH_WAYS, BATCH_ENDS),
}


def drawn(name):
    """A table of ways as Mermaid text, in the order in which the states are declared."""
    first, ways, ends = DIAGRAMS[name]
    states = list(type(first))
    lines = [f"[*] --> {first}"]
    lines += [f"{state} --> {other}" for state in states for other in states if other in ways[state]]
    lines += [f"{state} --> [*]" for state in states if state in ends]
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in lines)


def block(name):
    """Where the page has a diagram."""
    return re.compile(rf"(<!-- states: {name} -->\n```mermaid\n)(.*?)(```)", re.DOTALL)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_diagram_is_the_table(name):
    [(_, text, _)] = block(name).findall(PAGE.read_text("utf-8"))
    assert text == drawn(name), f"run: python {Path(__file__).name}"


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_is_explained(state):
    assert re.search(rf"^\| [\w, ]*\b{state}\b", PAGE.read_text("utf-8"), re.MULTILINE)


def redraw():
    page = PAGE.read_text("utf-8")
    for name in DIAGRAMS:
        page = block(name).sub(lambda found, name=name: found[1] + drawn(name) + found[3], page)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    redraw()
