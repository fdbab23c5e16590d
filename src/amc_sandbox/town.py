"""The population and the finding of people in it, made ready beside the first requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from amc_sandbox.matching import Matcher
from amc_sandbox.people.external import known_by, spelled
from amc_sandbox.population import Population
from amc_sandbox.state.members import IdentifierSet


class Town:
    """Whoever asks for people before they are there waits: the sandbox answers all else at once."""

    def __init__(self, size: int, seed: int) -> None:
        builder = ThreadPoolExecutor(1, "amc-sandbox-town")
        self._population = builder.submit(Population.build, size, seed)
        self._matcher = builder.submit(lambda: Matcher(self._population.result()))
        builder.shutdown(wait=False)
        self._external: dict[str, dict[str, str]] = {}

    def people(self, country: str | None, limit: int, *, external: bool = False) -> Iterator[dict[str, Any]]:
        return self._population.result().people(country, limit, external=external)

    def resolve(self, sets: Sequence[IdentifierSet], country: str | None) -> str | None:
        return self._matcher.result().resolve(sets, country)

    def resolve_external(self, kind: str, value: str) -> str | None:
        """The user whom another system knows by this id."""
        if kind not in self._external:
            self._external[kind] = known_by(self._population.result().frame, kind)
        return self._external[kind].get(spelled(kind, value))

    def worth_asking(self, sets: pl.DataFrame) -> pl.Series:
        """Which single sets, a row each, are worth being resolved."""
        return self._matcher.result().worth_asking(sets)
