"""User deletion requests: the people who are to be forgotten."""

from __future__ import annotations

from typing import Annotated, Final, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from amc_sandbox import dataset_rules, rules
from amc_sandbox.shapes.dataset import ExternalIdentity, HashedPii
from amc_sandbox.shapes.reading import STRICT

Hash = Annotated[str, StringConstraints(pattern=f"^{rules.HASH.pattern}$")]


@with_config(STRICT)
class External(TypedDict):
    type: ExternalIdentity
    value: Annotated[str, StringConstraints(min_length=1)]


@with_config(STRICT)
class Identity(TypedDict):
    externalIdentity: NotRequired[External]
    hashedIdentity: NotRequired[Annotated[dict[HashedPii, Hash], Field(min_length=1)]]


@with_config(STRICT)
class NewDeletion(TypedDict):
    targetIdentities: Annotated[list[Identity], Field(min_length=1, max_length=dataset_rules.MAX_IDENTITIES)]


NEW: Final = TypeAdapter(NewDeletion)
