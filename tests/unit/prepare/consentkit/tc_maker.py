"""Makes TC strings and GPP strings, field by field, as IAB's specification lays them out."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from typing import Any

Fields = list[tuple[int, int]]


def letters(fields: Fields) -> str:
    """The fields, (value, width) each, as base64url, filled up to whole letters."""
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    whole = bits.ljust(-(-len(bits) // 24) * 24, "0")
    text = base64.urlsafe_b64encode(int(whole, 2).to_bytes(len(whole) // 8, "big")).decode()
    return text[: -(-len(bits) // 6)]


def as_field(vendors: Collection[int]) -> Fields:
    most = max(vendors, default=0)
    return [(most, 16), (0, 1), *((number in vendors, 1) for number in range(1, most + 1))]


def as_ranges(ranges: Sequence[tuple[int, int]]) -> Fields:
    return [(max((last for _, last in ranges), default=0), 16), (1, 1), *_ranges(ranges)]


def _ranges(ranges: Sequence[tuple[int, int]]) -> Fields:
    entries: Fields = [(len(ranges), 12)]
    for first, last in ranges:
        entries += [(0, 1), (first, 16)] if first == last else [(1, 1), (first, 16), (last, 16)]
    return entries


def core(
    purposes: Collection[int] = (1, 2, 3, 4),
    vendors: Fields | None = None,
    *,
    interest: Fields | None = None,
    one_not_asked: bool = False,
    restrictions: Sequence[tuple[int, int, Sequence[tuple[int, int]]]] = (),
    **other: Any,
) -> str:
    """A core string that grants `purposes` to `vendors`; by default the first four to Amazon."""
    fields: Fields = [
        (other.get("version", 2), 6), (other.get("moment", 17_000_000_000), 36), (17_000_000_000, 36), (7, 12), (1, 12),
        (0, 6), (4, 6), (13, 6), (48, 12), (4, 6), (1, 1), (0, 1), (0, 12),
        (sum(1 << (24 - purpose) for purpose in purposes), 24), (0xFFFFFF, 24), (one_not_asked, 1), (3, 6), (4, 6),
        *(as_ranges([(793, 793)]) if vendors is None else vendors),
        *(as_field([793]) if interest is None else interest),
        (len(restrictions), 12),
    ]  # fmt: skip
    for purpose, kind, ranges in restrictions:
        fields += [(purpose, 6), (kind, 2), *_ranges(ranges)]
    return letters(fields)


def disclosed(vendors: Fields) -> str:
    return letters([(1, 3), *vendors])


def fibonacci(number: int) -> Fields:
    weights = [1, 2]
    while weights[-1] <= number:
        weights.append(weights[-1] + weights[-2])
    used = []
    for weight in reversed(weights):
        used.append(weight <= number)
        number -= weight * used[-1]
    ordered = list(reversed(used))
    return [(int(one), 1) for one in ordered[: max(i for i, one in enumerate(ordered) if one) + 1]] + [(1, 1)]


def gpp(sections: dict[int, str]) -> str:
    """A GPP string of these sections."""
    fields: Fields = [(3, 6), (1, 6), (len(sections), 12)]
    last = 0
    for number in sections:
        fields += [(0, 1), *fibonacci(number - last)]
        last = number
    return "~".join([letters(fields), *sections.values()])
