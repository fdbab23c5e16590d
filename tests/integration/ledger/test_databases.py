"""What SQLite and PostgreSQL have to do alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert

from lading.errors import Bug, SettingsError, TargetBusy
from lading.ledger import open_home, open_ledger
from lading.ledger.rows import BatchOutcome, Link, NewAudience, NewGeneration, Pace, Verdict
from lading.ledger.tables import links, metadata
from lading.model.states import BatchState, Mode, RunState

PACE = Pace("main", 2, 6000)


def test_the_migrations_lead_from_nothing_to_the_tables(ledger):
    with ledger._store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_what_is_written_reads_back_alike(ledger, worker, new_run, planned, clock):
    with ledger.runs.create(new_run, worker) as claim:
        run = ledger.runs.plan(claim, planned)
        assert (run.books, run.files) == (planned.books, planned.files)
        new = NewAudience(
            target=claim.target,
            sync="newsletter",
            connection="main",
            mode=Mode.ADD,
            external_audience_id="newsletter",
            name="Leserinnen, 読者",
        )
        ledger.audiences.creating(claim, new)
        ledger.audiences.created(claim, "413642381039213536")
        ledger.runs.advance(claim, RunState.DELIVERING)
        file = planned.files["changes"]
        for batch in ledger.batches.to_send(run.id, clock.now(), 10):
            while moment := ledger.batches.mark_sending(claim, batch, PACE):
                clock.sleep_until(moment)
            sent = ledger.batches.mark_sent(claim, batch, f"job-{batch.no}", next_poll_at=clock.now())
            assert sent.sent_at == clock.now()
        for batch in ledger.batches.to_poll(run.id, clock.now()):
            outcome = BatchOutcome(state=BatchState.CONFIRMED, confirmed=10, refused=0, file=file)
            assert ledger.batches.finish(claim, batch, outcome).outcome_file == file.name
        ledger.runs.advance(claim, RunState.SETTLING)
        ledger.runs.advance(claim, RunState.COMMITTING)
        generation = NewGeneration(index=file, segments=(file, file), members=30)
        verdict = Verdict(state=RunState.DONE, books=planned.books, exit_code=0, generation=generation)
        assert ledger.runs.commit_generation(claim, verdict).over
    kept = ledger.audiences.generation(new_run.target)
    assert (kept.number, kept.members, kept.segments) == (1, 30, (file, file))
    assert ledger.audiences.get(new_run.target).name == "Leserinnen, 読者"
    assert clock.slept == [clock.now()]


def test_a_split_and_a_lost_answer(ledger, worker, new_run, planned, clock):
    claim = ledger.runs.create(new_run, worker)
    run = ledger.runs.plan(claim, planned)
    first, second, _ = ledger.batches.of(run.id)
    ledger.batches.mark_sending(claim, first, PACE)
    sent = ledger.batches.mark_sent(claim, first, "job", next_poll_at=clock.now())
    halves = [
        planned.batches[0].__class__(**{**spans, "group": 2, "bytes": 1, "body_sha256": "c" * 64})
        for spans in HALVES
    ]
    assert [part.no for part in ledger.batches.split(claim, sent, halves)] == [4, 5]
    ledger.batches.mark_sending(claim, second, PACE)
    claim.release()
    ledger.runs.claim(run.id, worker)
    assert [batch.no for batch in ledger.batches.unknown(run.id)] == [2]
    assert [batch.no for batch in ledger.batches.to_send(run.id, clock.now(), 10)] == [4, 5, 3]


HALVES = [{"first": 1, "last": 5, "records": 5}, {"first": 6, "last": 10, "records": 5}]


def test_one_unfinished_run_a_target(ledger, worker, new_run):
    claim = ledger.runs.create(new_run, worker)
    with pytest.raises(TargetBusy, match=claim.run_id):
        ledger.runs.create(new_run, worker)
    with (
        pytest.raises(Exception, match=r"uq_runs_unfinished|runs\.target"),
        ledger._store.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "INSERT INTO runs (id, sync, target, mode, state, epoch, created_at, files, accepted_guards) "
            "SELECT 'r-2', sync, target, mode, 'planned', 1, 0, files, accepted_guards FROM runs"
        )
    ledger.runs.advance(claim, RunState.CANCELLED)
    assert ledger.runs.create(new_run, worker)


def test_a_silent_holder_on_another_host_is_dead_by_the_databases_clock(ledger, worker, new_run, clock):
    claim = ledger.runs.create(new_run, worker)
    clock.advance(timedelta(days=1))

    def age(seconds):
        with ledger._store.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE runs SET owner = 'elsewhere#1/w/1', beat = beat - {seconds} * 1000000"
            )

    age(40)
    with pytest.raises(TargetBusy, match="on elsewhere"):
        ledger.runs.claim(claim.run_id, worker)
    age(21)
    assert ledger.runs.claim(claim.run_id, worker).epoch == 2


@pytest.fixture
def link(clock):
    return Link(
        connection="main", amazon_connection_id=None, region="NA", profile_id="1", account_id=None,
        instance_id=None, advertiser_id=None, at=clock.now(),
    )  # fmt: skip


def test_two_that_make_the_same_link_at_once(ledger, link):
    """Each run of a connection that is not made yet makes it; the last one's counts."""
    with ThreadPoolExecutor(4) as several:
        done = [several.submit(put, one) for _ in range(15) for put, one in (
            (ledger.links.put, link), (lambda one: ledger.secrets.put("main", one), b"secret"),
        )]  # fmt: skip
    assert [one.exception() for one in done if one.exception()] == []
    assert (ledger.links.list(), ledger.secrets.get("main")) == ((link,), b"secret")


def test_a_row_that_breaks_a_rule_is_our_bug_and_no_lost_connection(ledger, link):
    ledger.links.put(link)
    with pytest.raises(Bug), ledger._store.write("link") as connection:
        connection.execute(insert(links).values(asdict(link)))


def test_secrets_links_and_the_audit(ledger, clock, link):
    ledger.secrets.put("main", b"\x00secret\xff")
    assert ledger.secrets.get("main") == b"\x00secret\xff"
    ledger.links.put(link)
    assert ledger.links.list() == (link,)
    ledger.audit.add("looked", who="me", where={"sync": "s"})
    assert ledger.audit.latest()[0].where == {"sync": "s"}
    assert ledger.check_integrity() == ()


def test_a_ledger_belongs_to_one_home(ledger, url, tmp_path, clock):
    with pytest.raises(SettingsError, match="belongs to home"):
        open_home(tmp_path / "other", clock, environ={}, url=url)


def test_a_ledger_of_a_newer_lading_is_refused(ledger, url, clock):
    with ledger._store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match="newer Lading"):
        open_ledger(url, clock, home_id=ledger.home_id)


def test_a_database_that_is_not_there_is_said_so(postgresql, clock):
    url = postgresql().replace("/ledger", "/nothing_like_ledger")
    with pytest.raises(SettingsError, match="does not exist"):
        open_ledger(url, clock, home_id="h")


def test_a_ledger_in_postgresql_is_backed_up_by_its_own_tools(postgresql, clock, tmp_path):
    with (
        open_ledger(postgresql(), clock, home_id=None) as ledger,
        pytest.raises(SettingsError, match="pg_dump"),
    ):
        ledger.backup_to(tmp_path / "copy.db")
