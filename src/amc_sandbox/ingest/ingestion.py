"""Carries out uploads: from the objects of S3 to the rows of a data set, or to the message of a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from amc_sandbox import rules, world
from amc_sandbox.aws.server import Aws
from amc_sandbox.aws.shelf import Object
from amc_sandbox.ingest import consent, csv_rows, json_rows, packing, parquet_rows, sources, table
from amc_sandbox.ingest.access import Reader
from amc_sandbox.ingest.conforming import Conforming
from amc_sandbox.ingest.partitions import start
from amc_sandbox.ingest.refused import Refused
from amc_sandbox.ingest.resolution import COUNTRY, NAMES, USER, USER_ID_TYPE, Finder, Resolution, country
from amc_sandbox.ingest.specs import Column, CsvOptions, DatasetSpec, DataType, Identity, Outcome, UploadSpec
from amc_sandbox.ingest.table import Page, Table


class Switches(Protocol):
    """The policy, as far as uploads ask it."""

    @property
    def consent(self) -> Literal["transition", "mandatory"]: ...

    @property
    def unmatched_rows(self) -> Literal["kept", "dropped"]: ...


@dataclass(frozen=True, slots=True)
class View:
    """A data set as it was at one moment."""

    page: Page
    #: Its columns, without a row.
    empty: pl.DataFrame
    #: Batches of rows, in the order of their uploads.
    rows: Iterator[pl.DataFrame]


class Ingestion:
    """The rows of all data sets, in `folder`. Each is written by one at a time; reading goes on beside it."""

    def __init__(self, folder: Path, aws: Aws, people: Finder, policy: Callable[[], Switches]) -> None:
        self._folder, self._aws, self._people, self._policy = folder, aws, people, policy
        self._writing: dict[Path, threading.Lock] = {}
        #: Held while a page is turned, and while the files of a page are opened.
        self._turning = threading.Lock()

    def run(self, dataset: DatasetSpec, upload: UploadSpec, upload_account: str) -> Outcome:
        """Carry out one upload, whole or not at all. One that was carried out before ends as it did then."""
        kept = self._table(dataset.instance_id, dataset.dataset_id)
        with self._writes(kept):
            page = kept.page()
            rows = page.uploads.get(upload.upload_id)
            try:
                if rows is None:
                    objects = self._objects(dataset, upload, upload_account)
                    rows = self._write(kept, page, dataset, upload, objects)
            except Refused as refused:
                return Outcome(ok=False, message=str(refused))
        return Outcome(ok=True, metrics={"OutputRowCount": float(rows)})

    def _objects(self, dataset: DatasetSpec, upload: UploadSpec, upload_account: str) -> list[Object]:
        reader = Reader(self._aws.shelf, dataset.instance_id, upload_account, self._aws.connected.account_id)
        if dataset.key_arn is not None:
            reader.unlock(dataset.key_arn)
        return sources.objects(upload.source, reader)

    def _write(
        self, kept: Table, page: Page, dataset: DatasetSpec, upload: UploadSpec, objects: Sequence[Object]
    ) -> int:
        page = page.knowing(_kept_columns(dataset))
        segment = kept.append(page, self._batches(dataset, upload, objects))
        with self._turning:
            return kept.take(page, segment, upload.strategy, upload.upload_id)

    def _batches(
        self, dataset: DatasetSpec, upload: UploadSpec, objects: Sequence[Object]
    ) -> Iterator[pl.DataFrame]:
        """Conforming, consented, resolved batches: the kept columns and each row's partition and user."""
        policy, conforming = self._policy(), Conforming(dataset)
        taken = consent.accepted(dataset, pl.col(COUNTRY), mandatory=policy.consent == "mandatory")
        made_up = getattr(world.instance(dataset.instance_id), "type", "") == "SANDBOX"
        resolution = Resolution(dataset, self._people, made_up=made_up)
        keeps_all = policy.unmatched_rows == "kept" or not any(one.identifies for one in dataset.columns)
        for one in objects:
            for name, raw in _read(one, upload, [column.name for column in dataset.columns]):
                for batch in conforming.batches(raw, name):
                    placed = batch.with_columns(country(dataset, upload.country_code), start(dataset))
                    found = resolution.filled(placed.filter(taken))
                    matched = found if keeps_all else found.filter(pl.col(USER).is_not_null())
                    yield matched.with_columns(**_user_columns(dataset))

    def drop(self, instance_id: str, dataset_id: str) -> None:
        """All rows of a data set are gone."""
        kept = self._table(instance_id, dataset_id)
        with self._writes(kept), self._turning:
            kept.drop()

    def rename_column(self, instance_id: str, dataset_id: str, old: str, new: str) -> None:
        self._turn(instance_id, dataset_id, lambda one: [replace(one, name=new) if one.name == old else one])

    def drop_column(self, instance_id: str, dataset_id: str, name: str) -> None:
        self._turn(instance_id, dataset_id, lambda one: [] if one.name == name else [one])

    def _turn(
        self, instance_id: str, dataset_id: str, change: Callable[[table.Kept], list[table.Kept]]
    ) -> None:
        kept = self._table(instance_id, dataset_id)
        with self._writes(kept):
            page = kept.page()
            with self._turning:
                kept.turn(replace(page, columns=tuple(new for one in page.columns for new in change(one))))

    def delete_people(self, instance_id: str, identities: Sequence[Identity]) -> int:
        """Take the rows of people out of every data set of an instance; gives how many rows that were."""
        people = {user for one in identities for user in self._users(one)}
        folders = sorted((self._folder / instance_id).glob("*")) if people else []
        return sum(self._delete(Table(folder), sorted(people)) for folder in folders)

    def _delete(self, kept: Table, people: Sequence[str]) -> int:
        with self._writes(kept):
            page, rows = kept.without(kept.page(), people)
            with self._turning:
                kept.turn(page)
        return rows

    def _users(self, one: Identity) -> set[str]:
        """Whoever is meant in any country: a deletion request names none."""
        if one.external is not None:
            found = self._people.resolve_external(*one.external)
            return set() if found is None else {found}
        sets = [{NAMES[kind]: value for kind, value in one.hashed.items() if kind in NAMES}]
        found_in = {self._people.resolve(sets, country_code) for country_code in sorted(rules.RESOLVED)}
        return {user for user in found_in if user is not None}

    @contextmanager
    def view(self, instance_id: str, dataset_id: str) -> Iterator[View]:
        """The rows of a data set; uploads that come meanwhile change nothing of them."""
        kept = self._table(instance_id, dataset_id)
        with ExitStack() as stack:
            with self._turning:
                page = kept.page()
                files = stack.enter_context(kept.opened(page))
            yield View(page, table.empty(page), table.rows(page, files))

    def _writes(self, kept: Table) -> threading.Lock:
        """Held by whoever changes a data set."""
        return self._writing.setdefault(kept.folder, threading.Lock())

    def _table(self, instance_id: str, dataset_id: str) -> Table:
        return Table(self._folder / instance_id / dataset_id)


