"""Looking at what becomes of things: deliveries over time, a value by the rules, a source as it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from lading.errors import SettingsError
from lading.prepare import explain as rules
from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import Hours, Shape
from lading.service import identity
from lading.service.deliveries import Period, deliveries
from lading.service.trying import try_source
from lading.settings.reading import From

router = APIRouter(prefix="/v1", tags=["looking"])


class Question(Shape):
    """A value, and the rules that it is asked about."""

    field: str = Field(max_length=32, description="email, phone, first_name, ...")
    value: str = Field(max_length=1000, description="The value in clear. It is kept nowhere.", repr=False)
    country: str | None = Field(default=None, max_length=64, description="The country it belongs to.")
    profile: str = Field(default="amc", max_length=64, description="The rules of normalizing.")
    identity: list[Annotated[str, Field(max_length=200)]] = Field(
        default=[], max_length=20, description="Settings of `identity:`, each KEY=VALUE."
    )


class Reading(Shape):
    """What to read of a source; without path and query, what the syncs read of it."""

    path: str | None = Field(default=None, max_length=1000, description="The file, or a pattern.")
    query: str | None = Field(default=None, max_length=20_000, description="The SQL query to ask it.")
    sample: int = Field(
        default=3, ge=0, le=10, description="So many values of each column are shown, masked."
    )


@router.get("/deliveries", response_model=Answer)
def list_deliveries(
    parts: TheParts,
    name: Annotated[
        str | None, Query(max_length=129, description="A sync, or a source of events; else all.")
    ] = None,
    hours: Hours = 24,
    by: Annotated[Period, Query(description="What one line is for.")] = "hour",
) -> Response:
    """What became of events that came in and of records that runs carried, by reason over time, the newest first."""
    return answer(deliveries(parts, name, timedelta(hours=hours), by))


@router.post("/explain", response_model=Answer)
def explain(question: Question) -> Response:
    """How a value is normalized, and its hash."""
    chosen = identity.identity_of((f"profile={question.profile}", *question.identity))
    told = rules.explain(
        question.field, question.value, question.country, identity.rules_of(chosen),
        ignored=identity.placeholders_of(chosen), variants=chosen.variants,
    )  # fmt: skip
    return answer(told)


@router.post("/sources/{source}/test", response_model=Answer)
def try_(
    parts: TheParts, source: Annotated[str, Path(max_length=64)], reading: Reading | None = None
) -> Response:
    """Read a source to its end: columns, rows and masked samples. Nothing is sent or kept."""
    wanted = reading or Reading()
    if wanted.path is not None and wanted.query is not None:
        raise SettingsError("leave one of path and query out", where="query", code="wrong_value")
    chosen = (
        From(source=source, path=wanted.path, query=wanted.query) if wanted.path or wanted.query else None
    )
    return answer({"source": source, "readings": try_source(parts, source, chosen, wanted.sample)})
