"""Segment's way of saying who entered and who left an audience: an event becomes memberships, or a reason why not.

Source: Segment's page of "Amazon Ads DSP and AMC", its spec of Track and Identify, and the open code of the destination
(`amazon-amc` of segmentio/action-destinations).
"""

from lading.dialects.segment.destination import Destination, Mapping, made_mapping
from lading.dialects.segment.events import Membership, Outcome, Step, translate
from lading.dialects.segment.names import snake_cased
from lading.dialects.segment.triggers import TriggerError

__all__ = [
    "Destination",
    "Mapping",
    "Membership",
    "Outcome",
    "Step",
    "TriggerError",
    "made_mapping",
    "snake_cased",
    "translate",
]
