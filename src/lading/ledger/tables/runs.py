"""Audiences and their generations, plans, runs and batches."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from lading.ledger.columns import BooksJson, FilesJson, Moment, Word, WordsJson
from lading.ledger.rows import AudienceState
from lading.ledger.tables.schema import metadata, words
from lading.model.states import RUN_ENDS, BatchState, Mode, RunState

#: Conditions of partial indexes, and of the queries that use them, letter for letter.
UNFINISHED: Final = text(f"state NOT IN ({words(RUN_ENDS)})")
SENDABLE: Final = text(f"state IN ({words({BatchState.READY, BatchState.HELD})})")
POLLABLE: Final = text(f"state = '{BatchState.SENT}'")
FIRED: Final = text("fired_for IS NOT NULL")

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
