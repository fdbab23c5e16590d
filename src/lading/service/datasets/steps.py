"""The steps of a run that fills a dataset, by its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lading.model.states import RunState
from lading.service import planning
from lading.service.datasets import committing, uploading
from lading.service.datasets import planning as uploads
from lading.service.work import Work

#: A step ends by committing the next state, or raises and leaves the run to be resumed.
STEPS: Final[Mapping[RunState, Callable[[Work], None]]] = {
    RunState.READING: uploads.read_and_plan,
    RunState.PLANNED: uploads.begin,
    RunState.GUARDED: planning.accept,
    RunState.DELIVERING: uploading.send_all,
    RunState.SETTLING: uploading.settle,
    RunState.COMMITTING: committing.commit,
}
