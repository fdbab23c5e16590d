from __future__ import annotations

from typing import Any

import pytest

from lading.settings.syncs import Sync

COLUMNS: dict[str, dict[str, Any]] = {
    "order_id": {"type": "STRING", "nullable": False},
    "purchased_at": {"type": "TIMESTAMP", "event_time": True},
    "amount": {"type": "DECIMAL", "kind": "METRIC"},
    "email": {"identifier": "EMAIL"},
    "country": {"country": True},
    "ad_consent": {"consent": "AMZN_USER_DATA"},
}


def dataset_sync(columns: dict[str, dict[str, Any]] | None = None, **target: Any) -> Sync:
    """A sync of purchases."""
    wish = {
        "connection": "amazon",
        "id": "purchases",
        "bucket": "s3://uploads/lading",
        "columns": columns or COLUMNS,
    }
    return Sync.model_validate(
        {"from": {"source": "files", "path": "p.csv"}, "to": {"dataset": wish | target}}
    )


@pytest.fixture
def make_sync() -> Any:
    return dataset_sync
