"""The settings: the shape of lading.yaml, reading it, and its errors in plain words."""

from lading.settings.connections import Connection
from lading.settings.document import Settings
from lading.settings.load import json_schema, load, locate
from lading.settings.made import KINDS, Made
from lading.settings.secret import Secret
from lading.settings.syncs import Sync
from lading.settings.targets import AudienceTarget
from lading.settings.values import Limit

__all__ = [
    "KINDS",
    "AudienceTarget",
    "Connection",
    "Limit",
    "Made",
    "Secret",
    "Settings",
    "Sync",
    "json_schema",
    "load",
    "locate",
]
