"""Cron lines: what the writings of two systems mean as moments, in a time zone and across its changes of clock."""

from lading.cron.bad import BadCron
from lading.cron.line import Cron, Dialect, parse

__all__ = ["BadCron", "Cron", "Dialect", "parse"]
