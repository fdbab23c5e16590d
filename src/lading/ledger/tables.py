"""The ledger's tables as they are now. `migrations/` leads every older ledger here; a test holds the two together."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from lading.ledger.columns import BooksJson, FilesJson, Moment, Word, WordsJson
from lading.ledger.dataset_rows import DatasetState
from lading.ledger.rows import AudienceState, Role
from lading.model.agreement import Agreement
from lading.model.schedules import Cause, FiringState
from lading.model.states import RUN_ENDS, BatchState, DeletionState, ForgetState, Mode, RunState

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def words(states: object) -> str:
    """The words as SQL writes a list of them, always in the same order."""
    return ", ".join(f"'{state}'" for state in sorted(states))  # type: ignore[call-overload]


#: Conditions of partial indexes, and of the queries that use them, letter for letter.
UNFINISHED: Final = text(f"state NOT IN ({words(RUN_ENDS)})")
SENDABLE: Final = text(f"state IN ({words({BatchState.READY, BatchState.HELD})})")
POLLABLE: Final = text(f"state = '{BatchState.SENT}'")
CARRYING: Final = text("records > 0")
WAITING: Final = text(f"state = '{FiringState.WAITING}'")
FIRED: Final = text("fired_for IS NOT NULL")

#: One row: to which home this ledger belongs.
home: Final = Table(
    "home",
    metadata,
    Column("home_id", String(64), primary_key=True),
    Column("schema", Integer, nullable=False),
)

audiences: Final = Table(
    "audiences",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("sync", String(255), nullable=False),
    Column("connection", String(255), nullable=False),
    Column("mode", Word(Mode), nullable=False),
    Column("external_audience_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("country", String(16)),
    Column("ttl_seconds", BigInteger),
    # AMC, AMC_AND_DSP or DSP; null where an older Lading made it.
    Column("destination", String(24)),
    Column("fees", JSON(none_as_null=True)),
    # A change is being sent to Amazon, and its answer is not known.
    Column("updating", Boolean, nullable=False, server_default=false()),
    Column("audience_id", String(64)),
    Column("state", Word(AudienceState), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

plans: Final = Table(
    "plans",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sync", String(255), nullable=False),
    Column("target", String(255), nullable=False),
    Column("base_generation", Integer, nullable=False),
    Column("source_version", Text, nullable=False),
    Column("profile", String(64), nullable=False),
    Column("files", FilesJson, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("batches", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sync", String(255), nullable=False),
    Column("target", String(255), nullable=False),
    Column("mode", Word(Mode), nullable=False),
    Column("state", Word(RunState), nullable=False),
    Column("plan", ForeignKey("plans.id")),
    Column("base_generation", Integer),
    Column("owner", Text),
    Column("epoch", Integer, nullable=False),
    Column("beat", Moment),
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("deadline", Moment),
    Column("max_wait_seconds", BigInteger),
    Column("books", BooksJson),
    Column("files", FilesJson, nullable=False),
    Column("problem_code", String(64)),
    Column("problem_message", Text),
    Column("exit_code", Integer),
    Column("accepted_guards", WordsJson, nullable=False),
    Column("forget", String(64)),
    Column("seen", JSON(none_as_null=True)),
    Column("tripped", JSON(none_as_null=True)),
    Column("fired_for", Moment),
    # In the order in which they were opened; a moment may hold several.
    Column("no", BigInteger, nullable=False, server_default="0"),
    Index("uq_runs_unfinished", "target", unique=True, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    Index("ix_runs_no", "no"),
    Index(
        "uq_runs_fired_for",
        "sync",
        "target",
        "fired_for",
        unique=True,
        sqlite_where=FIRED,
        postgresql_where=FIRED,
    ),
)

batches: Final = Table(
    "batches",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("group", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("records", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    # From 1; null where an older Lading planned it.
    Column("part", Integer),
    Column("state", Word(BatchState), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("parent", Integer),
    Column("epoch", Integer, nullable=False),
    Column("job_request_id", Text),
    Column("started_at", Moment),
    Column("sent_at", Moment),
    Column("retry_at", Moment),
    Column("next_poll_at", Moment),
    Column("maybe_sent_at", Moment),
    Column("resends", Integer, nullable=False, server_default="0"),
    Column("confirmed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("outcome_file", Text),
    Column("outcome_sha256", String(64)),
    Column("problem", Text),
    # In the order of sending, and in the order of polling: the next one is found without a sort.
    Index("ix_batches_to_send", "run", "group", "first", sqlite_where=SENDABLE, postgresql_where=SENDABLE),
    Index("ix_batches_to_poll", "run", "next_poll_at", sqlite_where=POLLABLE, postgresql_where=POLLABLE),
    Index("ix_batches_state", "run", "group", "state"),
    Index("ix_batches_maybe_sent", "group", "maybe_sent_at", sqlite_where=text("maybe_sent_at IS NOT NULL"),
          postgresql_where=text("maybe_sent_at IS NOT NULL")),
)  # fmt: skip

generations: Final = Table(
    "generations",
    metadata,
    Column("target", ForeignKey("audiences.target"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("index", JSON, nullable=False),
    Column("segments", JSON, nullable=False),
    Column("members", BigInteger, nullable=False),
    # The time that its members' ends were counted with.
    Column("ttl_seconds", BigInteger),
    Column("at", Moment, nullable=False),
)

unsettled: Final = Table(
    "unsettled",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("run", String(64), primary_key=True),
    Column("batch", Integer, primary_key=True, autoincrement=False),
    ForeignKeyConstraint(["run", "batch"], ["batches.run", "batches.no"]),
)

#: Datasets that syncs fill, and the rows that Amazon confirmed: up to where, of which periods, and by which keys.
datasets: Final = Table(
    "datasets",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("sync", String(255), nullable=False),
    Column("connection", String(255), nullable=False),
    Column("dataset_id", Text, nullable=False),
    Column("state", Word(DatasetState), nullable=False),
    # Counts the uploads that Amazon confirmed.
    Column("edition", Integer, nullable=False),
    Column("watermark", Moment),
    Column("keys", FilesJson, nullable=False),
    Column("created_at", Moment, nullable=False),
)

#: What was last sent of each period of a dataset. A dataset without events has one, whose start is "".
periods: Final = Table(
    "periods",
    metadata,
    Column("target", ForeignKey("datasets.target"), primary_key=True),
    Column("start", String(32), primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
)

#: What a batch is that fills a dataset: one upload.
uploads: Final = Table(
    "uploads",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("strategy", String(24), nullable=False),
    Column("bucket", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    # How often it was looked for in Amazon's list since its answer was lost.
    Column("looks", Integer, nullable=False, server_default="0"),
    # Its files are gone from S3.
    Column("cleaned", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["run", "batch"], ["batches.run", "batches.no"]),
)

#: Requests by which an erasure has people's rows deleted from all datasets of an instance; whom they name stands in a file.
deletions: Final = Table(
    "deletions",
    metadata,
    Column("forget", ForeignKey("forgets.id"), primary_key=True),
    Column("connection", String(255), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, nullable=False),
    Column("identities", Integer, nullable=False),
    Column("state", Word(DeletionState), nullable=False),
    Column("request_id", Text),
    Column("asked_at", Moment),
    Column("next_poll_at", Moment),
    Column("ended_at", Moment),
)

#: One row for each request that was allowed; swept when older than an hour.
permits: Final = Table(
    "permits",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("scope", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    # What it carried, through which connection.
    Column("records", Integer, nullable=False, server_default="0"),
    Column("lane", String(255)),
    Index("ix_permits_scope_at", "scope", "at"),
    Index("ix_permits_lane_at", "lane", "at", sqlite_where=CARRYING, postgresql_where=CARRYING),
)

#: Until when a scope is silent, because Amazon said so, and what share of its pace it had at a moment (see `throttle.py`).
pauses: Final = Table(
    "pauses",
    metadata,
    Column("scope", String(255), primary_key=True),
    Column("until", Moment, nullable=False),
    Column("share", Float, nullable=False, server_default="1"),
    Column("share_at", Moment, nullable=False, server_default="0"),
    # How often Amazon said so, ever.
    Column("times", BigInteger, nullable=False, server_default="0"),
)

#: One row a day and audience: what Amazon counted, and what we held then.
verifications: Final = Table(
    "verifications",
    metadata,
    Column("target", ForeignKey("audiences.target"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agreement", Word(Agreement), nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("received", BigInteger),
    Column("matched", BigInteger),
    Column("dsp", BigInteger),
)

dataset_verifications: Final = Table(
    "dataset_verifications",
    metadata,
    Column("target", ForeignKey("datasets.target"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agreement", Word(Agreement), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("confirmed", BigInteger, nullable=False),
    Column("written", BigInteger),
    Column("others", Integer, nullable=False),
)

#: Erasures. Of people only counts stand here, and keyed hashes in `suppressions`.
forgets: Final = Table(
    "forgets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", Word(ForgetState), nullable=False),
    Column("asked", JSON, nullable=False),
    Column("people", Integer, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("key_check", String(64), nullable=False),
    Column("repeats", String(64)),
    Column("erased", JSON, nullable=False),
    # The file with the hashes by which Amazon is asked to delete rows; gone when the erasure is done.
    Column("identities", JSON(none_as_null=True)),
    Column("receipt", JSON(none_as_null=True)),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

suppressions: Final = Table(
    "suppressions",
    metadata,
    Column("forget", ForeignKey("forgets.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("hmac", String(64), primary_key=True),
    Column("sieve", String(8), nullable=False),
)

#: How the schedule of each sync stands.
schedules: Final = Table(
    "schedules",
    metadata,
    Column("sync", String(255), primary_key=True),
    Column("line", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("paused_at", Moment),
    Column("disabled_at", Moment),
    Column("reason", Text),
    Column("failures", Integer, nullable=False),
    Column("version", Text),
)

#: One row a fire time: whoever writes it fires, and nobody can write it twice.
firings: Final = Table(
    "firings",
    metadata,
    Column("sync", String(255), primary_key=True),
    Column("moment", Moment, primary_key=True, autoincrement=False),
    Column("cause", Word(Cause), nullable=False),
    Column("missed", Integer, nullable=False),
    Column("state", Word(FiringState), nullable=False),
    Column("owner", Text),
    Column("fired_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("exit_code", Integer),
    Column("problem", Text),
    Index("ix_firings_waiting", "moment", sqlite_where=WAITING, postgresql_where=WAITING),
)

secrets: Final = Table(
    "secrets",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
)

links: Final = Table(
    "links",
    metadata,
    Column("connection", String(255), primary_key=True),
    Column("amazon_connection_id", Text),
    Column("region", String(16), nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("account_id", Text),
    Column("instance_id", Text),
    Column("advertiser_id", Text),
    Column("at", Moment, nullable=False),
)

#: Keys of the server's API. Of the key itself only its SHA-256 stands here: it is random, so that nobody finds it by trying.
api_keys: Final = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("role", Word(Role), nullable=False),
    Column("name", String(128), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index("uq_api_keys_digest", "digest", unique=True),
)

#: Settings that were made through the API, beside those of lading.yaml. What was dropped stays as a row without a body, so
#: that every change has a number of its own.
made_settings: Final = Table(
    "made_settings",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("body", JSON(none_as_null=True)),
    Column("change", Integer, nullable=False),
)

#: Files of events that came in and are not settled yet. Numbers grow in the order of committing: whoever read up to one read all.
event_files: Final = Table(
    "event_files",
    metadata,
    Column("no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("log", String(128), nullable=False),
    Column("target", String(255), nullable=False),
    Column("name", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_event_files_target_no", "target", "no"),
    # A number never comes again, also when all rows are gone.
    sqlite_autoincrement=True,
)

#: Logs of events that were sorted into files; a log counts once.
event_logs: Final = Table(
    "event_logs",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("at", Moment, nullable=False),
)

#: The last event of every user of a target, settled ones only: what comes later and is older changes nothing.
event_marks: Final = Table(
    "event_marks",
    metadata,
    Column("target", String(255), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)

#: Events by destination, hour and what became of them.
event_counts: Final = Table(
    "event_counts",
    metadata,
    Column("destination", String(64), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("outcome", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", String(64), nullable=False),
    Column("who", Text, nullable=False),
    Column("where", JSON, nullable=False),
    Index("ix_audit_at", "at"),
)
