"""Treasure Data: what the names in commands and workflows that came from there stand for here."""

from __future__ import annotations

from pydantic import Field

from lading.settings.shape import Shape
from lading.settings.values import Switch


class TreasureData(Shape):
    """What the names in `td` commands and workflows stand for."""

    databases: dict[str, str] = Field(
        default={},
        description="The name of a database there -> the name of a source above. A database that is called like a source needs no entry.",
    )
    authentications: dict[str, str] = Field(
        default={},
        description="The id or name of an authentication there, in quotes -> the name of a connection above. One that is called "
        "like a connection needs no entry.",
    )
    require_email: Switch = Field(
        default=True,
        description="Whether a query has to have a column `email`, as Treasure Data demands. Amazon does not.",
    )
