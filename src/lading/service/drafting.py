"""Reading and planning: what a sync would send, held against the last committed membership, without sending anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.deliver.delivery import digest
from lading.destinations import payload
from lading.ledger.rows import Generation as Committed
from lading.ledger.rows import NewBatch, Run
from lading.membership.diff import Diffed, diff
from lading.membership.files import FileLike, FileRef, verify, write_parquet
from lading.membership.generation import Generation
from lading.membership.merge import Merged, merge
from lading.model.frames import CHANGES, RECORDS
from lading.model.states import Mode
from lading.plan import expiry
from lading.plan.batches import BatchSpan, Caps, count_identifiers, cut_stream
from lading.plan.expiry import Horizon
from lading.plan.explain import warning
from lading.prepare.fingerprint import fingerprint
from lading.prepare.mapping import resolve
from lading.prepare.recipe import Recipe
from lading.service.audiences.metadata import life_planned
from lading.service.countries import default_country
from lading.service.erasure.suppressing import suppression_of, without_suppressed
from lading.service.identity import placeholders_of, profile_of, rules_of
from lading.service.parts import Parts
from lading.service.reading import Reading, read
from lading.service.schedules.next_run import horizon_of
from lading.service.warning import Warned, warn
from lading.service.work import carrier_of, target_of
from lading.settings.segment import SegmentSource
from lading.settings.syncs import Sync

#: Amazon's guide names no size; peers of this API keep a request's body under 4 MB (contract 6.6, 13-25).
MAX_BYTES: Final = 4_000_000

#: Room for the text around the records: ids, target, brackets.
ENVELOPE_BYTES: Final = 1_000

#: Changes that are serialized at a time, to be measured and cut.
_CHUNK_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan before it has a name: its files, its counts and its batches. What is shown of it is what is sent."""

    folder: Path
    reading: Reading
    merged: Merged
    diffed: Diffed
    warned: Warned
    batches: tuple[NewBatch, ...]
    base_generation: int
    members: int
    profile: str
    mode: Mode
    #: The source's columns -> the field that each is read as, "" for none; None where no source was read.
    columns: Mapping[str, str] | None = None
    due: Horizon | None = None

    @property
    def files(self) -> Mapping[str, FileRef]:
        """What the ledger has to name, so that it counts."""
        kept = {name: file for name, file in self.reading.files.items() if name != "sets"}
        return {
            **kept, "records": self.merged.records, "changes": self.diffed.changes, "warnings": self.warned.file,
        }  # fmt: skip

    def counts(self) -> dict[str, Any]:
        """Everything that is known in numbers, as the ledger keeps it."""
        return {
            "read": self.reading.read,
            "recorded": self.merged.recorded,
            "merged": self.merged.merged,
            "duplicate": self.merged.duplicate,
            "rejected": self.reading.rejected,
            "rejections": dict(self.reading.rejections),
            "findings": dict(self.reading.findings),
            "warnings": dict(self.warned.counts),
            "changes": self.diffed.counts.as_dict(),
            "assumed_country": self.reading.assumed_country,
            "members": self.members,
            **expiry.as_counts(self.diffed.expiring, self.due),
            "mode": str(self.mode),
        }


def draft(parts: Parts, name: str, folder: Path, given: Path | None) -> Draft:
    """Read the source of sync `name` (or the file given instead of it) and plan its changes, in `folder`."""
    sync = parts.sync(name)
    source = parts.source(sync, given)
    columns = source.columns()
    recipe = replace(recipe_of(parts, sync, columns), suppression=suppression_of(parts))
    if sync.from_.audience is not None:  # ids of events were made when they came in
        recipe = replace(recipe, external_id="as_is")
    rules = recipe.profile
    parts.progress.stage("Reading and hashing")
    reading = read(source, recipe, folder, parts.progress)
    parts.progress.stage("Planning")
    sets = folder / reading.files["sets"].name
    merged = merge(
        [sets],
        folder,
        lambda records: records.select(fingerprint(rules)).to_series(),
        denied=_denied(reading, folder),
    )
    sets.unlink()
    made = against_members(parts, name, folder, (reading, merged))
    return replace(made, columns={column: recipe.mapping.read_as(column) for column in columns})


def redraft(parts: Parts, run: Run, folder: Path) -> Draft:
    """Plan the people of an earlier run once more, in `folder`, which has a link to its records."""
    records = without_suppressed(parts, folder, _kept(folder, run.files["records"]))
    denied = {"denied": _kept(folder, run.files["denied"])} if "denied" in run.files else {}
    profile = (run.seen or {}).get("profile")
    people = _as_read(records, run.id, denied)
    return against_members(parts, carrier_of(parts, run), folder, people, profile=profile)


def _kept(folder: Path, file: FileLike) -> FileRef:
    """A file of an earlier run, seen to be as it was."""
    verify(folder, file)
    return FileRef(file.name, file.sha256, file.bytes, file.rows)


def _denied(reading: Reading, folder: Path) -> Path | None:
    return folder / reading.files["denied"].name if "denied" in reading.files else None


def removal(parts: Parts, name: str, folder: Path, people: frozenset[str], version: str) -> Draft:
    """Plan that these people leave the audience of sync `name`, whatever its mode is."""
    frame = pl.DataFrame({"external_id": sorted(people)}, schema={"external_id": pl.String})
    records = write_parquet(folder, "records", frame, RECORDS)
    return against_members(parts, name, folder, _as_read(records, version), mode=Mode.REMOVE)


