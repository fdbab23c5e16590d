"""Verifying: Amazon's counts of an audience against the members that are held here, a row a day. Of a dataset: `datasets/verifying.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from lading import amazon
from lading.destinations.answers import explained
from lading.errors import Exit, Problem, Remedy, SettingsError
from lading.ledger.rows import Audience, DatasetVerification, Verification
from lading.membership.expiry import living
from lading.model.agreement import EXITS, Agreement
from lading.report.summary import AudienceSize
from lading.report.verification import (
    DAYS,
    Compared,
    Limits,
    compare,
    counted_at,
    dsp_counted_at,
)
from lading.service.datasets import verifying as datasets
from lading.service.datasets.verifying import VerifiedDataset
from lading.service.drafting import committed
from lading.service.parts import Parts
from lading.service.telling import tell_drift
from lading.service.work import target_of

#: Days of history that are shown.
SHOWN: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What Amazon counts of an audience, and how it stands to what is held here."""

    sync: str
    audience_id: str
    audience_name: str
    at: datetime
    #: Confirmed and not expired.
    members: int
    size: AudienceSize
    compared: Compared
    #: From when on Amazon's counts, and that of DSP, hold what was sent last.
    counted_at: datetime
    dsp_counted_at: datetime | None
    #: Runs and batches of which Amazon may still take something in.
    open_runs: tuple[str, ...]
    #: Earlier days, the newest first.
    history: tuple[Verification, ...]

    @property
    def exit_code(self) -> Exit:
        """How the command ends."""
        return EXITS[self.compared.agreement]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is not as it should be, in words; nothing where counts agree."""
        where = f"sync {self.sync}"
        match self.compared.agreement:
            case Agreement.DRIFT:
                return (Problem("drift", Remedy.LOOK, where, self._drift()),)
            case Agreement.FALLING:
                return (Problem("match_rate_falls", Remedy.LOOK, where, self._falling()),)
            case Agreement.EARLY:
                return (Problem("too_early", Remedy.WAIT, where, self._early()),)
            case Agreement.UNCOUNTED:
                says = "Amazon has no counts of this audience yet. Ask again later"
                return (Problem("not_counted", Remedy.WAIT, where, says),)
            case Agreement.AGREES:
                return ()

    def _drift(self) -> str:
        return (
            f"Amazon counts {self.size.received:,} of the {self.members:,} members that are held here as confirmed: "
            f"{self.compared.missing:,} fewer. It tells nobody who is missing: `lading verify {self.sync} --repair` plans to send "
            "all of them again"
        )

    def _falling(self) -> str:
        found = self.compared
        pairs = (
            ("matched", found.match_rate, found.usual_match_rate),
            ("in DSP", found.dsp_rate, found.usual_dsp_rate),
        )
        told = [
            f"{rate:.1%} {what}, and {usual:.1%} by the median of the last days"
            for what, rate, usual in pairs
            if rate is not None and usual is not None and rate < usual
        ]
        return f"{'; '.join(told)}. See whether identifiers, countries or the source have changed: `lading report RUN --quality` tells"

    def _early(self) -> str:
        if self.open_runs:
            return f"run {', '.join(self.open_runs)} is not settled, so Amazon's counts say nothing yet. `lading follow` ends it"
        return f"Amazon takes what was sent last into its counts until {self.counted_at:%Y-%m-%d %H:%M} UTC. Ask again then"

    def as_dict(self) -> dict[str, object]:
        """The facts by name."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return {
            **facts, "size": asdict(self.size), "compared": asdict(self.compared), "history": [asdict(day) for day in self.history],
        }  # fmt: skip


def verify(parts: Parts, name: str) -> Verified | VerifiedDataset:
    """Ask Amazon about sync `name`'s audience or dataset, hold it against what is held here, and keep the day's row; tell of drift."""
    return datasets.verify(parts, name) if parts.sync(name).to.dataset else _verify(parts, name)


def _verify(parts: Parts, name: str) -> Verified:
    wish, now = parts.audience(name), parts.clock.now()
    audience = _audience(parts, name)
    last = committed(parts, audience.target)
    row = parts.ledger.audiences.generation(audience.target)
    if last is None or row is None:
        raise SettingsError(
            "nothing was confirmed yet that could be verified. `lading apply` comes first",
            where=f"syncs.{name}", code="nothing_to_verify",
        )  # fmt: skip
    members = living(last, now)
    counted, dsp_counted = counted_at(wish.target, row.at), dsp_counted_at(wish.target, row.at)
    size = _size(parts, audience, dsp_counts=dsp_counted is not None and now >= dsp_counted)
    waiting = _open_runs(parts, audience.target)
    earlier = parts.ledger.verifications.of(audience.target, SHOWN)
    limits = Limits(parts.sync(name).verify.missing, parts.sync(name).verify.falling)
    before_today = [day for day in earlier if day.day != _day(now)][: 2 * DAYS]
    compared = compare(members, size, before_today, limits, early=bool(waiting) or now < counted)
    _keep(parts, audience, now, (members, size, compared))
    found = Verified(
        sync=name, audience_id=str(audience.audience_id), audience_name=audience.name, at=now, members=members, size=size,
        compared=compared, counted_at=counted, dsp_counted_at=dsp_counted, open_runs=waiting, history=earlier,
    )  # fmt: skip
    if found.exit_code is Exit.REFUSED:
        tell_drift(parts, name, found.problems)
    return found


def history(parts: Parts, name: str) -> Sequence[Verification] | Sequence[DatasetVerification]:
    """The days that are kept of sync `name`'s audience or dataset, the newest first. Amazon is asked nothing."""
    if parts.sync(name).to.dataset:
        return datasets.history(parts, name)
    return parts.ledger.verifications.of(_audience(parts, name).target, SHOWN)


def _audience(parts: Parts, name: str) -> Audience:
    parts.audience(name)
    found = parts.ledger.audiences.get(target_of(name, parts.sync(name)))
    if found is None or found.audience_id is None:
        raise SettingsError(
            "has no audience at Amazon yet. `lading apply` makes it",
            where=f"syncs.{name}",
            code="nothing_to_verify",
        )
    return found


def _size(parts: Parts, audience: Audience, *, dsp_counts: bool) -> AudienceSize:
    try:
        size = parts.amazon(audience.connection).audiences.get(str(audience.audience_id)).size
    except amazon.AmazonError as error:
        raise explained(error, audience.connection) from error
    return AudienceSize(received=size.received, matched=size.resolved, dsp=size.dsp if dsp_counts else None)


def _open_runs(parts: Parts, target: str) -> tuple[str, ...]:
    """Runs of which Amazon may still take something in."""
    unfinished = parts.ledger.runs.unfinished(target)
    late = {batch.run for batch in parts.ledger.unsettled.of(target)}
    return tuple(sorted(late | ({unfinished.id} if unfinished else set())))


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _keep(parts: Parts, audience: Audience, now: datetime, found: tuple[int, AudienceSize, Compared]) -> None:
    members, size, compared = found
    parts.ledger.verifications.keep(
        Verification(
            target=audience.target,
            day=_day(now),
            at=now,
            agreement=compared.agreement,
            members=members,
            received=size.received,
            matched=size.matched,
            dsp=size.dsp,
        )
    )
