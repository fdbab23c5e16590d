"""What all tables share: their collection, and how conditions name states."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def words(states: object) -> str:
    """The words as SQL writes a list of them, always in the same order."""
    return ", ".join(f"'{state}'" for state in sorted(states))  # type: ignore[call-overload]
