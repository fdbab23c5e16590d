"""Telling people how a run ended, where `notify:` asks for it. What cannot be told never changes what became of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lading.errors import Exit, GuardTripped, LadingError, Problem, Remedy, SettingsError, StillProcessing
from lading.notices.notice import Event, Notice
from lading.report.summary import Report
from lading.service.parts import Parts

#: What helps, by what kind of error it is; `{sync}` is the sync's name.
_NEXT: Final = {
    Remedy.LOOK: "Look at `lading plan {sync}`; if it is right: `lading apply {sync} --accept GUARD`.",
    Remedy.ACCESS: "`lading check` says what is missing at Amazon.",
    Remedy.WAIT: "Nothing that Amazon confirmed is lost: the same command goes on.",
    Remedy.SETTINGS: "Mend what is named, then run the same command again.",
    Remedy.BUG: "Run `lading apply {sync}` by hand to see it, and tell us.",
}


def told(parts: Parts, sync: str, carry: Callable[[], Report]) -> Report:
    """Do what `carry` does for sync `sync`, and tell how it ended: also an error, which goes on its way.

    Nobody is told that Amazon is still processing, or that a person interrupted the run.
    """
    try:
        report = carry()
    except StillProcessing:
        raise
    except LadingError as error:
        tell(parts, _of_error(sync, error))
        raise
    except Exception as error:
        tell(parts, _of_bug(sync, error))
        raise
    tell(parts, _of_report(report))
    return report


def tell(parts: Parts, notice: Notice) -> None:
    """Post a notice to everybody who asked for its event."""
    for number, wish in enumerate(parts.settings.notify):
        if notice.event not in wish.on:
            continue
        where = f"notify[{number}].to"
        try:
            taken = parts.post().carry(wish.to.reveal(), notice)
        except SettingsError as error:
            parts.progress.say(f"Nobody was told ({where}): {error.message}")
            continue
        if not taken:
            parts.progress.say(
                f"Nobody was told: the notice could not be delivered to {where}. `lading check --notify` tries it"
            )


def tell_drift(parts: Parts, sync: str, problems: Sequence[Problem]) -> None:
    """Tell that Amazon's counts are not what they should be; nothing where they are."""
    if problems:
        words = "\n".join(problem.message for problem in problems)
        title = f"Lading: Amazon's counts of {sync} are not what they should be"
        tell(parts, Notice(event=Event.DRIFT, title=title, body=f"{words}\n"))


def _of_error(sync: str, error: LadingError) -> Notice:
    tripped = isinstance(error, GuardTripped)
    remedy = _NEXT[error.remedy].format(sync=sync)
    return Notice(
        event=Event.GUARD if tripped else Event.FAILED,
        title=f"Lading: {sync} {'was stopped by a guard, and nothing was sent' if tripped else 'failed'}",
        body=f"{error}\n\n{remedy}\n",
    )


def _of_bug(sync: str, error: Exception) -> Notice:
    """The kind of the error only: its text may hold anything."""
    return Notice(
        event=Event.FAILED, title=f"Lading: {sync} failed",
        body=f"It is our bug ({type(error).__name__}).\n\n{_NEXT[Remedy.BUG].format(sync=sync)}\n",
    )  # fmt: skip


def _of_report(report: Report) -> Notice:
    green = report.exit_code == Exit.DONE
    return Notice(
        event=Event.DONE if green else Event.FAILED,
        title=f"Lading: {report.sync} is done" if green else f"Lading: {report.sync} did not end well",
        body="\n".join([*_lines(report), "", f"All of it: `lading report {report.run}`", ""]),
    )


def _lines(report: Report) -> Iterator[str]:
    yield f"Run {report.run}, {'' if report.dataset else 'mode '}{report.mode}: {report.state}"
    if report.endpoint:
        yield f"Amazon was played by {report.endpoint}: nothing went to Amazon itself"
    if report.problem:
        yield report.problem
    if report.dataset and (books := report.books):
        yield f"{books.read:,} rows read, {books.rejected:,} rejected, {books.unchanged:,} left out, {books.changed:,} sent"
        yield f"{books.confirmed:,} confirmed by Amazon, {books.refused:,} refused, {books.pending:,} pending"
    elif books := report.books:
        yield f"{books.read:,} rows read, {books.rejected:,} rejected; {books.recorded:,} people, {books.unchanged:,} unchanged"
        yield f"{books.confirmed:,} confirmed by Amazon, {books.refused:,} refused, {books.pending:,} pending"
    if report.members is not None:
        yield f"{report.members:,} members"
