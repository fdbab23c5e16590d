from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import polars as pl

from lading.model.frames import RECORDS, conform
from lading.model.identifiers import CONSENT, IDENTIFIERS
from lading.prepare.fingerprint import fingerprint
from lading.prepare.profiles import AMC

SET = dict.fromkeys(IDENTIFIERS) | {"email": "a" * 64, "city": "b" * 64}
OTHER = dict.fromkeys(IDENTIFIERS) | {"phone": "c" * 64}


def of(profile: Any = AMC, **changed: Any) -> str:
    person = {"external_id": "u1", "country": "DE", "tcf": "CP", "sets": [SET, OTHER]} | changed
    frame = conform(pl.DataFrame([person], schema_overrides={"sets": RECORDS["sets"]}), RECORDS)
    return frame.select(fingerprint(profile)).item()


def test_it_is_the_hash_that_its_words_describe() -> None:
    lines = sorted("|".join(one[name] or "" for name in IDENTIFIERS) for one in (SET, OTHER))
    consent = ["CP", *[""] * (len(CONSENT) - 1)]
    text = "\x1e".join(["amc:1", "DE", *consent, *lines])
    assert of() == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_the_order_of_sets_and_the_id_do_not_matter() -> None:
    assert of(sets=[OTHER, SET], external_id="u2") == of()


def test_all_else_matters() -> None:
    others = [
        of(country=None),
        of(tcf=None),
        of(gpp="x"),
        of(sets=[SET]),
        of(sets=[SET, SET]),
        of(replace(AMC, version=2)),
    ]
    assert len({of(), *others}) == len(others) + 1
