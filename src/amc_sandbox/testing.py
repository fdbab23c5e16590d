"""A pytest plugin: the fixture `amc_sandbox`, a fresh Amazon for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amc_sandbox.running import SMALL, RunningSandbox, running_sandbox

__all__ = ["RunningSandbox", "amc_sandbox", "running_sandbox"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many people live there."""
    parser.addini("amc_sandbox_people", "size of the sandbox's population", default=str(SMALL))


@pytest.fixture(scope="session")
def _served_amc_sandbox(pytestconfig: pytest.Config) -> Iterator[RunningSandbox]:
    with running_sandbox(people=int(pytestconfig.getini("amc_sandbox_people"))) as running:
        yield running


@pytest.fixture
def amc_sandbox(_served_amc_sandbox: RunningSandbox) -> RunningSandbox:
    """A sandbox as it was seeded; its clock stands still at Monday 2026-01-05, 8 o'clock, until it is moved."""
    _served_amc_sandbox.reset()
    return _served_amc_sandbox
