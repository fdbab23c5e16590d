"""The worker: fires schedules, and carries what is due and what others left. It knows when, and nothing of what."""

from lading.runner.runner import Runner

__all__ = ["Runner"]
