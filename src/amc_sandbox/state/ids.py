"""Identifiers that look like Amazon's: the same ones for the same seed and the same order of requests."""

from __future__ import annotations

import hashlib
import uuid

from amc_sandbox.state.store import Store


class Ids:
    """Draws the next identifier of each kind. Nothing here is secret: it is a sandbox on loopback."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store, self._seed = store, seed

    def digest(self, kind: str) -> bytes:
        return digest(self._seed, kind, self._store.next(kind))

    def uuid(self, kind: str) -> str:
        return str(uuid.UUID(bytes=self.digest(kind)[:16], version=4))

    def audience(self) -> int:
        """18 digits, odd: no double holds it."""
        return (
            400_000_000_000_000_000 + int.from_bytes(self.digest("audience")[:8], "big") % 10**17 // 2 * 2 + 1
        )

    def code(self) -> str:
        return "AN" + self.digest("code").hex()[:18]

    def access_token(self) -> str:
        return "Atza|" + self.digest("access_token").hex() * 3

    def refresh_token(self) -> str:
        return "Atzr|" + self.digest("refresh_token").hex() * 3


def digest(*parts: object) -> bytes:
    """32 bytes that depend on nothing but the parts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()


def fraction(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but the parts."""
    return int.from_bytes(digest(*parts)[:7], "big") / 2**56
