"""The page of coverage is whole, and what it calls done is shown by tests that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/coverage.md").read_text("utf-8")
#: Requirements by group; X are decisions.
SIZES = {"S0": 39, "S0L": 53, "S1": 53, "S2": 56, "S2C": 9, "S3": 57, "S4": 154, "X": 16}
STATES = ("done", "not yet", "console", "AMC SQL")
ROWS = re.findall(r"^\| (\w+)-(\d+) \| (.+?) \| ([\w ]+?) \|(.*)\|$", PAGE, re.MULTILINE)


@cache
def functions_in(path):
    """Names of the test functions in a file, methods among them."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("group", SIZES)
def test_every_requirement_is_there_once_and_in_order(group):
    numbers = [int(number) for found, number, *_ in ROWS if found == group]
    assert numbers == list(range(1, SIZES[group] + 1))


def test_no_other_line_looks_like_a_requirement():
    assert len(ROWS) == sum(SIZES.values()) == len(re.findall(r"^\| \w+-\d+ \|", PAGE, re.MULTILINE))


def test_states_are_from_the_list():
    for group, number, _, state, _ in ROWS:
        assert state in (("taken", "planned") if group == "X" else STATES), f"{group}-{number}"


def test_what_is_done_names_a_test_that_exists_and_nothing_else_does():
    for group, number, _, state, cell in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(?:\w+::)?(\w+)(?:\[[^\]]*\])?`", cell)
        assert bool(named) is (state in {"done", "taken"}), f"{group}-{number}"
        assert bool(named) is bool(cell.strip()), f"{group}-{number}"
        for path, name in named:
            assert (ROOT / path).is_file(), f"{group}-{number}: {path}"
            assert name.startswith("test"), f"{group}-{number}: {name}"
            assert name in functions_in(path), f"{group}-{number}: {path}::{name}"


def test_the_counts_at_the_top_are_right():
    lines = re.findall(r"^\| (?:\[(\w+)\]\(#\w+\)|all) \|.*?\| ([\d |]+) \|$", PAGE, re.MULTILINE)
    shown = {group or "all": [int(count) for count in counts.split("|")] for group, counts in lines}
    expected = {}
    for group in [name for name in SIZES if name != "X"]:
        states = Counter(state for found, _, _, state, _ in ROWS if found == group)
        expected[group] = [SIZES[group], *(states[state] for state in STATES)]
    expected["all"] = [sum(column) for column in zip(*expected.values(), strict=True)]
    assert shown == expected


def test_the_count_of_decisions_is_right():
    states = Counter(state for group, _, _, state, _ in ROWS if group == "X")
    assert (
        f"of {SIZES['X']}, {states['taken']} are taken (and shown by a test), {states['planned']} planned"
        in PAGE
    )
