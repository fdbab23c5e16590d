"""Datasets of AMC, one step at a time, and the bucket that their uploads go through."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import Shape, SyncName, Target, named
from lading.service.datasets import (
    bucket_setup,
    columns,
    deleting_datasets,
    file_places,
    managing,
    upload_steps,
)
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


class NewColumn(Shape):
    """A column, where the sync's settings do not describe it."""

    type: Literal["STRING", "DECIMAL", "INTEGER", "LONG", "TIMESTAMP", "DATE"] | None = Field(
        default=None, description="The type of its values."
    )
    kind: Literal["METRIC"] | None = Field(default=None, description="METRIC: to add up, not to group by.")
    identifier: str | None = Field(
        default=None, max_length=64, description="It identifies people: EMAIL, PHONE, MAID ..."
    )
    country: Literal[True] | None = Field(default=None, description="It is the row's country.")
    consent: str | None = Field(
        default=None, max_length=64, description="TCF, GPP, AMZN_USER_DATA or AMZN_AD_STORAGE."
    )
    description: str | None = Field(default=None, max_length=255, description="What it holds.")


class UploadOrder(Shape):
    """Files in S3, and what becomes of the rows that are there."""

    files: list[Annotated[str, Field(max_length=1100, pattern="^s3://")]] = Field(
        min_length=1, max_length=1000, description="Files in S3, or one prefix that ends with /."
    )
    manifest: bool = Field(default=False, description="The one file is a manifest: an s3:// path a line.")
    strategy: Literal["additive", "full_replace", "overlap_replace", "overlap_keep"] | None = None
    format: Literal["parquet", "csv", "json"] | None = None
    compression: Literal["gzip", "bzip", "snappy", "none"] | None = None
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


@router.post("/datasets/{sync_name}/recreate", response_model=Answer)
def recreate(parts: TheParts, sync_name: SyncName, confirm: Confirm, target: Target = None) -> Response:
    """Delete a dataset with all of its rows, and make it anew; the next run of the sync sends all rows again."""
    place = _place(parts, sync_name, target)
    deleting_datasets.confirm(place.dataset_id, confirm)
    return answer(deleting_datasets.recreate(parts, place))


@router.post("/datasets/{sync_name}/columns/{column}", response_model=Answer)
def add_column(
    parts: TheParts,
    sync_name: SyncName,
    column: ColumnName,
    new: NewColumn | None = None,
    target: Target = None,
) -> Response:
    """Add a column, as the sync's settings describe it, or as the body does."""
    said = new.model_dump(exclude_none=True) if new else {}
    return answer(columns.add(_place(parts, sync_name, target), column, said))


@router.put("/datasets/{sync_name}/columns/{column}", response_model=Answer)
def change_column(
    parts: TheParts, sync_name: SyncName, column: ColumnName, change: ColumnChange, target: Target = None
) -> Response:
    """Describe a column anew, then rename it."""
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


@router.post("/datasets/{sync_name}/uploads", response_model=Answer)
def create_upload(
    parts: TheParts, sync_name: SyncName, order: UploadOrder, target: Target = None
) -> Response:
    """Let Amazon read files that lie in S3, as one upload. What is sent so is not in Lading's books."""
    place = _place(parts, sync_name, target)
    there = file_places.files_of(order.files, place.target, None, manifest=order.manifest)
    wish = upload_steps.UploadWish(
        strategy=order.strategy, format=order.format, compression=order.compression, country=order.country
    )
    return answer(upload_steps.create(parts, place, there, wish))


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
