"""Answers about the targets of a sync: one is shown as it is; several stand under each other, or in `targets` of the JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lading.cli.ending import say, told
from lading.errors import Bug, Exit, Problem

if TYPE_CHECKING:
    from lading.cli.face import Face
    from lading.cli.sheet import Sheet
    from lading.service.targets import TargetAnswer

Answer = TypeVar("Answer")

#: The exit code of an answer, with the problem that it stands for, if there is one.
Verdict = Callable[[Answer], tuple[int, tuple[Problem, ...]]]


def fine(_answer: object) -> tuple[int, tuple[Problem, ...]]:
    """The verdict on an answer that is only looked at."""
    return Exit.DONE, ()


def show(
    face: Face,
    name: str,
    answers: Sequence[TargetAnswer[Answer]],
    draw: Callable[[Sheet, Answer], None],
    verdict: Verdict[Answer] = fine,
) -> None:
    """Print what was said of the targets of sync `name`, and end with the gravest of their verdicts."""
    if len(answers) == 1 and (only := answers[0].answer) is not None:
        code, problems = verdict(only)
        face.show(only, lambda sheet: draw(sheet, only), exit_code=code, problems=problems)
        return
    from lading.service.targets import gravest

    ends = [_end(one, verdict) for one in answers]
    data = {"sync": name, "targets": [_as_json(one, *end) for one, end in zip(answers, ends, strict=True)]}
    face.show(
        data,
        lambda sheet: _draw(sheet, answers, draw),
        exit_code=gravest([code for code, _ in ends]),
        problems=tuple(problem for _, problems in ends for problem in problems),
    )
    for one, (_, problems) in zip(answers, ends, strict=True):
        if one.error is not None:
            say(told(problems))


def _end(one: TargetAnswer[Answer], verdict: Verdict[Answer]) -> tuple[int, tuple[Problem, ...]]:
    """Exit code and problems of one target, each problem named after it."""
    if one.error is not None:
        code, problems = int(one.error.exit_code), one.error.problems
    elif one.answer is not None:
        code, problems = verdict(one.answer)
    else:
        raise Bug(f"nothing was said of target {one.sync}")
    return code, tuple(_named(one.sync, problem) for problem in problems)


def _named(sync: str, problem: Problem) -> Problem:
    where = f"{sync}: {problem.where}" if problem.where else sync
    return Problem(problem.code, problem.remedy, where, problem.message)


def _as_json(one: TargetAnswer[Answer], code: int, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "sync": one.sync,
        "target": one.target,
        "exit_code": int(code),
        "data": one.answer,
        "problems": problems,
    }


def _draw(
    sheet: Sheet, answers: Sequence[TargetAnswer[Answer]], draw: Callable[[Sheet, Answer], None]
) -> None:
    for number, one in enumerate(answers):
        if number:
            sheet.line()
        if one.answer is not None:
            draw(sheet, one.answer)
        elif one.error is not None:
            sheet.title(f"{one.sync}: stopped", f"exit code {int(one.error.exit_code)}", style="bold red")
