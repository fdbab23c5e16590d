"""How large Amazon says that an audience is."""

from __future__ import annotations

from dataclasses import dataclass

from lading.amazon.shapes import Shape


@dataclass(frozen=True, slots=True)
class AudienceSize:
    """Amazon's counts; None where it does not say."""

    #: Records that Amazon received.
    received: int | None
    #: Users that they resolved to.
    resolved: int | None
    #: Users that Amazon DSP can reach.
    dsp: int | None


def size_of(shape: Shape) -> AudienceSize:
    """The counts of an `audienceSize` object."""
    return AudienceSize(
        received=shape.count("receivedRecordSize"),
        resolved=shape.count("idResolutionCount"),
        dsp=shape.count("dspAudienceSize"),
    )
