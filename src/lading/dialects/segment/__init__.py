"""Segment's way of saying who entered and who left an audience: an event becomes memberships, or a reason why not.

Source: Segment's page of "Amazon Ads DSP and AMC", its spec of Track and Identify, and the open code of the destination
(`amazon-amc` of segmentio/action-destinations).
"""

from lading.dialects.segment.destination import Destination, Mapping, made_mapping
from lading.dialects.segment.events import Membership, Outcome, translate
from lading.dialects.segment.names import snake_cased
from lading.dialects.segment.triggers import TriggerError
from lading.dialects.segment.webhook import MAX_EVENTS, Webhook, is_signed, read

__all__ = [
    "MAX_EVENTS",
    "Destination",
    "Mapping",
    "Membership",
    "Outcome",
    "TriggerError",
    "Webhook",
    "is_signed",
    "made_mapping",
    "read",
    "snake_cased",
    "translate",
]
