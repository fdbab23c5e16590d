"""Jobs as Treasure Data says them: each becomes a sync in the ledger, and is carried as any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from lading.dialects.treasure_data.log import JobEnd
from lading.dialects.treasure_data.result import Export
from lading.dialects.treasure_data.translate import as_sync, name_of
from lading.errors import SettingsError, StillProcessing
from lading.ledger.rows import Audience
from lading.model.states import RunState
from lading.nearest import hint
from lading.report.summary import Report
from lading.service import made, reports
from lading.service import sync as service
from lading.service.audiences.ids import check_api_id
from lading.service.parts import Parts
from lading.service.schedules.firing import held
from lading.service.work import Order, target_of
from lading.settings.connections import Connection

#: Syncs of queries that were not given a name.
_UNNAMED: Final = "td-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A query, and where its answer goes."""

    query: str
    database: str
    export: Export
    #: What a workflow calls the authentication, beside its id.
    result_connection: str | None = None
    #: What messages call the export.
    where: str = "--result"


@dataclass(frozen=True, slots=True)
class Carried:
    """How a job ended: its report, and that Amazon has not finished, if so."""

    report: Report
    waiting: StillProcessing | None = None


def keep_query(parts: Parts, job: Job) -> str:
    """Keep a job that has no name as the sync of its audience, in place of the last one; the sync's name."""
    known = _known_audience(parts, job)
    named = known.sync if known and known.sync.startswith(_UNNAMED) else None
    name = named or f"{_UNNAMED}{name_of(job.export.external_audience_id or job.export.audience_id or '')}"
    made.put(parts, "syncs", name, _body(parts, job), who=parts.doer)
    return name


def keep_schedule(parts: Parts, name: str, job: Job, schedule: Mapping[str, Any]) -> None:
    """Keep a job under a name, with its schedule."""
    if name in parts.settings.written_syncs:
        raise SettingsError(
            "there is one of this name already: take another, or drop that one with `lading td sched:delete`",
            where=f"schedule {name}", code="schedule_exists",
        )  # fmt: skip
    patience: dict[str, Any] = {"wait": job.export.wait_until_finish}
    if job.export.max_wait_time is not None:
        patience["max_wait"] = job.export.max_wait_time * 60
    body = _body(parts, job, {**schedule, **patience})
    made.put(parts, "syncs", name, body, who=parts.doer)


def order_of(export: Export, accept: Iterable[str] = ()) -> Order:
    """How long an export waits."""
    minutes = export.max_wait_time if export.wait_until_finish else None
    wait = None if minutes is None else timedelta(minutes=minutes)
    return Order(wait=export.wait_until_finish, max_wait=wait, accept=frozenset(accept))


def carry(parts: Parts, name: str, order: Order) -> Carried:
    """Carry the sync of a job. What an earlier job of its audience left is brought to its end before."""
    target = target_of(name, parts.sync(name))
    left = parts.ledger.runs.unfinished(target)
    if left and left.state is RunState.READING and not held(parts, left):
        with parts.ledger.runs.claim(left.id, parts.worker) as claim:  # it may have read another query
            parts.ledger.runs.advance(claim, RunState.CANCELLED)
    elif left:
        service.apply(parts, name, order)
    try:
        return Carried(service.apply(parts, name, order))
    except StillProcessing as error:
        run = parts.ledger.runs.unfinished(target)
        if run is None:
            raise
        return Carried(reports.report(parts, run.id), error)


def job_end(report: Report) -> JobEnd:
    """What the log tells of a run."""
    books = report.books
    return JobEnd(
        job=report.run, records=books.read if books else 0, skipped=books.rejected if books else 0,
        batches=report.batches.total, completed=report.batches.confirmed + report.batches.refused,
        invalid=books.refused if books else 0, audience_id=report.audience_id, incremental=report.mode == "add",
    )  # fmt: skip


def _body(parts: Parts, job: Job, schedule: Mapping[str, Any] | None = None) -> dict[str, Any]:
    export, known = job.export, _known_audience(parts, job)
    return as_sync(
        export, source=_source(parts, job.database), query=job.query, connection=_connection(parts, job),
        external_id=(known.external_audience_id if known else None) or export.external_audience_id or f"td-{export.audience_id}",
        name=(known.name if known else None) or export.audience_name or f"Audience {export.audience_id}",
        email_needed=parts.settings.treasure_data.require_email, schedule=schedule,
    )  # fmt: skip


def _known_audience(parts: Parts, job: Job) -> Audience | None:
    """The audience that an update names, if it was made or adopted here."""
    if job.export.action != "UPDATE":
        return None
    wanted, connection = job.export.audience_id or "", _connection(parts, job)
    check_api_id(parts, wanted, f"{job.where}.audience_id")
    known = parts.ledger.audiences.list()
    return next((one for one in known if one.audience_id == wanted and one.connection == connection), None)


def _source(parts: Parts, database: str) -> str:
    settings = parts.settings
    name = settings.treasure_data.databases.get(database, database)
    if name not in settings.sources:
        known = (*settings.treasure_data.databases, *settings.sources)
        raise SettingsError(
            f"nothing says what database {database!r} is here; write `treasure_data: {{databases: {{{database}: "
            f"SOURCE}}}}`. Or {hint(database, known)}",
            where=str(settings.path), code="unknown_database",
        )  # fmt: skip
    return name


def _connection(parts: Parts, job: Job) -> str:
    """The connection that the authentication stands for; the ids that the export names have to be its own."""
    settings, export = parts.settings, job.export
    given = [one for one in (job.result_connection, export.td_authentication_id) if one]
    names = {settings.treasure_data.authentications.get(one, one) for one in given} & set(
        settings.connections
    )
    if not names:
        raise SettingsError(
            f"nothing says which connection {' or '.join(repr(one) for one in given)} is here. Write `treasure_data: "
            f'{{authentications: {{"{given[0]}": CONNECTION}}}}`',
            where=f"{job.where}.td_authentication_id", code="unknown_authentication",
        )  # fmt: skip
    if len(names) > 1:
        raise SettingsError(
            f"result_connection and td_authentication_id lead to two connections, {' and '.join(sorted(names))}: keep one of them",
            where=job.where, code="unknown_authentication",
        )  # fmt: skip
    name = names.pop()
    _check_ids(job, name, settings.connections[name])
    return name


def _check_ids(job: Job, name: str, connection: Connection) -> None:
    export, amc = job.export, connection.amc
    for key, given, ours in (
        ("region", export.region, connection.region),
        ("amc_instance_id", export.amc_instance_id, amc and amc.instance_id),
        ("amc_account_id", export.amc_account_id, amc and amc.account_id),
        ("dsp_advertiser_id", export.dsp_advertiser_id, connection.dsp_advertiser_id),
    ):
        if given is not None and ours is not None and given != ours:
            raise SettingsError(
                f"is {given}, and connection {name} has {ours}: correct one of them, or name another authentication",
                where=f"{job.where}.{key}", code="other_connection",
            )  # fmt: skip
