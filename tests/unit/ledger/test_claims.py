import threading

import pytest

from lading.ledger import LostClaim, Worker, claims
from lading.model.states import RunState


def test_a_beat_is_written_by_the_databases_clock(ledger, claim, sql):
    sql("UPDATE runs SET beat = 0")
    claim.beat()
    with ledger._store.read() as connection:
        now = ledger._store.now(connection)
    assert abs((ledger.runs.get(claim.run_id).beat - now).total_seconds()) < 60


def test_a_claim_beats_in_the_background_as_long_as_it_is_used(ledger, claim, sql, monkeypatch):
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.001)
    beats = threading.Semaphore(0)
    beat = claim.beat

    def counted():
        beat()
        beats.release()

    monkeypatch.setattr(claim, "beat", counted)
    sql("UPDATE runs SET beat = 0")
    with claim:
        assert beats.acquire(timeout=60)
        assert beats.acquire(timeout=60)
    assert ledger.runs.get(claim.run_id).beat.year > 2000
    assert not [thread for thread in threading.enumerate() if claim.run_id in thread.name]


def test_the_heart_stops_when_the_claim_is_lost(claim, sql, monkeypatch):
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.001)
    sql("UPDATE runs SET epoch = 9")
    with claim:
        claim._heart.join(60)
        assert not claim._heart.is_alive()


def test_a_claim_is_let_go_at_the_end(ledger, claim, home):
    with claim:
        pass
    assert ledger.runs.get(claim.run_id).owner is None
    with Worker(home) as other:
        assert ledger.runs.claim(claim.run_id, other).epoch == 2


def test_a_claim_is_let_go_after_an_error_and_the_error_goes_on(ledger, claim):
    with pytest.raises(ZeroDivisionError), claim:
        _ = 1 / 0
    assert ledger.runs.get(claim.run_id).owner is None


def test_the_end_of_a_run_is_the_end_of_its_claim(ledger, claim):
    with claim:
        ledger.runs.advance(claim, RunState.CANCELLED)
        with pytest.raises(LostClaim):
            claim.beat()
    assert ledger.runs.get(claim.run_id).state is RunState.CANCELLED


def test_a_lost_claim_leaves_the_new_holder_alone(ledger, claim, worker):
    claim.release()
    taken = ledger.runs.claim(claim.run_id, worker)
    with claim:
        pass
    taken.beat()
    assert repr(taken) == f"Claim({claim.run_id}, epoch 2)"
