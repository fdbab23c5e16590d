"""The report of a run: the books, what Amazon says of the audience, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from lading.model.books import Books
from lading.model.forecast import Forecast
from lading.report import rejections
from lading.report.parts import Part
from lading.report.rejections import Reason
from lading.report.upload import DatasetFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSize:
    """What Amazon says of an audience, of all that it has received in its life; None where it says nothing yet."""

    received: int | None = None
    #: People whom it knows (`idResolutionCount`).
    matched: int | None = None
    dsp: int | None = None

    @property
    def match_rate(self) -> float | None:
        """Matched of received, 0 to 1."""
        return self.matched / self.received if self.received and self.matched is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """Batches by what became of them; one that was split counts as its parts."""

    confirmed: int = 0
    refused: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.confirmed + self.refused + self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a run, as every face shows it."""

    run: str
    sync: str
    state: str
    mode: str
    exit_code: int | None
    #: None while nothing is planned yet.
    books: Books | None
    rejections: tuple[Reason, ...] = ()
    findings: tuple[Reason, ...] = ()
    #: People who were sent and match less than they could.
    warnings: tuple[Reason, ...] = ()
    #: Refused people by Amazon's reason.
    refusals: Mapping[str, int] = field(default_factory=dict)
    audience_id: str | None = None
    audience_name: str | None = None
    #: Members of ours, after the last commit.
    members: int | None = None
    #: Who of them expires by when, unless he is sent again; for the last run of an audience only.
    expiry: Forecast | None = None
    #: Records that were sent, by kind of change.
    changes: Mapping[str, int] = field(default_factory=dict)
    size: AudienceSize = field(default_factory=AudienceSize)
    batches: BatchCounts = field(default_factory=BatchCounts)
    #: Parts of at most 100,000 identifiers.
    parts: tuple[Part, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    #: The address that stands in for Amazon's, where one does.
    endpoint: str | None = None
    problem: str | None = None
    #: Of a run that fills a dataset, which has no audience.
    dataset: DatasetFacts | None = None

    @property
    def balanced(self) -> bool:
        """Every row and every change is accounted for."""
        return self.books is not None and not self.books.imbalance()

    @property
    def seconds(self) -> float | None:
        """How long the run took, by its clock."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it; moments in ISO 8601."""
        facts = asdict(self)
        for name in ("started_at", "ended_at"):
            facts[name] = _moment(facts[name])
        if facts["dataset"]:
            facts["dataset"]["watermark"] = _moment(facts["dataset"]["watermark"])
        return {
            **facts,
            "balanced": self.balanced,
            "imbalance": list(self.books.imbalance()) if self.books else [],
            "seconds": self.seconds,
            "size": {**facts["size"], "match_rate": self.size.match_rate},
            "batches": {**facts["batches"], "total": self.batches.total},
        }

    def lines(self) -> Iterator[str]:
        """The report as text."""
        yield f"Run {self.run} of {self.sync} ({self.mode}): {self.state}"
        if self.endpoint:
            yield f"Amazon was played by {self.endpoint}: nothing went to Amazon itself"
        yield from _book_lines(self.books)
        yield from rejections.lines(self.rejections)
        for reason, count in sorted(self.refusals.items(), key=lambda item: -item[1]):
            yield f"{count:>11,}  refused by Amazon: {reason}"
        yield from rejections.lines(self.warnings)
        yield from self._audience_lines()
        yield from self._dataset_lines()
        if self.batches.total:
            done = f"{self.batches.confirmed:,} of {self.batches.total:,} confirmed"
            yield f"Batches: {done}, {self.batches.refused:,} refused, {self.batches.pending:,} pending"
        if self.seconds is not None:
            yield f"It took {self.seconds:,.0f} s"
        if self.problem:
            yield f"Problem: {self.problem}"

    def _dataset_lines(self) -> Iterator[str]:
        if self.dataset is None:
            return
        for one in self.dataset.left_out:
            yield f"{one.count:>11,}  left out: {one.message}"
        for upload in self.dataset.uploads:
            yield f"Upload {upload.upload_id or '(not sent)'} of {upload.address}: {upload.state}"

    def _audience_lines(self) -> Iterator[str]:
        if self.audience_id:
            yield f"Audience {self.audience_name or ''} {self.audience_id}".replace("  ", " ")
        if self.members is not None:
            yield f"{self.members:>11,}  members confirmed by Amazon and not expired"
        size = self.size
        if size.received is not None:
            rate = f" ({size.match_rate:.1%})" if size.match_rate is not None else ""
            yield f"{size.received:>11,}  records received by Amazon"
            yield f"{size.matched or 0:>11,}  people matched{rate}"
        if size.dsp is not None:
            yield f"{size.dsp:>11,}  people in DSP"


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _book_lines(books: Books | None) -> Iterator[str]:
    if books is None:
        return
    for name, number in books.as_dict().items():
        if number or name in {"read", "recorded", "rejected", "unchanged", "changed", "confirmed"}:
            yield f"{number:>11,}  {name}"
    for sentence in books.imbalance():
        yield f"The books do not balance. {sentence}"
