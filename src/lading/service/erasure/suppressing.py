"""Who was erased, for those who plan: the key with the marks of the ledger, or a refusal to plan without them."""

from __future__ import annotations

from pathlib import Path

from lading.errors import SettingsError
from lading.ledger.rows import Mark
from lading.membership.erasing import of_suppressed, without
from lading.membership.files import FileRef
from lading.prepare.suppression import NOBODY, Marked, Suppression, key_check
from lading.service.parts import Parts


def suppression_of(parts: Parts, forget_id: str | None = None) -> Suppression:
    """Everybody who was erased, or those of one erasure.

    Raises SettingsError where that cannot be told: the key is lost, or receipts lie here of erasures that this ledger, brought
    back from an older backup, knows nothing of.
    """
    _check_receipts(parts)
    forgets = parts.ledger.forgets.list()
    if not forgets:
        return NOBODY
    key = parts.erasure_key.known()
    if key is None:
        raise parts.erasure_key.gone(other=False)
    if any(one.key_check != key_check(key) for one in forgets):
        raise parts.erasure_key.gone(other=True)
    return Suppression(key, marked_of(parts.ledger.forgets.marks(forget_id)))


def marked_of(marks: frozenset[Mark]) -> frozenset[Marked]:
    """The ledger's marks as `prepare` takes them."""
    return frozenset(Marked(one.kind, one.sieve, one.hmac) for one in marks)


def without_suppressed(parts: Parts, folder: Path, records: FileRef) -> FileRef:
    """The same records, or those of them who were not erased since they were written."""
    suppression = suppression_of(parts)
    return (without(folder, records, of_suppressed(suppression)) or records) if suppression else records


def unknown_receipts(parts: Parts) -> tuple[Path, ...]:
    """Receipts that lie in the home, of erasures that its ledger knows nothing of."""
    listed = parts.ledger.forgets.list()
    known = {one.id for one in listed} | {one.repeats for one in listed}
    found = sorted(parts.home.receipts.glob("f-*.json")) if parts.home.receipts.is_dir() else []
    return tuple(path for path in found if path.stem not in known)


def _check_receipts(parts: Parts) -> None:
    if unknown := unknown_receipts(parts):
        raise SettingsError(
            f"{len(unknown)} receipts lie here of erasures that this ledger does not know, as after a backup was brought "
            f"back: {', '.join(path.stem for path in unknown[:3])}. Run `lading forget --from-receipts {parts.home.receipts}` "
            "to erase these people again; nothing is planned before",
            where=str(parts.home.receipts), code="receipts_unknown",
        )  # fmt: skip
