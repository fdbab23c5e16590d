"""How the members that we hold stand to what Amazon counts."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from lading.errors import Exit


class Agreement(StrEnum):
    """What a comparison of counts has found."""

    #: Amazon counts at least as many as we hold, within the tolerance.
    AGREES = "agrees"
    #: Amazon counts fewer.
    DRIFT = "drift"
    #: As many, but a smaller share of them is matched, or in DSP, than before.
    FALLING = "falling"
    #: Amazon cannot have counted what was sent last.
    EARLY = "early"
    #: Amazon has no counts yet.
    UNCOUNTED = "uncounted"


#: How a command ends that asked.
EXITS: Final = {
    Agreement.AGREES: Exit.DONE, Agreement.DRIFT: Exit.REFUSED, Agreement.FALLING: Exit.REFUSED,
    Agreement.EARLY: Exit.PROCESSING, Agreement.UNCOUNTED: Exit.PROCESSING,
}  # fmt: skip

#: Nothing was compared.
INCONCLUSIVE: Final = frozenset({Agreement.EARLY, Agreement.UNCOUNTED})
