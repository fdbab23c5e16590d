"""What all blocks of lading.yaml have in common: they are frozen, and they refuse keys they do not know."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Shape(BaseModel):
    """One block of lading.yaml."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
        populate_by_name=False,
        use_attribute_docstrings=False,
    )


def wrong(message: str, *, code: str = "wrong_value") -> PydanticCustomError:
    """A value is not as it has to be; `message` is shown as it stands, so it must not hold a secret."""
    return PydanticCustomError(code, "{says}", {"says": message})
