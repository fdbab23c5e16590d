"""Receipts of erasures: signed with a key of the home, and checked against tampering."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lading.crashpoints import reach
from lading.errors import SettingsError
from lading.ledger.cipher import write_once
from lading.ledger.rows import Audience, Forget, Mark, Run
from lading.membership.files import make_folder, sha256_of
from lading.model.states import BatchState
from lading.prepare.suppression import ALL_KINDS, REF
from lading.report.receipt import SHAPE, SIGNATURE, Facts, Job, Removal, body, signed_text
from lading.service.erasure import places
from lading.service.erasure.deleting import deletions_of, left_in_s3
from lading.service.home import Home
from lading.service.parts import Parts

_RAW: Final = serialization.Encoding.Raw
_HMAC: Final = re.compile(r"[0-9a-f]{64}")
_NEEDED: Final = frozenset({
    "id", "home", "asked_at", "done_at", "people_found", "removals", "lines_erased", "suppressed", "public_key", SIGNATURE,
})  # fmt: skip
#: What a receipt may suppress.
_KINDS: Final = frozenset({*ALL_KINDS, REF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A receipt whose signature holds."""

    id: str
    home: str
    asked_at: str
    done_at: str
    #: People that it erased, and audiences that they were removed from.
    people: int
    removals: int
    lines_erased: int
    public_key: str
    #: How it is known who signed: `home` (this home's key), or `given` (the key of --key).
    signer: str

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        return asdict(self)


def write(parts: Parts, forget: Forget) -> dict[str, Any]:
    """Write the receipt of an erasure, and say how the ledger names it. One that lies there already stays."""
    path = parts.home.receipts / f"{forget.id}.json"
    if not path.exists():
        key = _private(parts.home)
        receipt = body(_facts(parts, forget), _text_of(key.public_key()))
        receipt[SIGNATURE] = base64.b64encode(key.sign(signed_text(receipt))).decode()
        make_folder(parts.home.receipts)
        write_once(
            path,
            (json.dumps(receipt, indent=2) + "\n").encode(),
            reached=lambda moment: reach(f"receipt.{moment}"),
        )
    return {"file": f"receipts/{path.name}", "sha256": sha256_of(path)}


def verify(path: Path, *, home: Home | None = None, key: str | None = None) -> Checked:
    """Check a receipt's signature, and whose it is.

    Raises SettingsError where the file is none, was changed, or was signed by somebody unknown. `key`: a public key, as
    receipts print it; without one, the home's own key has to be the signer.
    """
    receipt = _read(path)
    signer = key or (_own(home) if home else None)
    if signer is None:
        raise SettingsError(
            "there is no key here to check it by; give the signer's public key with --key", where=str(path), code="no_receipt_key",
        )  # fmt: skip
    public = _public(receipt["public_key"], str(path))
    try:
        public.verify(base64.b64decode(receipt[SIGNATURE], validate=True), signed_text(receipt))
    except (InvalidSignature, binascii.Error, TypeError, ValueError):
        raise SettingsError(
            "was changed after it was signed: its signature does not hold. It proves nothing", where=str(path), code="receipt_tampered",
        ) from None  # fmt: skip
    if _text_of(public) != signer.strip():
        raise SettingsError(
            "is whole, but was signed with another key than "
            f"{'the given one' if key else 'that of this home'}: {_text_of(public)}. Only its signer can vouch for it",
            where=str(path), code="foreign_receipt",
        )  # fmt: skip
    return Checked(
        id=receipt["id"], home=receipt["home"], asked_at=receipt["asked_at"], done_at=receipt["done_at"],
        people=receipt["people_found"], removals=len(receipt["removals"]), lines_erased=receipt["lines_erased"],
        public_key=_text_of(public), signer="given" if key else "home",
    )  # fmt: skip


