import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lading.ledger.workers import Owner, Worker

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_owner_reads_back_as_he_is_written():
    owner = Owner("box/with/slashes#12", "abc", 7)
    assert Owner.parse(str(owner)) == owner
    assert owner.hostname == "box/with/slashes"


def test_a_living_worker_on_this_host_is_alive_however_long_he_is_silent(home, worker):
    with Worker(home) as other:
        assert not other.dead(worker.owner, None, NOW)
        assert not other.dead(worker.owner, NOW - timedelta(days=9), NOW)
        assert not worker.dead(worker.owner, None, NOW)


def test_two_who_look_at_once_do_not_take_each_other_for_the_holder(home, worker):
    script = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_SH); print('looking', flush=True); input()"
    gone = Worker(home)
    os.close(gone._lock)
    lock = home / "workers" / f"{gone.owner.worker}.lock"
    with subprocess.Popen(
        [sys.executable, "-c", script, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as looker:
        looker.stdout.readline()
        assert worker.dead(gone.owner, NOW, NOW)
        looker.communicate(b"\n")


def test_a_worker_whose_lock_fell_is_dead(home, worker):
    gone = Worker(home)
    os.close(gone._lock)
    assert worker.dead(gone.owner, NOW, NOW)


def test_a_worker_without_a_lock_file_is_dead_when_his_process_is_or_after_silence(home, worker):
    gone = Worker(home)
    gone.close()
    assert not worker.dead(gone.owner, NOW, NOW)  # this very process lives
    assert worker.dead(gone.owner, NOW - timedelta(seconds=61), NOW)
    with subprocess.Popen([sys.executable, "-c", ""]) as over:
        over.wait()
    assert worker.dead(replace(gone.owner, pid=over.pid), NOW, NOW)


@pytest.mark.parametrize(("silent", "dead"), [(60, False), (61, True)])
def test_a_worker_on_another_host_is_dead_after_a_minute_of_silence(worker, silent, dead):
    other = Owner("elsewhere#1", worker.owner.worker, 1)
    assert worker.dead(other, NOW - timedelta(seconds=silent), NOW) is dead


def test_a_worker_who_never_beat_elsewhere_is_dead(worker):
    assert worker.dead(Owner("elsewhere#1", "w", 1), None, NOW)


def test_homes_on_one_machine_have_hosts_of_their_own(tmp_path):
    with Worker(tmp_path / "one") as one, Worker(tmp_path / "two") as two, Worker(tmp_path / "one") as again:
        assert one.owner.host != two.owner.host
        assert one.owner.host == again.owner.host


def test_the_files_of_dead_workers_are_swept_and_those_of_living_ones_stay(home, worker):
    gone = Worker(home)
    os.close(gone._lock)
    with Worker(home) as other:
        left = {path.stem for path in (home / "workers").iterdir()}
        assert left == {worker.owner.worker, other.owner.worker}


def test_an_orderly_end_takes_the_file_away(home):
    with Worker(home):
        pass
    assert list((home / "workers").iterdir()) == []