def _kept_columns(dataset: DatasetSpec) -> list[tuple[str, DataType]]:
    """What is kept of a row: no identifier, and who it was found to be."""
    own = [(one.name, one.data_type) for one in dataset.columns if not one.identifies]
    added: list[tuple[str, DataType]] = [(name, "STRING") for name in _added(dataset)]
    return [*own, *added]


def _added(dataset: DatasetSpec) -> list[str]:
    """The user columns that AMC adds to a data set with identifiers that declares none."""
    if not any(one.identifies for one in dataset.columns):
        return []
    flags = {"user_id": "main_user_id", "user_id_type": "main_user_id_type"}
    return [name for name, flag in flags.items() if not any(getattr(one, flag) for one in dataset.columns)]


def _user_columns(dataset: DatasetSpec) -> dict[str, pl.Expr]:
    """Who a row was found to be, under each name that the data set has for it."""
    kind = pl.when(pl.col(USER).is_not_null()).then(pl.lit(USER_ID_TYPE))
    values = {"user_id": pl.col(USER), "user_id_type": kind}
    named = {one.name: pl.col(USER) if one.main_user_id else kind for one in dataset.columns if _is_user(one)}
    return named | {name: values[name] for name in _added(dataset)}


def _is_user(one: Column) -> bool:
    return one.main_user_id or one.main_user_id_type


def _read(
    one: Object, upload: UploadSpec, columns: Sequence[str]
) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    """The files of an object, and the batches of each in its own types."""
    form = upload.file_format
    if form == "PARQUET":
        opened = parquet_rows.rows(one, upload.compression)
    elif isinstance(form, CsvOptions):
        opened = (
            (file.name, csv_rows.rows(file, form, columns)) for file in packing.files(one, upload.compression)
        )
    else:
        opened = ((file.name, json_rows.rows(file, form)) for file in packing.files(one, upload.compression))
    try:
        for name, batches in opened:
            yield name, _whole(batches, name, upload)
    except packing.DAMAGED:
        raise _damaged(one.url, upload) from None


def _whole(batches: Iterator[pl.DataFrame], name: str, upload: UploadSpec) -> Iterator[pl.DataFrame]:
    try:
        yield from batches
    except packing.DAMAGED:
        raise _damaged(name, upload) from None


def _damaged(name: str, upload: UploadSpec) -> Refused:
    return Refused(f"'{name}' is damaged, or not compressed with {upload.compression}")
