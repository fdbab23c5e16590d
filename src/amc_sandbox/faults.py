"""Faults by name: which request, job or record is struck. Decided by a seed and a count, never by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from amc_sandbox.nearest import Unlawful, refuse_unknown
from amc_sandbox.state.ids import fraction

Unit = Literal["request", "job", "record", "seconds"]

#: What each fault counts (its `at` and its rate are by that count), and what it does.
FAULTS: Final[Mapping[str, tuple[Unit, str]]] = {
    "timeout_before": ("request", "not carried out; no answer for hold_seconds, then the connection breaks"),
    "disconnect": ("request", "carried out, then the connection breaks without an answer"),
    "timeout_after": ("request", "carried out; no answer for hold_seconds, then the connection breaks"),
    "throttle": ("request", "429 with Retry-After: retry_after; not carried out"),
    "throttle_without_retry_after": ("request", "429 without Retry-After; not carried out"),
    "server_error": ("request", "500; not carried out"),
    "job_failed": ("job", "the job or the upload ends FAILED, and none of its records counts"),
    "job_partial": (
        "job",
        "the job ends PARTIALLYSUCCEEDED: its DSP leg fails, or, when it has none, every second record is lost unnamed",
    ),
    "refuse_records": ("record", "the record is refused in invalidRecords"),
    "slow_jobs_seconds": ("seconds", "every job, upload and user deletion takes this much longer"),
    "token_expiry_seconds": ("seconds", "access tokens live this long"),
}


class Spec(BaseModel):
    """One fault as `PUT /_sandbox/faults` takes it; a bare number is its rate (or its seconds)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rate: float | None = Field(None, ge=0, le=1)
    #: The 1-based numbers, among those that the route matches, that are struck.
    at: tuple[Annotated[int, Field(ge=1)], ...] = ()
    #: A glob on the path, or on "METHOD path".
    route: str = "*"
    #: At most so many are struck.
    times: int | None = Field(None, ge=0)
    retry_after: int = Field(2, ge=0)
    hold_seconds: float = Field(60.0, ge=0)
    seconds: float | None = Field(None, ge=0)


@dataclass(frozen=True, slots=True)
class Tally:
    """A fault that is set, and what it has seen so far."""

    name: str
    spec: Spec
    seen: int
    hits: int

    def matches(self, method: str, path: str) -> bool:
        route = self.spec.route
        return fnmatchcase(f"{method} {path}" if " " in route else path, route)

    def strikes(self, seed: int, number: int) -> bool:
        """Whether the number-th one is struck, while there are hits left."""
        if self.spec.times is not None and self.hits >= self.spec.times:
            return False
        by_rate = self.spec.rate is not None and fraction(seed, self.name, number) < self.spec.rate
        return by_rate or number in self.spec.at


def parse(wish: Mapping[str, Any]) -> tuple[int, dict[str, Spec]]:
    """The body of `PUT /_sandbox/faults`: the seed, and the faults by name."""
    refuse_unknown(wish, {*FAULTS, "seed"}, "faults")
    seed = wish.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise Unlawful("faults seed: an integer")
    return seed, {name: _spec(name, value) for name, value in wish.items() if name != "seed"}


def _spec(name: str, value: Any) -> Spec:
    unit = FAULTS[name][0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = {"seconds" if unit == "seconds" else "rate": value}
    if not isinstance(value, dict):
        raise Unlawful(f"fault {name}: a number, or an object")
    allowed = {"seconds"} if unit == "seconds" else {*Spec.model_fields} - {"seconds"}
    refuse_unknown(value, allowed, f"fault {name}")
    try:
        spec = Spec.model_validate(
            value | ({"at": tuple(value["at"])} if isinstance(value.get("at"), list) else {})
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise Unlawful(f"fault {name} {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    needed = spec.seconds is not None if unit == "seconds" else spec.rate is not None or spec.at
    if not needed:
        raise Unlawful(f"fault {name}: give {'seconds' if unit == 'seconds' else 'a rate, or at'}")
    return spec
