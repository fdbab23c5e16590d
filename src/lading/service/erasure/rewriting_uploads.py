"""A run that filled a dataset loses an erased person's rows, and the files that were made of them for the upload."""

from __future__ import annotations

import shutil

from lading.ledger.rows import Forget, NamedFile, Run
from lading.ledger.swaps import UploadSwap
from lading.membership import erasing
from lading.membership.erasing_rows import of_rows, without_people
from lading.prepare.suppression import Suppression
from lading.service.datasets.drafting import UPLOAD
from lading.service.parts import Parts
from lading.service.work import planned_folder

#: Files that name rows; the first character of a value may stand in them.
_MASKED = ("rejections", "findings")


def rewrite_upload(parts: Parts, forget: Forget, suppression: Suppression, run: Run) -> None:
    """Write the run's rows anew without these people, and delete its upload files: a run that is over needs them no more."""
    folder, run = planned_folder(parts, run), parts.ledger.runs.get(run.id)
    rows = run.files.get("rows")
    if rows is None or not (folder / rows.name).exists():
        return
    fresh, gone = without_people(folder, rows, of_rows(suppression))
    if fresh is None:
        return
    files = {"rows": NamedFile.like(fresh)}
    for part in _MASKED:
        if part in run.files and (blank := erasing.blanked(folder, run.files[part], "masked")):
            files[part] = NamedFile.like(blank)
    dropped = tuple(part for part in run.files if part.startswith(f"{UPLOAD}-"))
    place = folder.relative_to(parts.home.path)
    erased = [{"file": str(place / fresh.name), "lines": rows.rows - fresh.rows}]
    erased += [{"file": str(place / run.files[part].name), "deleted": True} for part in dropped]
    parts.ledger.swaps.upload(forget.id, run, UploadSwap(files=files, dropped=dropped, gone=gone), erased)
    for part in files:
        (folder / run.files[part].name).unlink(missing_ok=True)
    shutil.rmtree(folder / UPLOAD, ignore_errors=True)
