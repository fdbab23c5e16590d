"""Receipts: whole, signed by somebody known, and no more than they say."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lading.errors import SettingsError
from lading.report.receipt import SIGNATURE, Facts, body, signed_text
from lading.service.erasure import receipts
from lading.service.home import Home


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.open()
    receipts.make_key(home)
    return home


def facts(clock):
    return Facts(
        id="f-1", home="h-1", program="lading 0", asked_at=clock, done_at=clock, asked={"email": 1}, people=1, shared=0,
        key_check="k", marks=[("email", "abcdef", "1" * 64)], removals=[], files=[{"file": "runs/x", "lines": 2}], repeats=None,
    )  # fmt: skip


@pytest.fixture
def receipt(home, tmp_path):
    """A receipt as `forget` writes it."""
    import base64
    from datetime import UTC, datetime

    key = receipts._private(home)
    told = body(facts(datetime(2026, 3, 1, tzinfo=UTC)), receipts._text_of(key.public_key()))
    told[SIGNATURE] = base64.b64encode(key.sign(signed_text(told))).decode()
    path = tmp_path / "f-1.json"
    path.write_text(json.dumps(told))
    return path


def changed(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return path


def test_a_receipt_of_this_home_is_whole(home, receipt):
    checked = receipts.verify(receipt, home=home)
    assert (checked.id, checked.people, checked.lines_erased, checked.signer) == ("f-1", 1, 2, "home")
    assert receipts.marks_in(receipt)[0] == "f-1"


def test_spaces_and_order_are_no_tampering(home, receipt):
    told = json.loads(receipt.read_text())
    receipt.write_text(json.dumps(dict(reversed(told.items())), indent=8))
    assert receipts.verify(receipt, home=home).id == "f-1"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "f-2"},
        {"lines_erased": 3},
        {"removals": [{}]},
        {"more": 1},
        {"signature": "AAAA"},
        {"signature": 7},
    ],
    ids=str,
)
def test_any_change_is_seen(home, receipt, change):
    with pytest.raises(SettingsError, match="changed after it was signed"):
        receipts.verify(changed(receipt, **change), home=home)


def test_signed_anew_by_somebody_else_is_not_ours(home, receipt):
    import base64

    other = Ed25519PrivateKey.generate()
    told = json.loads(receipt.read_text()) | {
        "people_found": 9,
        "public_key": receipts._text_of(other.public_key()),
    }
    told[SIGNATURE] = base64.b64encode(other.sign(signed_text(told))).decode()
    receipt.write_text(json.dumps(told))
    with pytest.raises(SettingsError, match="another key than that of this home"):
        receipts.verify(receipt, home=home)
    assert receipts.verify(receipt, key=told["public_key"]).people == 9


def test_without_a_key_nobody_can_tell(receipt, tmp_path):
    with pytest.raises(SettingsError, match="--key"):
        receipts.verify(receipt, home=Home(tmp_path / "elsewhere"))


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", '{"lading_receipt": 2}'])
def test_what_is_no_receipt_is_said_so(home, receipt, content):
    receipt.write_text(content)
    with pytest.raises(SettingsError, match="no receipt"):
        receipts.verify(receipt, home=home)


def test_a_key_that_is_none_is_said_so(home):
    home.receipt_key.write_text("no key")
    with pytest.raises(SettingsError, match="no key that receipts are signed with"):
        receipts.make_key(home)


def test_receipts_of_folders_are_taken_in_their_order(tmp_path):
    for name in ("f-2.json", "f-1.json", "x.json"):
        (tmp_path / name).write_text("{}")
    assert [one.name for one in receipts.files_in([tmp_path, tmp_path / "f-2.json"])] == [
        "f-1.json",
        "f-2.json",
    ]
    with pytest.raises(SettingsError, match="no such file or folder"):
        receipts.files_in([tmp_path / "nowhere"])
