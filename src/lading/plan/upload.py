"""A plan of an upload in numbers, for people: what is sent, what is left out, and what Amazon does with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lading.plan.periods import REASONS
from lading.plan.since import ColumnChange

#: What Amazon does with an upload, by its own word. Source: Amazon's guide "Upload data", update strategies.
STRATEGIES: Final[Mapping[str, str]] = {
    "ADDITIVE": "the rows come to those that are there",
    "FULL_REPLACE": "the whole dataset is replaced by the rows",
    "OVERLAP_REPLACE": "each period of the rows is replaced; the others stay as they are",
    "OVERLAP_KEEP": "only periods that have no rows yet are filled",
}

#: Requests of a run: ask for the dataset, look for uploads that are not finished, create the upload, ask for its end.
_REQUESTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadExplained:
    """What an upload would carry. Rows: read = recorded + rejected, recorded = sent + left out."""

    strategy: str
    late: str | None
    read: int
    recorded: int
    rejected: int
    rejections: Mapping[str, int]
    findings: Mapping[str, int]
    sent: int
    left_out: Mapping[str, int]
    #: The starts of the periods that are touched; none of a dataset without events.
    periods: tuple[str, ...]
    #: Periods that would have fewer rows than now: start, rows, rows now.
    shrunk: tuple[tuple[str, int, int], ...]
    #: Rows that are read and have no country: Amazon takes it for UNKNOWN.
    without_country: int
    files: int
    bytes: int
    requests: int
    columns_changed: tuple[ColumnChange, ...]

    @property
    def nothing_to_send(self) -> bool:
        """Amazon has all of it."""
        return not self.sent

    @property
    def why_left_out(self) -> Mapping[str, str]:
        """The reasons in words."""
        return {reason: REASONS[reason] for reason in self.left_out}

    def as_dict(self) -> dict[str, Any]:
        """The facts by name."""
        return {
            **asdict(self),
            "nothing_to_send": self.nothing_to_send,
            "left_out_total": sum(self.left_out.values()),
        }


def explain(counts: Mapping[str, Any]) -> UploadExplained:
    """A plan's counts, as the ledger keeps them, as a value."""
    return UploadExplained(
        strategy=counts["strategy"], late=counts["late"], read=counts["read"], recorded=counts["recorded"],
        rejected=counts["rejected"], rejections=counts["rejections"], findings=counts["findings"], sent=counts["sent"],
        left_out=counts["left_out"], periods=tuple(counts["periods"]),
        shrunk=tuple((start, rows, before) for start, rows, before in counts["shrunk"]),
        without_country=counts["without_country"], files=counts["files"], bytes=counts["bytes"], requests=_REQUESTS if counts["sent"] else 0,
        columns_changed=tuple(ColumnChange(*one) for one in counts.get("columns_changed", ())),
    )  # fmt: skip
