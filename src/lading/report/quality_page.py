"""The quality report as one HTML file: no script, nothing loaded, and of the list's values masked examples only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from lading.report.list_quality import CountryQuality, FieldQuality, People, Quality
from lading.report.rejections import Reason

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .25rem .6rem; text-align: left; vertical-align: top }
th { font-weight: 600; white-space: nowrap; border-bottom: 1px solid #c8ccd1 } .number { text-align: right; width: 1%; white-space: nowrap; font-variant-numeric: tabular-nums }
.bar { display: flex; height: .9rem; background: #eceff2; min-width: 14rem }
.valid { background: #2f7d5b } .lossy { background: #c99a2e } .emptied { background: #b3423a }
.key span { display: inline-block; width: .8rem; height: .8rem; margin: 0 .3rem 0 1rem }
.bar.tall { height: 1.6rem; margin: .5rem 0 } .weak { background: #c99a2e } .lost { background: #8a6d9e } .turned { background: #b3423a }
.findable { background: #2f7d5b } .remark { color: #5b6570 } summary { cursor: pointer; padding: .3rem 0 }
@media (prefers-color-scheme: dark) { body { background: #14171a; color: #e6e8ea } .bar { background: #2a2f35 } .remark { color: #9aa4ae } }
"""


def page(found: Quality, title: str) -> str:
    """The whole page."""
    return "\n".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style>",
            f"<h1>{escape(title)}</h1>",
            "<h2>What Amazon can find</h2>",
            _chart(((name, count) for name, count, _ in _effect(found)), max(found.rows, 1), "bar tall"),
            _table(("rows", "", ""), ((count, _key(name), escape(text)) for name, count, text in _effect(found))),
            _people(found.people),
            "<h2>What to do</h2>",
            _table(("rows or values", ""), ((one.count, escape(one.text)) for one in found.advice))
            if found.advice
            else "<p>Nothing stands out.</p>",
            "<h2>Fields</h2>",
            _LEGEND,
            _fields(found.fields, found.accepted),
            "<h2>Countries</h2>",
            _table(
                ("rows", "country", "", "without e-mail or phone", "without consent", "deny", "at Amazon"),
                (_country(one, found) for one in found.countries),
            ),
            *(_country_fields(one) for one in found.countries if one.fields),
            "<h2>Rejected rows</h2>",
            _table(("rows", "reason"), ((count, escape(code)) for code, count in found.rejected.items())),
            *_examples(found.reasons),
            "</html>",
        ]
    )  # fmt: skip


def _effect(found: Quality) -> Sequence[tuple[str, int, str]]:
    """What becomes of each row: its colour, how many, and in words."""
    return (
        ("findable", found.findable, "by e-mail or phone"),
        ("weak", found.weakly_findable, "by names and places only: expect far fewer matches"),
        ("lost", found.unfindable, "not at all, since Amazon does not match their country"),
        ("turned", sum(found.rejected.values()), "rejected, and not sent"),
    )


def _people(people: People | None) -> str:
    if people is None:
        return ""
    return (
        f"<p>The rows that can be sent are {people.people:,} people; {people.merged:,} rows add an identifier set to one of them, and "
        f"{people.duplicate:,} are duplicates.</p>"
    )


_LEGEND: Final = (
    '<p class="key"><span class="valid"></span>valid<span class="lossy"></span>sent, but changed with loss'
    '<span class="emptied"></span>not sent</p>'
)


def _fields(fields: Iterable[FieldQuality], rows: int) -> str:
    return _table(("filled", "field", "", "reasons"), (_field(one, rows) for one in fields))


def _country_fields(one: CountryQuality) -> str:
    name = escape(one.country) or "no country"
    return f"<details><summary>Fields of {name}</summary>{_fields(one.fields, one.rows)}</details>"


def _examples(reasons: Iterable[Reason]) -> Iterator[str]:
    """A few rows of each reason, masked."""
    rows = [(one.count, escape(one.code), _words(one)) for one in reasons]
    if rows:
        yield "<h2>Examples</h2>"
        yield "<p>Of each value the first character is shown, and of an e-mail address whether it looks like one.</p>"
        yield _table(("rows or values", "reason", ""), rows)


def _words(reason: Reason) -> str:
    shown = ", ".join(
        f"row {one.row:,}{f' {escape(one.column)}' if one.column else ''}{f': {escape(one.masked)}' if one.masked else ''}"
        for one in reason.examples
    )
    return f'{escape(reason.message)}<br><span class="remark">{shown}</span>'


def _field(one: FieldQuality, rows: int) -> tuple[int, str, str, str]:
    lossy, emptied = sum(one.lossy.values()), sum(one.emptied.values())
    parts = (("valid", max(one.valid - lossy, 0)), ("lossy", lossy), ("emptied", emptied))
    whole = max(rows, one.filled, 1)
    bar = _chart(parts, whole, "bar")
    reasons = ", ".join(f"{escape(code)} {count:,}" for code, count in {**one.emptied, **one.lossy}.items())
    return one.filled, escape(one.field), bar, reasons


def _country(one: CountryQuality, found: Quality) -> tuple[object, ...]:
    consent = f"{one.no_consent:,}" if one.needs_consent else "not needed"
    name = "lost" if not one.matched_by_amazon else "findable"
    parts = ((name, one.rows - one.no_strong if one.matched_by_amazon else one.rows),
             ("weak", one.no_strong if one.matched_by_amazon else 0), ("turned", one.denied))  # fmt: skip
    most = max((land.rows + land.denied for land in found.countries), default=1)
    return (
        one.rows,
        escape(one.country) or "none",
        _chart(parts, max(most, 1), "bar"),
        one.no_strong,
        consent,
        one.denied,
        "matched" if one.matched_by_amazon else "not matched",
    )


def _chart(parts: Iterable[tuple[str, int]], whole: int, name: str) -> str:
    """A bar whose parts are shares of the whole."""
    cut = (f'<div class="{part}" style="width:{100 * count / whole:.2f}%"></div>' for part, count in parts)
    return f'<div class="{name}">{"".join(cut)}</div>'


def _key(name: str) -> str:
    return f'<span class="key"><span class="{name}"></span></span>'


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _cell(value: object) -> str:
    return f'<td class="number">{value:,}</td>' if isinstance(value, int) else f"<td>{value}</td>"
