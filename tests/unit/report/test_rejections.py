"""Rejections by reason, with masked examples."""

from __future__ import annotations

import polars as pl

from lading.model.frames import REJECTIONS
from lading.report.rejections import Example, lines, reasons


def rejected(*rows):
    return pl.LazyFrame(rows, schema=REJECTIONS, orient="row")


ROWS = rejected(
    (9, "email", "bad_email", "this is no e-mail", "a***"),
    (4, None, "no_identifier", "nothing to match by", None),
    (2, "email", "bad_email", "this is no e-mail", "b***"),
    (7, "email", "bad_email", "this is no e-mail", "c***"),
    (5, "email", "bad_email", "this is no e-mail", "d***"),
)


def test_the_most_frequent_first_with_the_first_rows_as_examples():
    first, second = reasons(ROWS)
    assert (first.code, first.count, first.message) == ("bad_email", 4, "this is no e-mail")
    assert first.examples == (
        Example(2, "email", "b***"),
        Example(5, "email", "d***"),
        Example(7, "email", "c***"),
    )
    assert (second.code, second.count, second.examples) == ("no_identifier", 1, (Example(4, None, None),))


def test_as_text():
    text = list(lines(reasons(ROWS, examples=1)))
    assert text == [
        "          4  bad_email: this is no e-mail",
        "             row 2, email: b***",
        "          1  no_identifier: nothing to match by",
        "             row 4",
    ]


def test_no_rejections_no_reasons():
    assert reasons(rejected()) == ()
