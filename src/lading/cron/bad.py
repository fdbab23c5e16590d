"""What is wrong with a cron line."""

from __future__ import annotations


class BadCron(ValueError):
    """A text that is no cron line; `str()` says what is wrong with it, and what to write."""
