"""The command line as a person meets it: arguments in; stdout, stderr and an exit code out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lading import cli


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Runs `lading ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, **environ: str) -> Said:
        capfd.readouterr()
        code = cli.run(argv, {"PATH": os.environ["PATH"], **environ})
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return run