def _as_read(
    records: FileRef, version: str, files: Mapping[str, FileRef] | None = None
) -> tuple[Reading, Merged]:
    count = records.rows
    reading = Reading(files=files or {}, version=version, read=count, rejected=0, rejections={}, findings={})
    return reading, Merged(records, count, 0, 0, 0)


def against_members(  # noqa: PLR0913  (what differs from the sync's own way, by name)
    parts: Parts, name: str, folder: Path, people: tuple[Reading, Merged], *,
    mode: Mode | None = None, profile: str | None = None, due: Horizon | None = None,
) -> Draft:  # fmt: skip
    """Hold people against the members, by the sync's mode or another. `profile`: what they were hashed by, if not by the sync's.

    `due`: who of the members is sent again although nothing changed; by the sync's schedule, if it is by the sync's mode.
    """
    reading, merged = people
    sync, now = parts.sync(name), parts.clock.now()
    life, target = life_planned(parts, name), target_of(name, sync)
    known, base = profile or profile_of(sync), committed(parts, target, life)
    planned = None if mode else horizon_of(parts, name, target, life, now)
    diffed = diff(
        folder / merged.records.name, base, mode or sync.mode, now=now, folder=folder, due=due or planned, profile=known,
        denied=_denied(reading, folder),
    )  # fmt: skip
    warned = warn(reading, merged, folder, mode or sync.mode)
    for code, count in warned.counts.items():
        parts.progress.say(f"{count:,} {warning(code, reading.assumed_country)}")
    cap = 1 if _one_by_one(parts, sync) else parts.connection(connection_of(sync)).records_per_request
    batches = tuple(_batches(folder / diffed.changes.name, cap, mixed=sync.mixed_batches))
    return Draft(
        folder, reading, merged, diffed, warned, batches, base.number if base else 0, base.members if base else 0,
        known, mode or sync.mode, due=planned,
    )  # fmt: skip


def _one_by_one(parts: Parts, sync: Sync) -> bool:
    """Whether each event goes in a request of its own."""
    source = parts.settings.sources[sync.from_.source]
    return isinstance(source, SegmentSource) and not source.batching


def recipe_of(parts: Parts, sync: Sync, columns: tuple[str, ...]) -> Recipe:
    """How the rows of a source with these columns become records."""
    country, rules = default_country(parts, sync), rules_of(sync.identity)
    return Recipe(
        mapping=resolve(columns, sync.map.wanted() if sync.map else None),
        profile=rules,
        default_country=country.code,
        country_assumed=country.assumed,
        external_id=sync.identity.external_id,
        placeholders=placeholders_of(sync.identity),
        variants=sync.identity.variants,
        # Whoever is taken out need not agree to it.
        consent="ignored" if sync.mode is Mode.REMOVE else sync.consent.required,
    )


def connection_of(sync: Sync) -> str:
    """The connection that a sync goes through."""
    target = sync.to.audience or sync.to.dataset
    return target.connection if target else ""


def committed(parts: Parts, target: str, life: timedelta | None = None) -> Generation | None:
    """The generation of a target that was committed last, if there is one, as it is under the audience's ttl or under `life`."""
    audience, row = parts.ledger.audiences.get(target), parts.ledger.audiences.generation(target)
    if audience is None or audience.audience_id is None or row is None:
        return None
    if life is None and audience.ttl_seconds is not None:
        life = timedelta(seconds=audience.ttl_seconds)
    return generation_of(parts, audience.audience_id, row, life)


def generation_of(parts: Parts, audience_id: str, row: Committed, life: timedelta | None) -> Generation:
    """A committed generation of an audience, as it is under a ttl of `life`; None: as it was committed."""
    counted = None if row.ttl_seconds is None else timedelta(seconds=row.ttl_seconds)
    return Generation(
        parts.home.members(audience_id), row.number, row.index, row.segments, row.members,
        timedelta(0) if life is None or counted is None else life - counted,
    )  # fmt: skip


def _batches(changes: Path, max_records: int, *, mixed: bool) -> Iterator[NewBatch]:
    """The requests that carry these changes, each with the digest of its records. `mixed`: all of them are one group."""
    caps = Caps(max_records=max_records, max_bytes=MAX_BYTES, envelope=ENVELOPE_BYTES)
    for span in cut_stream((_measured(chunk, mixed=mixed) for chunk in _chunks(changes)), caps):
        yield _batch(changes, span)


def _chunks(changes: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(changes).select(list(CHANGES))
    first = 0
    while not (chunk := rows.slice(first, _CHUNK_ROWS).collect()).is_empty():
        yield chunk
        first += chunk.height


def _measured(chunk: pl.DataFrame, *, mixed: bool) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "bytes": payload.lines(chunk).str.len_bytes(),
            "group": pl.repeat(1, chunk.height, dtype=pl.UInt8, eager=True) if mixed else chunk["group"],
            "identifiers": count_identifiers(chunk),
        }
    )


def _batch(changes: Path, span: BatchSpan) -> NewBatch:
    rows = pl.scan_parquet(changes).slice(span.first, span.records).select(list(CHANGES)).collect()
    return NewBatch(
        group=span.group, first=span.first, last=span.last, records=span.records, bytes=span.bytes,
        body_sha256=digest(payload.lines(rows)), part=span.part + 1,
    )  # fmt: skip
