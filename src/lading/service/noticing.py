"""What a plan notices beside its changes: what is different since the sync's last run, for guards and for whoever reads it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from lading.ledger.rows import Run
from lading.model.countries import MATCHED
from lading.model.states import RunState
from lading.plan.since import SettingChange, columns_changed, settings_changed
from lading.service.audiences.metadata import updates
from lading.service.countries import default_country
from lading.service.drafting import Draft
from lading.service.identity import chosen, settings_of, whole
from lading.service.parts import Parts
from lading.service.work import target_of
from lading.settings.document import written_name

#: Runs of a target that are looked at for the last one that can be compared with.
_LOOK_BACK: Final = 200

#: Ends of runs that went by what they had read; a cancelled one did not.
_WENT_ON: Final = (RunState.DONE, RunState.FAILED)


def counted(parts: Parts, name: str, made: Draft, *, given: Path | None = None) -> dict[str, Any]:
    """The counts of a draft of sync `name`, with what is noticed about it, as the ledger keeps them.

    `given`: the file that was read instead of the sync's own. It is not held against the source's last run, nor is a later run
    held against it: whoever names a file has looked at it.
    """
    own, changed = made.columns is not None and given is None, updates(parts, name)
    return {
        **made.counts(),
        **(_since_source(parts, name, made) if own else {}),
        **_since_identity(parts, name, made),
        "unknown_countries": _unknown_countries(made.folder / made.merged.records.name),
        "updates": [asdict(one) for one in changed],
        "ttl_zero": parts.audience(name).ttl == timedelta(),
        "input": None if given is None else str(given.absolute()),
        "seen": _seen(parts, name, made, own=own),
    }


def _seen(parts: Parts, name: str, made: Draft, *, own: bool) -> dict[str, Any]:
    """What the next run is held against."""
    source = {"people": made.merged.recorded, "columns": made.columns} if own else {}
    identity = {} if made.columns is None else {"identity": chosen(_settings(parts, name))}
    return {"profile": made.profile, "version": made.reading.version, **identity, **source}


def _since_source(parts: Parts, name: str, made: Draft) -> dict[str, Any]:
    last = _last(parts, name, "columns")
    if last is None or last.seen is None or made.columns is None:
        return {}
    changes = columns_changed(last.seen["columns"], made.columns)
    return {
        "since": last.id,
        "people_before": last.seen["people"],
        "columns_changed": [[one.column, one.before, one.now] for one in changes],
    }


def _since_identity(parts: Parts, name: str, made: Draft) -> dict[str, Any]:
    """Settings that changed since the last run, and how many members are sent again for that."""
    if made.columns is None:
        return {}
    last, rehashed = _last(parts, name, "identity"), made.diffed.rehashed
    if last is not None and last.seen is not None:
        changes = settings_changed(whole(last.seen["identity"]), _that_matter(parts, name, made))
    else:
        # A home of before runs kept their settings: the membership itself tells by which rules people were hashed.
        changes = tuple(SettingChange("identity.profile", old, made.profile) for old in list(rehashed)[:1])
    resent = (sum(rehashed.values()) or made.diffed.counts.update) if changes else 0
    return {"identity_changed": [[one.setting, one.before, one.now] for one in changes], "resent": resent}


def _settings(parts: Parts, name: str) -> dict[str, Any]:
    sync = parts.sync(name)
    return settings_of(sync, default_country(parts, sync).code)


def _that_matter(parts: Parts, name: str, made: Draft) -> dict[str, Any]:
    """An assumed country changes nobody where every row names one: homes of before knew none."""
    known = _settings(parts, name)
    if default_country(parts, parts.sync(name)).assumed and made.reading.assumed_country is None:
        del known["to.audience.country"]
    return known


def _last(parts: Parts, name: str, known: str) -> Run | None:
    """The sync's last run of which `known` was kept and that was not called off."""
    runs = parts.ledger.runs.list(_LOOK_BACK, target=target_of(name, parts.sync(name)))
    wanted = (run for run in runs if written_name(run.sync) == written_name(name) and run.state in _WENT_ON)
    return next((run for run in wanted if known in (run.seen or {})), None)


def _unknown_countries(records: Path) -> int:
    """People without a country that Amazon matches in."""
    unknown = pl.col("country").is_in(sorted(MATCHED)).fill_null(value=False).not_()
    return int(pl.scan_parquet(records).select(unknown.sum()).collect(engine="streaming").item())
