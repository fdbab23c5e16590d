"""What was probably meant by a name that there is not, in the one wording that all errors share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

#: So many known names are listed where none is near: more would hide the message.
_LISTED: Final = 20


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelled most like this one, in any case; None where none is near."""
    names = {one.casefold(): one for one in known}
    return next((names[one] for one in get_close_matches(name.casefold(), names, n=1)), None)


def meant(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`; empty where none is near."""
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else ""


def hint(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?`, else what there is to choose from."""
    names = list(dict.fromkeys(known))
    return meant(name, names) or (f"known: {listed(names)}" if names else "there are none")


def listed(names: Sequence[str]) -> str:
    """The names in a row, as many as a message bears."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