def marks_in(path: Path) -> tuple[str, str, frozenset[Mark]]:
    """Id, key check and marks of a receipt that was verified."""
    receipt = _read(path)
    told = receipt["suppressed"]
    try:
        marks = frozenset(Mark(one["kind"], one["sieve"], one["hmac"]) for one in told["marks"])
        lawful = all(one.kind in _KINDS and _HMAC.fullmatch(one.hmac) for one in marks)
    except (KeyError, TypeError):
        lawful = False
    if not lawful:
        raise _none(path)
    return receipt["id"], str(told["key_check"]), marks


def files_in(places_given: Iterable[Path]) -> tuple[Path, ...]:
    """The receipts of files and folders, oldest first: their names sort by time."""
    found: list[Path] = []
    for place in places_given:
        if not place.exists():
            raise SettingsError("there is no such file or folder", where=str(place), code="missing_file")
        found += sorted(place.glob("f-*.json")) if place.is_dir() else [place]
    return tuple(sorted(dict.fromkeys(found), key=lambda path: path.name))


def _facts(parts: Parts, forget: Forget) -> Facts:
    marks = parts.ledger.forgets.marks(forget.id)
    return Facts(
        id=forget.id, home=parts.ledger.home_id, program=f"lading {version('lading')}", asked_at=forget.created_at,
        done_at=parts.clock.now(), asked=forget.asked, people=forget.people, shared=forget.shared,
        key_check=forget.key_check, marks=[(one.kind, one.sieve, one.hmac) for one in marks],
        removals=removals_of(parts, forget), files=forget.erased, repeats=forget.repeats,
        deletions=deletions_of(parts, forget.id), left_in_s3=left_in_s3(parts, forget),
    )  # fmt: skip


def removals_of(parts: Parts, forget: Forget) -> tuple[Removal, ...]:
    """What the erasure's runs did at Amazon."""
    known = {audience.target: audience for audience in parts.ledger.audiences.list()}
    return tuple(
        _removal(parts, run, known.get(run.target)) for run in places.runs(parts) if run.forget == forget.id
    )


def _removal(parts: Parts, run: Run, audience: Audience | None) -> Removal:
    batches = [one for one in parts.ledger.batches.of(run.id) if one.state is not BatchState.SPLIT]
    books = run.books
    return Removal(
        audience_id=audience.audience_id if audience else None, audience=audience.name if audience else run.target,
        run=run.id, state=str(run.state), removed=books.confirmed + books.erased if books else 0,
        jobs=tuple(Job(job=one.job_request_id, state=str(one.state), confirmed=one.confirmed, refused=one.refused) for one in batches),
    )  # fmt: skip


def make_key(home: Home) -> None:
    """See to it that the home has a key for receipts, so that a backup holds it."""
    _private(home)


def _private(home: Home) -> Ed25519PrivateKey:
    if not home.receipt_key.exists():
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_once(home.receipt_key, made)
    try:
        key = serialization.load_pem_private_key(home.receipt_key.read_bytes(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(
            "is no key that receipts are signed with. Bring it back from a backup, or remove it: a new one is made then",
            where=str(home.receipt_key), code="bad_receipt_key",
        )  # fmt: skip
    return key


def _own(home: Home) -> str | None:
    return _text_of(_private(home).public_key()) if home.receipt_key.exists() else None


def _text_of(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(_RAW, serialization.PublicFormat.Raw)).decode()


def _public(text: Any, where: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise SettingsError(
            "holds no public key: it is no receipt, or was changed", where=where, code="no_receipt"
        ) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        receipt = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError("there is no such file", where=str(path), code="missing_file") from None
    except (OSError, ValueError):
        raise _none(path) from None
    if (
        not isinstance(receipt, dict)
        or receipt.get("lading_receipt") != SHAPE
        or not receipt.keys() >= _NEEDED
    ):
        raise _none(path)
    return receipt


def _none(path: Path) -> SettingsError:
    return SettingsError("is no receipt of an erasure, or it is damaged", where=str(path), code="no_receipt")
