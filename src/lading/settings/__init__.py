"""The settings: the shape of lading.yaml, reading it, and its errors in plain words."""

from lading.settings.document import Settings
from lading.settings.load import json_schema, load, locate
from lading.settings.secret import Secret
from lading.settings.values import Limit

__all__ = ["Limit", "Secret", "Settings", "json_schema", "load", "locate"]
