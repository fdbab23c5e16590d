"""The declared schema of the frame that passes from each room to the next.

CLEAR (sources -> prepare) -> SETS, REJECTIONS, FINDINGS (prepare) -> RECORDS (merged, on disk) -> CHANGES (plan)
-> OUTCOMES (deliver) -> WAYBILL (report). Only CLEAR holds personal data in clear; no frame goes backwards.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from lading.model.identifiers import CONSENT, IDENTIFIERS

Schema = dict[str, pl.DataType | type[pl.DataType]]

#: 1-based number of a row of the input, its header not counted. A source adds it; every other column is text as read.
ROW: Final = "row"

_HASHES: Final[Schema] = dict.fromkeys(IDENTIFIERS, pl.String)
_CONSENT: Final[Schema] = dict.fromkeys(CONSENT, pl.String)

#: One identifier set of one row, hashed. A row with two e-mail columns makes two of these.
SETS: Final[Schema] = {
    ROW: pl.UInt64,
    "set_no": pl.UInt8,
    "external_id": pl.String,
    "country": pl.String,
    **_CONSENT,
    **_HASHES,
}

#: One row that was turned away. Exactly one entry a row, with the reason that decided.
REJECTIONS: Final[Schema] = {
    ROW: pl.UInt64,
    "column": pl.String,
    "code": pl.String,
    "message": pl.String,
    "masked": pl.String,
}

#: A person who denies consent in one of his rows: whoever is a member is taken out.
DENIED: Final[Schema] = {"external_id": pl.String}

#: One value that was emptied or changed lossily while its row went on. Same columns as a rejection.
FINDINGS: Final[Schema] = REJECTIONS

#: What a plan warns of, by code: how many people or rows.
WARNINGS: Final[Schema] = {"code": pl.String, "count": pl.UInt64}

#: The identifier sets of a person, in order of reading.
SET: Final = pl.Struct(_HASHES)

#: One person: the unit that Amazon receives.
RECORDS: Final[Schema] = {
    "external_id": pl.String,
    "country": pl.String,
    **_CONSENT,
    "sets": pl.List(SET),
    "fingerprint": pl.String,
}

#: One record that has to be sent, numbered in the order of sending (group, external id).
#: group: 1 = DELETE, 2 = CREATE. change: add, update, refresh, remove, drop (old sets of an update), share (re-sent
#: because it shares an identifier with a removal).
CHANGES: Final[Schema] = {"no": pl.UInt64, "group": pl.UInt8, "change": pl.String, **RECORDS}

#: What became of one change. outcome: confirmed, refused.
OUTCOMES: Final[Schema] = {
    "no": pl.UInt64,
    "external_id": pl.String,
    "outcome": pl.String,
    "reason": pl.String,
    "job": pl.String,
}

#: The story of every record of a run. `ref` is an HMAC of the external id; `at` is UTC.
WAYBILL: Final[Schema] = {
    "ref": pl.String,
    "change": pl.String,
    "outcome": pl.String,
    "reason": pl.String,
    "batch": pl.UInt32,
    "job": pl.String,
    "at": pl.Datetime("us", "UTC"),
}

#: A generation's index: all that the diff reads.
INDEX: Final[Schema] = {
    "external_id": pl.String,
    "fingerprint": pl.String,
    "profile": pl.String,
    "country": pl.String,
    "expires_at": pl.Datetime("us", "UTC"),
    "segment": pl.UInt32,
}

#: A generation's identifier segment: what was sent for each person, kept for removals and updates.
SEGMENT: Final[Schema] = {"external_id": pl.String, "country": pl.String, **_CONSENT, "sets": pl.List(SET)}


#: One event that came in: a user entered an audience or left it, at a moment of its own. `message` tells two of one moment apart.
#: Who left has no sets.
EVENTS: Final[Schema] = {
    "target": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "message": pl.String,
    "entered": pl.Boolean,
    "external_id": pl.String,
    "country": pl.String,
    **_CONSENT,
    "sets": pl.List(SET),
}

#: The last event of a user that was settled.
MARKS: Final[Schema] = {name: EVENTS[name] for name in ("external_id", "at", "message", "entered")}


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of `schema`, in its order and types; missing ones are null, others are left out."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
