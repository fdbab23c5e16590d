"""How long the sandbox takes to start, and how many members a second it finds.

python benchmarks/sandbox.py [--people 100000] [--json FILE]
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from amc_sandbox.matching import Matcher
from amc_sandbox.people import normal_forms
from amc_sandbox.population import Population

RECORDS = 10_000
COMMAND = Path(sys.executable).with_name("amc-sandbox")
WIRE = {"firstname": "first_name", "lastname": "last_name"} | {
    name: name for name in ("email", "phone", "address", "city", "state", "postal")
}
HOME = ("firstname", "lastname", "address", "city", "state", "postal")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--people", type=int, default=100_000)
    ask.add_argument("--json", type=Path)
    wish = ask.parse_args()
    figures = dict(measure(wish.people))
    for name, figure in figures.items():
        print(f"{name:<50} {figure:>12,.2f}")
    if wish.json:
        wish.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure(people: int) -> Iterator[tuple[str, float]]:
    seconds, population = timed(lambda: Population.build(people))
    yield "population built, s", seconds
    seconds, matcher = timed(lambda: Matcher(population))
    yield "matcher built, s", seconds
    yield "memory of both at most, MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = normal_forms.hashed(population.frame.head(RECORDS)).to_dicts()
    for label, names in (("everything", tuple(WIRE)), ("e-mail", ("email",)), ("name and address", HOME)):
        members = [
            ({name: row[WIRE[name]] for name in names if row[WIRE[name]]}, row["country"]) for row in rows
        ]
        seconds, found = timed(
            lambda members=members: sum(matcher.resolve([s], c) is not None for s, c in members)
        )
        yield f"members found by {label}, of {len(members):,}", found
        yield f"members resolved by {label}, 1/s", len(members) / seconds
    yield "amc-sandbox serve (100,000), until it listens, s", started()


def started() -> float:
    """From the command to its first line, which it prints when it listens."""
    start = time.perf_counter()
    with subprocess.Popen(
        [COMMAND, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout
        line = server.stdout.readline()
        seconds = time.perf_counter() - start
        server.terminate()
    assert json.loads(line)["url"]
    return seconds


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
