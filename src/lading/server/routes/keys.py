"""Keys of this API."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from lading.server.answers import Answer, answer
from lading.server.desk import TheParts
from lading.server.routes.orders import Shape
from lading.service import keys

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class KeyOrder(Shape):
    """What a new key may do."""

    role: Literal["admin", "read", "events"] = Field(
        description="admin: all. read: look only. events: hand in events only."
    )
    name: str = Field(default="", max_length=128, description="What it is for.")


@router.get("", response_model=Answer)
def list_keys(parts: TheParts) -> Response:
    """All keys, without the keys themselves."""
    return answer(keys.list_keys(parts))


@router.post("", status_code=201, response_model=Answer)
def create(parts: TheParts, order: KeyOrder) -> Response:
    """A new key. It is shown in this answer only."""
    made = keys.create(parts, order.role, order.name)
    return answer({"id": made.key.id, "role": made.key.role, "name": made.key.name, "key": made.secret}, 201)


@router.delete("/{key_id}", response_model=Answer)
def revoke(parts: TheParts, key_id: Annotated[str, Path(max_length=64)]) -> Response:
    """Let a key open nothing any more."""
    return answer(keys.revoke(parts, key_id))
