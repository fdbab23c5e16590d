"""Reading a body in its shape, and what is said about one that differs. A message never holds a value."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from amc_sandbox import rules
from amc_sandbox.families import Refusal

LONG: Final = Field(ge=0, le=2**63 - 1)
STRICT: Final = ConfigDict(strict=True)

T = TypeVar("T")


def read(shape: TypeAdapter[T], body: bytes) -> T:
    """The body in its shape, or a 400 about the first thing that differs."""
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=True)[0]
        kind = str(first["type"])
        if kind == "json_invalid":
            raise Refusal(400, "Request body is not JSON", extra={"unreadable": True}) from None
        where = "/".join(map(str, first["loc"]))
        if kind == "int_type":
            raise Refusal(400, _number_error(body, first["loc"]), extra={"unreadable": True}) from None
        if kind.endswith("_type"):
            raise Refusal(
                400, f"Value at '/{where}' has another type: {first['msg']}", extra={"unreadable": True}
            ) from None
        raise Refusal(400, f"1 validation error detected: Value at '/{where}': {first['msg']}") from None


def _number_error(body: bytes, where: tuple[int | str, ...]) -> str:
    """What stands in the place of a whole number, in the words of Amazon's reader."""
    value: Any = json.loads(body)
    for step in where:
        value = value[step]
    kinds = {str: "STRING_VALUE", float: "DECIMAL_VALUE", bool: "BOOLEAN_VALUE", type(None): "NULL_VALUE"}
    return rules.QUOTED_NUMBER.replace("STRING_VALUE", kinds.get(type(value), "VALUE"))
