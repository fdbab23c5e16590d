import sqlite3
import stat

import pytest

from lading.errors import SettingsError
from lading.ledger import identity, open_home, open_ledger
from lading.ledger.rows import Link, Plan


def test_a_home_is_made_on_first_use_for_its_owner_alone(tmp_path, clock):
    home = tmp_path / "deep" / "home"
    with open_home(home, clock, environ={}) as ledger:
        assert ledger.home_id == identity(home) == (home / "ID").read_text().strip()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "ledger.db").exists()


def test_a_home_keeps_its_identity(home, clock):
    with open_home(home, clock, environ={}) as ledger:
        first = ledger.home_id
    with open_home(home, clock, environ={}) as ledger:
        assert ledger.home_id == first


def test_a_home_that_is_not_the_ledgers_is_refused(home, tmp_path, clock):
    with open_home(home, clock, environ={}):
        pass
    url = f"sqlite:///{home}/ledger.db"
    with pytest.raises(SettingsError, match=r"two memberships.*Use the home folder") as caught:
        open_home(tmp_path / "other", clock, environ={}, url=url)
    assert caught.value.problem_code == "foreign_home"
    with open_ledger(url, clock, home_id=None) as ledger:
        assert ledger.home_id == identity(home)


def test_a_home_that_lost_its_id_is_refused_too(home, clock):
    with open_home(home, clock, environ={}):
        pass
    (home / "ID").unlink()
    with pytest.raises(SettingsError, match="belongs to home"):
        open_home(home, clock, environ={})


def test_a_restart_between_the_id_and_the_ledger_goes_on(home, clock):
    home.mkdir()
    made = identity(home)
    with open_home(home, clock, environ={}) as ledger:
        assert ledger.home_id == made


def test_a_ledger_of_a_newer_lading_is_refused_and_left_alone(home, clock):
    with open_home(home, clock, environ={}):
        pass
    with sqlite3.connect(home / "ledger.db") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    with pytest.raises(SettingsError, match=r"newer Lading.*Upgrade Lading") as caught:
        open_home(home, clock, environ={})
    assert caught.value.problem_code == "newer_ledger"


def test_a_file_that_is_no_database_is_refused(home, clock):
    home.mkdir()
    (home / "ledger.db").write_text("name,email\n" * 1000)
    with pytest.raises(SettingsError, match=r"not a ledger.*lading restore") as caught:
        open_home(home, clock, environ={})
    assert caught.value.problem_code == "no_ledger"
    assert (home / "ledger.db").read_text().startswith("name,email")


def test_a_sound_ledger_has_nothing_wrong(ledger, delivering):
    assert ledger.check_integrity() == ()


def test_a_stray_row_is_found(ledger, delivering, home):
    with sqlite3.connect(home / "ledger.db") as other:
        other.execute("DELETE FROM runs")
    other.close()
    assert ledger.check_integrity()[0].startswith("batches row 1 names a missing row of runs")


def test_a_copy_is_whole_while_the_ledger_is_in_use(ledger, delivering, tmp_path, clock):
    copy = tmp_path / "copy.db"
    ledger.backup_to(copy)
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    with open_ledger(f"sqlite:///{copy}", clock, home_id=ledger.home_id) as restored:
        assert restored.runs.list() == ledger.runs.list()
        assert restored.batches.of(delivering.run_id) == ledger.batches.of(delivering.run_id)
        assert restored.check_integrity() == ()


def test_a_copy_that_cannot_be_written_says_where(ledger, tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere.*cannot be opened"):
        ledger.backup_to(tmp_path / "nowhere" / "copy.db")


def test_plans_are_kept_as_they_were_made(ledger, clock, a_file):
    plan = Plan(
        id="p-1",
        sync="newsletter",
        target="main/newsletter",
        base_generation=0,
        source_version="customers.csv 12 34",
        profile="amc/1",
        files={"changes": a_file("changes.parquet")},
        counts={"add": 3},
        batches=({"group": 2, "first": 1, "last": 3},),
        created_at=clock.now(),
    )
    ledger.plans.add(plan)
    assert ledger.plans.get("p-1") == plan
    assert ledger.plans.list() == (plan,)
    with pytest.raises(SettingsError, match="no plan p-2"):
        ledger.plans.get("p-2")


def test_links_are_kept_by_connection(ledger, clock):
    link = Link(
        connection="main",
        amazon_connection_id="c-1",
        region="EU",
        profile_id="1",
        account_id="ENTITY1",
        instance_id="amc1",
        advertiser_id="413642381039213536",
        at=clock.now(),
    )
    ledger.links.put(link)
    ledger.links.put(link)
    assert ledger.links.get("main") == link
    assert ledger.links.list() == (link,)
    ledger.links.drop("main")
    assert ledger.links.get("main") is None


def test_the_audit_is_read_newest_first(ledger):
    for what in ("one", "two"):
        ledger.audit.add(what, who="me", where={"sync": what})
    assert [(entry.what, entry.where) for entry in ledger.audit.latest()] == [
        ("two", {"sync": "two"}),
        ("one", {"sync": "one"}),
    ]
