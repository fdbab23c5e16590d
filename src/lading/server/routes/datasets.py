"""Datasets of AMC, one step at a time, and the bucket that their uploads go through."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import Shape, SyncName, Target, named
from lading.service.datasets import bucket_setup, columns, deleting_datasets, managing, upload_steps
from lading.service.datasets.places import Place, place_of
from lading.service.parts import Parts

router = APIRouter(prefix="/v1", tags=["datasets"])

ColumnName = Annotated[str, Path(description="The column's name.", max_length=255)]
Confirm = Annotated[str, Query(description="The name of what is deleted, once more.", max_length=255)]


class Description(Shape):
    """What may be changed of a dataset."""

    description: str | None = Field(default=None, max_length=255, description="What it holds.")
    country: str | None = Field(
        default=None, max_length=64, description="The country of rows that name none."
    )


class ColumnChange(Shape):
    """What may be changed of a column."""

    name: str | None = Field(default=None, max_length=255, description="Its new name.")
    description: str | None = Field(default=None, max_length=255, description="What it holds.")


@router.get("/datasets", response_model=Answer)
def list_datasets(parts: TheParts) -> Response:
    """The datasets that Amazon has, of every connection with an AMC instance."""
    known = [name for name, one in parts.settings.connections.items() if one.amc]
    return answer(managing.list_datasets(parts, known))


@router.get("/datasets/{sync_name}", response_model=Answer)
def show(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """The dataset that a sync fills, as Amazon has it, and what the settings would change."""
    return answer(managing.show(_place(parts, sync_name, target)))


@router.post("/datasets/{sync_name}", response_model=Answer)
def create(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """Create the dataset of a sync, or go on with one that is there and has the same columns."""
    return answer(managing.create(parts, _place(parts, sync_name, target)))


@router.put("/datasets/{sync_name}", response_model=Answer)
def describe(parts: TheParts, sync_name: SyncName, change: Description, target: Target = None) -> Response:
    """Describe a dataset anew, or change its country: Amazon changes nothing else."""
    place = _place(parts, sync_name, target)
    return answer(managing.describe(place, change.description, change.country))


@router.delete("/datasets/{sync_name}", response_model=Answer)
def delete(parts: TheParts, sync_name: SyncName, confirm: Confirm, target: Target = None) -> Response:
    """Delete a dataset with all of its rows, for good. To erase people, use `/v1/forget`."""
    place = _place(parts, sync_name, target)
    deleting_datasets.confirm(place.dataset_id, confirm)
    return answer(deleting_datasets.delete(parts, place))


@router.put("/datasets/{sync_name}/columns/{column}", response_model=Answer)
def change_column(
    parts: TheParts, sync_name: SyncName, column: ColumnName, change: ColumnChange, target: Target = None
) -> Response:
    """Describe a column anew, then rename it. New columns come from the settings: a run adds them."""
    place = _place(parts, sync_name, target)
    found = managing.show(place)
    if change.description is not None:
        found = columns.describe(place, column, change.description)
    if change.name is not None:
        found = columns.rename(place, column, change.name)
    return answer(found)


@router.delete("/datasets/{sync_name}/columns/{column}", response_model=Answer)
def delete_column(
    parts: TheParts, sync_name: SyncName, column: ColumnName, confirm: Confirm, target: Target = None
) -> Response:
    """Delete a column with all that it holds, for good."""
    deleting_datasets.confirm(column, confirm)
    return answer(deleting_datasets.delete_column(parts, _place(parts, sync_name, target), column))


@router.get("/datasets/{sync_name}/uploads", response_model=Answer)
def list_uploads(parts: TheParts, sync_name: SyncName, target: Target = None) -> Response:
    """The uploads of a dataset, the newest first."""
    return answer(upload_steps.list_uploads(_place(parts, sync_name, target)))


@router.get("/datasets/{sync_name}/uploads/{upload_id}", response_model=Answer)
def show_upload(
    parts: TheParts,
    sync_name: SyncName,
    upload_id: Annotated[str, Path(max_length=64)],
    target: Target = None,
) -> Response:
    """One upload, with what Amazon says of it."""
    return answer(upload_steps.show(_place(parts, sync_name, target), upload_id))


@router.get("/buckets/{sync_name}", response_model=Answer)
def look_at_bucket(parts: TheParts, sync_name: SyncName) -> Response:
    """What would be done to the bucket of a sync so that Amazon can read it. Nothing is changed."""
    return answer(bucket_setup.set_up(parts, sync_name, look_only=True))


@router.post("/buckets/{sync_name}", response_model=Answer)
def set_up_bucket(parts: TheParts, sync_name: SyncName) -> Response:
    """Make the bucket of a sync where it is missing, and let Amazon read it."""
    return answer(bucket_setup.set_up(parts, sync_name, look_only=False))


def _place(parts: Parts, sync: str, target: str | None) -> Place:
    return place_of(parts, named(sync, target))
