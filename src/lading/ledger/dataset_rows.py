"""The ledger's rows about datasets as frozen values: what was sent of them, and the uploads that carried it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lading.ledger.rows import FileLike, NamedFile
from lading.model.states import DeletionState


class DatasetState(StrEnum):
    """`creating`: asked of Amazon, the answer not yet written down."""

    CREATING = "creating"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One target of ours: a dataset at Amazon, and how far it is filled."""

    target: str
    sync: str
    connection: str
    dataset_id: str
    state: DatasetState
    #: The number of uploads that Amazon confirmed.
    edition: int
    #: When the latest event happened that was confirmed; None before the first, and for a table.
    watermark: datetime | None
    #: Files with the keys of all rows that were sent, where the sync remembers them.
    keys: Mapping[str, NamedFile]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataset:
    """What has to be known before a dataset is asked for."""

    target: str
    sync: str
    connection: str
    dataset_id: str


@dataclass(frozen=True, slots=True)
class Period:
    """What was last sent of one period of a dataset."""

    rows: int
    #: Equal for equal rows, in any order.
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What makes a planned batch an upload; the folder of its files in the bucket is named after the run."""

    strategy: str
    bucket: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The upload that a batch is."""

    run: str
    batch: int
    strategy: str
    bucket: str
    prefix: str
    #: How often it was looked for in Amazon's list since its answer was lost.
    looks: int
    #: Its files are gone from S3.
    cleaned: bool

    @property
    def address(self) -> str:
        """The folder of its files."""
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """What is known of a dataset after an upload that Amazon confirmed."""

    #: What was sent, by the start of its period; "" for a dataset without events.
    periods: Mapping[str, Period]
    #: The latest event of it; the watermark never goes back.
    latest: datetime | None = None
    #: It replaced the whole dataset: what was sent before is gone.
    whole: bool = False
    #: All files with keys; None: as they were.
    keys: Mapping[str, FileLike] | None = None
    #: The periods had rows already, and these came to them.
    adds: bool = False
    #: The files of the upload are gone from S3.
    cleaned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """One request by which Amazon deletes people's rows from all datasets of an instance."""

    forget: str
    connection: str
    no: int
    #: Where its identities begin in the erasure's file, from 0, and how many they are.
    first: int
    identities: int
    state: DeletionState
    request_id: str | None = None
    asked_at: datetime | None = None
    next_poll_at: datetime | None = None
    ended_at: datetime | None = None
