"""Following `nextToken` to the last page, always, and never round in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lading.amazon.diagnosis import unexpected
from lading.amazon.gateway import Call, Gateway
from lading.amazon.shapes import Shape


def pages(gateway: Gateway, call: Call) -> Iterator[Shape]:
    """Every page of a listing, each as the object that it is. The last has no token, a null or a blank one."""
    seen: set[str] = set()
    token: str | None = None
    while True:
        answer = gateway.ask(replace(call, params={**call.params, **({"nextToken": token} if token else {})}))
        page = Shape.of(answer)
        yield page
        token = page.maybe_identifier("nextToken")
        if token is None:
            return
        if token in seen:
            raise unexpected(answer, "a nextToken that has not been there before")
        seen.add(token)
