"""Why a row of a dataset is turned away, and what was lossy in one that goes on: every code with its words.

Codes that audiences have, too, are those of `prepare.reasons`.
"""

from __future__ import annotations

from typing import Final

from lading.prepare import reasons

#: Code -> message. A rejection: the row is not sent. Amazon would refuse the whole upload for one that is not as its column says.
REJECTIONS: Final = {
    "not_a_number": "the value is no number: digits, with a point before at most two places, such as 1234.50",
    "too_many_places": "the value has more than two places, and a DECIMAL has two: round it, or make the column a STRING",
    "not_a_whole_number": "the value is no whole number: digits only",
    "out_of_range": "the value is too large for its type: INTEGER has 32 bits, LONG 64 bits, DECIMAL 36 digits before the point",
    "not_a_timestamp": "the value is no time as ISO 8601 writes it: 2024-05-01T08:00:00Z or 2024-05-01 10:00:00+02:00",
    "timestamp_no_zone": "the time has no zone: write Z or an offset behind it, or the column's zone under timezone:",
    "timestamp_never": "the time is a local one that never was: clocks were put forward past it",
    "not_a_date": "the value is no date: write yyyy-MM-dd, such as 2024-05-01",
    "null_not_allowed": "the value is empty, and its column has nullable: false",
    "event_time_missing": "the row has no event time, so no partition can hold it",
    "consent_denied": "the person denies consent, so the row is not sent",
    "consent_missing": "consent is needed (UK, EEA, or no known country), and no column grants it: mark one by consent:",
    **{
        code: reasons.REJECTIONS[code]
        for code in ("suppressed", "consent_unreadable", "wrong_number_of_cells", "not_json")
    },
}

#: Code -> message. A finding: the value was emptied or changed lossily, the row goes on.
FINDINGS: Final = reasons.FINDINGS | {
    "timestamp_twice": "is a local time that came twice, as clocks were put back: the first was taken",
    "country_unknown": "is no country that we know; the country of the settings was taken, if they name one",
}
