"""How answers and problems look: one object with `data` or `problems`, as `--json` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from lading.errors import (
    AccessError,
    Bug,
    GaveUp,
    GuardTripped,
    LadingError,
    Problem,
    Remedy,
    SettingsError,
    StillProcessing,
    TargetBusy,
)
from lading.model.plain import plain


class ProblemShape(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(title="Problem")

    code: str = Field(description="A stable word for programs.")
    remedy: str = Field(description="What kind of thing helps.")
    where: str = Field(description="The setting, file or field; empty where there is none.")
    message: str = Field(description="What is wrong and what to do, for people.")


class Answer(BaseModel):
    """What was asked for."""

    data: Any = None


class Problems(BaseModel):
    """What stands in the way."""

    problems: list[ProblemShape]


#: Status by code, whatever the kind of error: what an address names is not there, or the request itself is wrong.
_BY_CODE: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            "unknown_audience", "unknown_dataset", "unknown_destination", "unknown_forget", "unknown_key_id", "unknown_plan",
            "unknown_reference", "unknown_row", "unknown_run", "unknown_schedule", "unknown_setting", "unknown_sync", "unknown_upload",
        ),
        404,
    ),
    "wrong_events": 400, "wrong_signature": 401, "body_too_large": 413,
}  # fmt: skip

#: Status by kind of error.
_STATUSES: Final[Mapping[type[LadingError], int]] = {
    SettingsError: 422, AccessError: 502, GuardTripped: 409, StillProcessing: 409, GaveUp: 503, TargetBusy: 409, Bug: 500,
}  # fmt: skip

#: What helps, by status; where it says nothing else, the caller has to write another request.
_REMEDIES: Final[Mapping[int, Remedy]] = {**dict.fromkeys((408, 429, 503), Remedy.WAIT), 500: Remedy.BUG}

#: What every address may answer beside its own.
USUAL: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Problems, "description": "The request cannot be read."},
    401: {"model": Problems, "description": "No key, or none that is known."},
    403: {"model": Problems, "description": "The key's role may not do this."},
    404: {"model": Problems, "description": "There is no such thing."},
    408: {"model": Problems, "description": "The request took too long to arrive."},
    409: {"model": Problems, "description": "Not now: a guard tripped, or another run holds the target."},
    413: {"model": Problems, "description": "The body is too large."},
    422: {
        "model": Problems,
        "description": "Something in the request or in the settings is not as it has to be.",
    },
    429: {"model": Problems, "description": "Too many requests; `Retry-After` says when to come again."},
    502: {"model": Problems, "description": "Amazon does not let us."},
    503: {"model": Problems, "description": "Not now; try again later."},
}


def answer(data: Any, status: int = 200) -> JSONResponse:
    """A good answer."""
    return JSONResponse({"data": plain(data)}, status)


def refuse(
    status: int, code: str, message: str, *, where: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer with one problem of the request itself."""
    return problems(
        status,
        (Problem(code, _REMEDIES.get(status, Remedy.SETTINGS), where, message),),
        headers,
    )


def problems(
    status: int, found: tuple[Problem, ...], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer with problems."""
    body = [
        {"code": one.code, "remedy": str(one.remedy), "where": one.where, "message": one.message}
        for one in found
    ]
    return JSONResponse({"problems": body}, status, headers=dict(headers or {}))


def refused(error: LadingError) -> JSONResponse:
    """The answer that an error of ours stands for."""
    by_kind = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
    status = _BY_CODE.get(error.problem_code, by_kind)
    return problems(status, error.problems)
