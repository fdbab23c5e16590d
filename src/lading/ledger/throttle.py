"""How much of its pace a scope keeps after a 429: less at once, and slowly all of it again.

The settings' pace is a ceiling that somebody wrote down; Amazon's limits are dynamic, and a 429 is how it tells them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

#: What is left of the pace after a 429. Source: the adaptive retry mode of AWS's own clients (botocore, beta = 0.7).
DECREASE: Final = 0.7

#: From nothing to all of it, evenly: of 10 requests a second, one more each minute. Additive increase with multiplicative
#: decrease lets all who share a limit settle at it (Chiu and Jain, 1989).
RECOVERY: Final = timedelta(minutes=10)

#: Never less than this: of 10 requests a second, one in two seconds.
LEAST: Final = 0.05


def share_at(share: float, since: datetime, now: datetime) -> float:
    """The share at a moment, of one that was `share` at another; 1 is the whole pace."""
    return min(1.0, share + max(now - since, timedelta(0)) / RECOVERY)


def lowered(share: float) -> float:
    """The share after a 429."""
    return max(LEAST, share * DECREASE)
