"""Why an event says nothing to us, or is refused: codes that stay, with words for people."""

from __future__ import annotations

from typing import Final

#: The event is right, and none of ours: it is answered with 200, counted and dropped.
SKIPPED: Final = {
    "disabled": "the destination is switched off",
    "integrations": "the event's integrations object switches this destination off",
    "no_trigger": "no mapping's trigger is met",
    "mapping_disabled": "the mapping whose trigger is met is switched off",
    "no_audience": "the event speaks of no audience",
    "unknown_audience": "no sync carries this audience, and the settings create none",
}

#: The event, or what it asks for, is wrong: sending it again changes nothing.
REFUSED: Final = {
    "not_an_object": "an event is a JSON object",
    "too_long": "messageId and userId have at most 512 characters",
    "wrong_timestamp": "the timestamp is no ISO 8601 moment",
    "too_many_audiences": "as many audiences were created from events as the settings allow",
    "unknown_advertiser": "no connection has the advertiser that the event names",
    "wrong_audience_settings": "the event's settings of the audience are not as they have to be",
}

REASONS: Final = {**SKIPPED, **REFUSED}
