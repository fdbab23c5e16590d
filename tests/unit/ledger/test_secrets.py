import stat

import pytest
from cryptography.fernet import Fernet

from lading.errors import Bug, SettingsError
from lading.ledger import open_home, open_ledger
from lading.ledger.cipher import Cipher, write_once

TOKEN = b"Atzr|a-refresh-token-nobody-may-read"


def key():
    return Fernet.generate_key().decode()


def test_a_secret_comes_back_and_an_unknown_one_is_none(ledger):
    ledger.secrets.put("main", b"old")
    ledger.secrets.put("main", TOKEN)
    assert ledger.secrets.get("main") == TOKEN
    assert ledger.secrets.get("other") is None
    assert ledger.secrets.names() == ("main",)
    ledger.secrets.drop("main")
    assert ledger.secrets.get("main") is None


def test_a_secret_never_lies_on_the_disk_in_clear(ledger, home):
    ledger.secrets.put("main", TOKEN)
    everything = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert any(path.name == "ledger.db-wal" for path in everything)
    assert not [path for path, content in everything.items() if TOKEN in content]


def test_the_key_is_made_on_first_use_and_readable_by_its_owner_alone(ledger, home):
    assert not (home / "key").exists()
    ledger.secrets.put("main", TOKEN)
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
    assert [path.name for path in home.glob("*.tmp")] == []


def test_a_key_from_the_environment_leaves_no_file(home, clock):
    environ = {"LADING_KEY": key()}
    with open_home(home, clock, environ=environ) as ledger:
        ledger.secrets.put("main", TOKEN)
    assert not (home / "key").exists()
    with open_home(home, clock, environ=environ) as ledger:
        assert ledger.secrets.get("main") == TOKEN


def test_keys_are_changed_by_putting_a_new_one_in_front(home, clock):
    old, new = key(), key()
    with open_home(home, clock, environ={"LADING_KEY": old}) as ledger:
        ledger.secrets.put("main", TOKEN)
    with open_home(home, clock, environ={"LADING_KEY": f"{new}, {old}"}) as ledger:
        assert ledger.secrets.get("main") == TOKEN
        ledger.secrets.put("main", TOKEN)
    with open_home(home, clock, environ={"LADING_KEY": new}) as ledger:
        assert ledger.secrets.get("main") == TOKEN


def test_the_key_file_still_opens_what_it_closed_after_a_key_came_into_the_environment(ledger, home, clock):
    ledger.secrets.put("main", TOKEN)
    with open_home(home, clock, environ={"LADING_KEY": key()}) as other:
        assert other.secrets.get("main") == TOKEN


def test_a_wrong_key_is_said_in_plain_words(home, clock):
    with open_home(home, clock, environ={"LADING_KEY": key()}) as ledger:
        ledger.secrets.put("main", TOKEN)
    with (
        open_home(home, clock, environ={"LADING_KEY": key()}) as ledger,
        pytest.raises(SettingsError, match=r"main was encrypted with another key.*LADING_KEY") as caught,
    ):
        ledger.secrets.get("main")
    assert caught.value.problem_code == "wrong_key"


def test_a_lost_key_is_said_in_plain_words_and_no_new_one_is_made(ledger, home):
    ledger.secrets.put("main", TOKEN)
    (home / "key").unlink()
    with pytest.raises(SettingsError, match=r"is gone.*lading connect"):
        ledger.secrets.get("main")
    assert not (home / "key").exists()


@pytest.mark.parametrize("bad", ["short", "not base64 at all!", "ä"])
def test_what_is_no_key_is_said_so_without_showing_it(home, clock, bad):
    with (
        open_home(home, clock, environ={"LADING_KEY": bad}) as ledger,
        pytest.raises(SettingsError, match="LADING_KEY: this is not a key") as caught,
    ):
        ledger.secrets.put("main", TOKEN)
    assert bad not in str(caught.value)


def test_a_ledger_without_a_cipher_keeps_no_secrets(tmp_path, clock):
    with (
        open_ledger(f"sqlite:///{tmp_path}/ledger.db", clock, home_id=None) as ledger,
        pytest.raises(Bug, match="without a cipher"),
    ):
        ledger.secrets.put("main", TOKEN)


def test_of_two_who_make_the_key_at_once_both_use_the_first(tmp_path):
    write_once(tmp_path / "key", b"first")
    write_once(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_the_cipher_shows_no_key(tmp_path):
    secret = key()
    assert secret not in repr(Cipher(tmp_path, {"LADING_KEY": secret}))
