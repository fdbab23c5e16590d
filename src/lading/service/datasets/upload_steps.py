"""Uploads by hand: files into S3, Amazon told to read them, and their state watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ulid import ULID

from lading.amazon import NotFound, Upload, UploadSource, UploadSpec, UploadState
from lading.destinations.dataset import format_of, upload_of
from lading.errors import GaveUp, SettingsError, StillProcessing, TargetBusy
from lading.service.datasets.file_places import FilePlaces
from lading.service.datasets.places import Place, asking
from lading.service.datasets.searching import search
from lading.service.parts import Parts
from lading.settings.dataset_files import COMPRESSIONS, Format

#: Amazon asks to wait about a minute before the first look; then the steps grow.
FIRST_LOOK: Final = timedelta(minutes=1)
_LOOKS: Final = ((timedelta(minutes=15), timedelta(seconds=30)), (timedelta.max, timedelta(minutes=2)))
#: Uploads that ended longer ago stand in nobody's way.
_UNFINISHED_SINCE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadWish:
    """What is said of an upload beside its files; None for what the sync's settings say."""

    strategy: str | None = None
    format: Format | None = None
    compression: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """One upload as Amazon tells it."""

    upload: Upload
    instance: str
    #: How many files were put into S3 for it now.
    files: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The facts by name."""
        one = self.upload
        return {
            "upload_id": one.upload_id,
            "dataset_id": one.dataset_id,
            "instance": self.instance,
            "status": one.status,
            "state": one.state,
            "output_rows": one.output_rows,
            "message": one.message,
            "country": one.country,
            "source": one.source,
            "created_at": one.created_at,
            "updated_at": one.updated_at,
            "metrics": one.metrics,
            "files": self.files,
        }


def create(parts: Parts, place: Place, files: FilePlaces, wish: UploadWish) -> UploadView:
    """Put files where Amazon reads them, unless they are there, and let it read them once.

    Raises:
        TargetBusy: Amazon has not finished another upload of this dataset.

    """
    spec = _spec(place, wish, UploadSource("later", key="later"))
    if busy := unfinished(parts, place):
        raise TargetBusy(
            f"Amazon has not finished upload {busy[0].upload_id} of {place.where} ({busy[0].status}): wait for it with "
            f"`lading dataset upload follow {place.sync or place.dataset_id}`",
            where=place.where, code="upload_running",
        )  # fmt: skip
    search(files.local, place.target, parts.progress)
    source = files.put(parts, f"manual-{ULID.from_datetime(parts.clock.now())}")
    with asking(place):
        receipt = place.client.uploads.create(place.instance, place.dataset_id, _with_source(spec, source))
        parts.progress.say(f"Upload {receipt.upload_id} of {place.where}: {receipt.status}")
        found = place.client.uploads.get(place.instance, place.dataset_id, receipt.upload_id)
    return UploadView(upload=found, instance=place.instance.instance_id, files=files.count)


def list_uploads(
    place: Place, status: str | None = None, since: datetime | None = None
) -> tuple[UploadView, ...]:
    """The uploads of a dataset, newest first."""
    with asking(place):
        found = place.client.uploads.list(
            place.instance, dataset_id=place.dataset_id, status=status, created_after=since
        )
    ordered = sorted(found, key=lambda one: str(one.created_at or ""), reverse=True)
    return tuple(UploadView(upload=one, instance=place.instance.instance_id) for one in ordered)


def show(place: Place, upload_id: str) -> UploadView:
    """One upload. SettingsError where the dataset is there and has none of this id."""
    with asking(place):
        try:
            found = place.client.uploads.get(place.instance, place.dataset_id, upload_id)
        except NotFound as error:
            place.client.datasets.get(place.instance, place.dataset_id)
            raise SettingsError(
                f"{place.where} has no upload {upload_id!r}. `lading dataset upload list {place.sync or place.dataset_id}` shows all "
                "there are",
                code="unknown_upload",
            ) from error
    return UploadView(upload=found, instance=place.instance.instance_id)


def follow(
    parts: Parts, place: Place, upload_id: str | None, max_wait: timedelta | None = None
) -> UploadView:
    """Look at an upload, the newest where none is named, until Amazon has finished it.

    Raises:
        StillProcessing: `max_wait` is over.
        GaveUp: the upload failed; nothing of it was written.

    """
    if upload_id is None:
        listed = list_uploads(place)
        if not listed:
            raise SettingsError(f"{place.where} has no upload yet", code="no_upload")
        upload_id = listed[0].upload.upload_id
    until = parts.clock.now() + max_wait if max_wait is not None else None
    while True:
        found = show(place, upload_id)
        if found.upload.state.final:
            return _ended(place, found)
        parts.progress.say(f"Upload {upload_id}: {found.upload.status}")
        if until is not None and parts.clock.now() >= until:
            raise StillProcessing(
                f"Amazon has not finished upload {upload_id} ({found.upload.status}). Nothing is lost: "
                f"`lading dataset upload follow {place.sync or place.dataset_id}` goes on",
                where=place.where,
            )
        moment = next_look(found.upload.created_at, parts.clock.now())
        parts.clock.sleep_until(moment if until is None else min(moment, until))


def next_look(created_at: datetime | None, now: datetime) -> datetime:
    """When to look at an upload again."""
    age = now - created_at if created_at else FIRST_LOOK
    if age < FIRST_LOOK:
        return now + (FIRST_LOOK - age)
    return now + next(wait for oldest, wait in _LOOKS if age < oldest)


def unfinished(parts: Parts, place: Place) -> tuple[Upload, ...]:
    """Uploads of the dataset that Amazon has not finished, whoever made them."""
    since = parts.clock.now() - _UNFINISHED_SINCE
    with asking(place):
        found = place.client.uploads.list(place.instance, dataset_id=place.dataset_id, created_after=since)
    return tuple(one for one in found if not one.state.final)


def _ended(place: Place, found: UploadView) -> UploadView:
    one = found.upload
    if one.state is UploadState.FAILED:
        raise GaveUp(
            f"Amazon did not take upload {one.upload_id}: {one.message or 'it gives no reason'}. Nothing of it was written: mend "
            "what it names, and upload again. `lading check` looks at bucket, policy, tag and key",
            where=place.where, code="upload_failed",
        )  # fmt: skip
    return found


def _spec(place: Place, wish: UploadWish, source: UploadSource) -> UploadSpec:
    """The upload as the sync's settings say, with what the wish says instead."""
    form = wish.format or (place.target.format if place.target else "parquet")
    if place.target and form == place.target.format:
        spec = upload_of(place.target, source)
        form_asked = spec.file_format
        compression = wish.compression or place.target.file_compression
        strategy, country = spec.strategy, spec.country
    else:
        form_asked, compression = format_of(form), wish.compression or COMPRESSIONS[form][0]
        strategy = place.target.update_strategy if place.target else ""
        country = place.target.country if place.target else None
    strategy = (wish.strategy or strategy).upper()
    if not strategy:
        raise SettingsError(
            "needs --strategy: additive, full_replace, overlap_replace or overlap_keep, since no sync says it",
            where=place.where, code="usage",
        )  # fmt: skip
    if compression not in COMPRESSIONS[form]:
        raise SettingsError(
            f"{form} goes with --compression {', '.join(COMPRESSIONS[form])}", where=place.where, code="usage"
        )
    return UploadSpec(source, form_asked, compression.upper(), strategy, wish.country or country)


def _with_source(spec: UploadSpec, source: UploadSource) -> UploadSpec:
    return UploadSpec(source, spec.file_format, spec.compression, spec.strategy, spec.country)
