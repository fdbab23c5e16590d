"""Names of buckets, which are one world's own: sandboxes beside each other in a process may use the same ones.

moto keeps one register a process. This one takes its place, and shows each sandbox its own part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar

from moto.s3.models import s3_backends

Place = tuple[str, str]

#: Whose register is open in this thread: the sandbox's own account.
world: ContextVar[str] = ContextVar("world", default="")


class _Register(MutableMapping[str, Place]):
    def __init__(self) -> None:
        self._of: defaultdict[str, dict[str, Place]] = defaultdict(dict)

    def __getitem__(self, name: str) -> Place:
        return self._of[world.get()][name]

    def __setitem__(self, name: str, place: Place) -> None:
        self._of[world.get()][name] = place

    def __delitem__(self, name: str) -> None:
        del self._of[world.get()][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of[world.get()])

    def __len__(self) -> int:
        return len(self._of[world.get()])


s3_backends.bucket_accounts = _Register()  # type: ignore[assignment]  # a mapping of ours in place of the dict of moto
