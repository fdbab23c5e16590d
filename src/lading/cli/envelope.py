"""The one JSON object that `--json` prints, for success and failure alike."""

from __future__ import annotations

from typing import Any, Final

from lading.errors import Problem
from lading.model.plain import plain

#: The version of the object's shape.
SHAPE: Final = 1


def envelope(command: str, exit_code: int, data: Any, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """The object: what was asked, how it ended, the answer, and what is wrong."""
    return {
        "lading": SHAPE,
        "command": command,
        "ok": exit_code == 0,
        "exit_code": exit_code,
        "data": plain(data),
        "problems": [
            {
                "code": problem.code,
                "remedy": problem.remedy.value,
                "where": problem.where,
                "message": problem.message,
            }
            for problem in problems
        ],
    }
