"""The post: Apprise, which knows mail, Slack, Teams, webhooks and a hundred others by one address each."""

from __future__ import annotations

import logging
from typing import Final

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode

from lading.notices.notice import Event, Notice

_TYPES: Final = {
    Event.DONE: NotifyType.SUCCESS,
    Event.FAILED: NotifyType.FAILURE,
    Event.GUARD: NotifyType.WARNING,
    Event.DRIFT: NotifyType.WARNING,
}

# Its log lines hold addresses, and those hold passwords.
logging.getLogger("apprise").propagate = False
logging.getLogger("apprise").addHandler(logging.NullHandler())


class ApprisePost:
    """`Post` by Apprise. A notice waits a few seconds at most."""

    def kind(self, address: str) -> str | None:
        return address.partition("://")[0].lower() if _opened(address) else None

    def carry(self, address: str, notice: Notice) -> bool:
        opened = _opened(address)
        if opened is None:
            return False
        taken = opened.notify(
            title=notice.title, body=notice.body, notify_type=_TYPES[notice.event], body_format=NotifyFormat.TEXT
        )  # fmt: skip
        return bool(taken)


def _opened(address: str) -> Apprise | None:
    asset = AppriseAsset(app_id="Lading", app_desc="Lading", storage_mode=PersistentStoreMode.MEMORY)
    opened = Apprise(asset=asset)
    return opened if opened.add(address) else None
