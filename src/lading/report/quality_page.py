"""The quality report as one HTML file: no script, nothing loaded, no value of the list in it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from lading.report.quality import CountryQuality, FieldQuality, Quality

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .25rem .6rem; text-align: left; vertical-align: top }
th { font-weight: 600; white-space: nowrap; border-bottom: 1px solid #c8ccd1 } .number { text-align: right; width: 1%; white-space: nowrap; font-variant-numeric: tabular-nums }
.bar { display: flex; height: .9rem; background: #eceff2; min-width: 14rem }
.valid { background: #2f7d5b } .lossy { background: #c99a2e } .emptied { background: #b3423a }
.key span { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 1rem }
@media (prefers-color-scheme: dark) { body { background: #14171a; color: #e6e8ea } .bar { background: #2a2f35 } }
"""


def page(found: Quality, title: str) -> str:
    """The whole page."""
    return "\n".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style>",
            f"<h1>{escape(title)}</h1>",
            "<h2>What Amazon can find</h2>",
            _table(("rows", ""), _effect(found)),
            "<h2>What to do</h2>",
            _table(("rows or values", ""), ((one.count, escape(one.text)) for one in found.advice))
            if found.advice
            else "<p>Nothing stands out.</p>",
            "<h2>Fields</h2>",
            ('<p class="key"><span class="valid"></span>valid<span class="lossy"></span>sent, but changed with loss'
            '<span class="emptied"></span>not sent</p>'),
            _table(("filled", "field", "", "reasons"), (_field(one, found.rows) for one in found.fields)),
            "<h2>Countries</h2>",
            _table(("rows", "country", "without e-mail or phone", "without consent", "at Amazon"), map(_country, found.countries)),
            "<h2>Rejected rows</h2>",
            _table(("rows", "reason"), ((count, escape(code)) for code, count in found.rejected.items())),
            "</html>",
        ]
    )  # fmt: skip


def _effect(found: Quality) -> Iterable[tuple[int, str]]:
    return (
        (found.findable, "by e-mail or phone"),
        (found.weakly_findable, "by names and places only: expect far fewer matches"),
        (found.unfindable, "not at all, since Amazon does not match their country"),
        (sum(found.rejected.values()), "rejected, and not sent"),
    )


def _field(one: FieldQuality, rows: int) -> tuple[int, str, str, str]:
    lossy, emptied = sum(one.lossy.values()), sum(one.emptied.values())
    parts = (("valid", max(one.valid - lossy, 0)), ("lossy", lossy), ("emptied", emptied))
    whole = max(rows, one.filled, 1)
    bar = "".join(
        f'<div class="{name}" style="width:{100 * count / whole:.2f}%"></div>' for name, count in parts
    )
    reasons = ", ".join(f"{escape(code)} {count:,}" for code, count in {**one.emptied, **one.lossy}.items())
    return one.filled, escape(one.field), f'<div class="bar">{bar}</div>', reasons


def _country(one: CountryQuality) -> tuple[int, str, int, str, str]:
    consent = f"{one.no_consent:,}" if one.needs_consent else "not needed"
    return (
        one.rows,
        escape(one.country) or "none",
        one.no_strong,
        consent,
        "matched" if one.matched_by_amazon else "not matched",
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _cell(value: object) -> str:
    return f'<td class="number">{value:,}</td>' if isinstance(value, int) else f"<td>{value}</td>"
