"""Names of audiences."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(4096)  # events of a day speak of a few audiences
def snake_cased(name: str) -> str:
    """The key of an audience of this name: `Order Completed Last 30days` -> `order_completed_last_30days`."""
    return re.sub(r"[\W_]+", "_", name.lower()).strip("_")
