"""The terms of AMC, accepted by a user once a region."""

from __future__ import annotations

from amc_sandbox.state.ids import digest
from amc_sandbox.state.store import Store
from amc_sandbox.world import REGIONS, USERS, Region


class Terms:
    """Who has accepted where."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accepted(self, user: str, region: Region) -> bool:
        return self._store.row("select 1 from terms where user = ? and region = ?", user, region) is not None

    def accept(self, user: str, region: Region) -> None:
        self._store.run("insert or ignore into terms values (?, ?)", user, region)

    def set_all(self, *, accepted: bool) -> None:
        """For every user in every region, as the door wishes."""
        self._store.run("delete from terms")
        for user in USERS.values() if accepted else ():
            for region in REGIONS:
                self.accept(user, region)

    def token(self, user: str, region: Region) -> str:
        """What has to be sent to accept."""
        return digest("terms", user, region).hex()
