"""A home that was backed up goes on elsewhere; what is no backup is refused, and nothing is left half-done."""

import tarfile
from dataclasses import replace

import pytest

from lading.errors import SettingsError
from lading.service.backup import backup, restore
from lading.service.home import Home


@pytest.fixture
def saved(shop):
    shop.write(shop.people(12))
    shop.apply()
    with shop.parts() as parts:
        backup(parts, shop.folder / "home.tar.gz")
    return shop.folder / "home.tar.gz"


def test_a_restored_home_sends_nothing_again(shop, saved):
    elsewhere = shop.folder / "elsewhere"
    restored = restore(Home(elsewhere), saved)
    moved = replace(shop, environ={**shop.environ, "LADING_HOME": str(elsewhere)})
    before = len(shop.sent())
    report = moved.apply()
    assert (report.books.unchanged, report.books.changed, len(shop.sent())) == (12, 0, before)
    assert restored.files > 3


def test_a_backup_holds_no_key(saved):
    with tarfile.open(saved) as tar:
        assert "key" not in tar.getnames()


def test_a_backup_is_never_written_over(shop, saved):
    with shop.parts() as parts, pytest.raises(SettingsError, match="exists already"):
        backup(parts, saved)


def test_a_home_in_use_is_not_restored_over(shop, saved):
    with pytest.raises(SettingsError, match="not empty"):
        restore(Home(shop.folder / ".lading"), saved)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b damaged"])
def test_what_is_no_backup_leaves_no_home(shop, content):
    wrong = shop.folder / "wrong.tar.gz"
    wrong.write_bytes(content)
    with pytest.raises(SettingsError, match="no backup"):
        restore(Home(shop.folder / "fresh"), wrong)
    assert not (shop.folder / "fresh").exists()


def test_a_truncated_backup_leaves_no_home(shop, saved):
    cut = shop.folder / "cut.tar.gz"
    cut.write_bytes(saved.read_bytes()[:-2000])
    with pytest.raises(SettingsError, match="no backup"):
        restore(Home(shop.folder / "fresh"), cut)
    assert not (shop.folder / "fresh").exists()


def test_a_home_without_its_key_signs_in_again(shop, saved):
    """The refresh token cannot be read any more, and a new one can be kept."""
    elsewhere = shop.folder / "elsewhere"
    with shop.parts() as parts:
        parts.tokens("amazon").save_refresh_token("Atzr|old")
        backup(parts, shop.folder / "later.tar.gz")
    restore(Home(elsewhere), shop.folder / "later.tar.gz")
    moved = replace(shop, environ={**shop.environ, "LADING_HOME": str(elsewhere)})
    with moved.parts() as parts:
        with pytest.raises(SettingsError, match="lading connect"):
            parts.tokens("amazon").refresh_token()
        parts.tokens("amazon").save_refresh_token("Atzr|new")
        assert parts.tokens("amazon").refresh_token() == "Atzr|new"
