"""The quality of a list: of a file before it is sent, or of what a run has read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from lading.errors import SettingsError
from lading.ledger.rows import Run
from lading.membership.files import verify
from lading.prepare.quality import add
from lading.report.list_quality import People, Quality
from lading.report.quality import quality
from lading.report.quality_page import page
from lading.report.rejections import reasons
from lading.service.parts import Parts
from lading.service.warning import kept
from lading.service.work import planned_folder


def of_run(parts: Parts, run_id: str) -> Quality:
    """The quality of the source as a run has read it."""
    run = parts.ledger.runs.get(run_id)
    if "quality" not in run.files and run.over and run.books is not None:
        raise SettingsError(
            "has no files any more: they are kept as long as `retention:` says", where=f"run {run_id}", code="swept",
        )  # fmt: skip
    if "quality" not in run.files:
        raise SettingsError("has read nothing yet", where=f"run {run_id}", code="nothing_read")
    folder = planned_folder(parts, run)
    tally = add([pl.read_parquet(verify(folder, run.files["quality"]))])
    told = tuple(
        reason
        for part in ("rejections", "findings")
        for reason in reasons(pl.scan_parquet(folder / run.files[part].name))
    )
    return quality(tally, people=_people(folder, run), reasons=told)


def _people(folder: Path, run: Run) -> People | None:
    """What the rows of a run came to, once it was planned."""
    if run.books is None:
        return None
    warned = kept(folder / run.files["warnings"].name) if "warnings" in run.files else {}
    books = run.books
    return People(
        people=books.recorded, merged=books.merged, duplicate=books.duplicate,
        too_many_sets=warned.get("too_many_sets", 0),
    )  # fmt: skip


def write(found: Quality, path: Path, title: str) -> None:
    """Write the report to `path`, whole or not at all, in the form that its ending names."""
    check_ending(path)
    form = _FORMS[path.suffix.lower()]
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(form(found, title), "utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        why = os.strerror(error.errno) if error.errno else "cannot be written"
        raise SettingsError(f"{why}; name another file", where=str(path), code="wrong_output") from error


def check_ending(path: Path) -> None:
    """Refuse a path whose ending names no form that a report has."""
    if path.suffix.lower() not in _FORMS:
        raise SettingsError(f"a report ends in {', '.join(_FORMS)}", where=str(path), code="wrong_output")


def _as_json(found: Quality, _title: str) -> str:
    return json.dumps(found.as_dict(), indent=2) + "\n"


def _as_text(found: Quality, title: str) -> str:
    return "\n".join([title, *found.lines(), ""])


#: By the file's ending.
_FORMS: Final[Mapping[str, Callable[[Quality, str], str]]] = {
    ".html": page,
    ".json": _as_json,
    ".txt": _as_text,
}
