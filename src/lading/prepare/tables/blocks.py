"""How a table is written down: `RESULT=WORD,WORD RESULT=WORD`, parted by white space."""

from __future__ import annotations


def words(block: str) -> dict[str, str]:
    """Each word of a block and what it becomes."""
    pairs = (entry.split("=", 1) for entry in block.split())
    return {word: result for result, known in pairs for word in known.split(",")}
