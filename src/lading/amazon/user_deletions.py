"""`/amc/advertiserData/{instanceId}/userDeletionRequest`: people out of every dataset that was uploaded to an instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lading.amazon.amc_instance import AmcInstance, headers_of, path_in
from lading.amazon.audience_rules import WrongField
from lading.amazon.datasets import PAGE
from lading.amazon.exact import written
from lading.amazon.gateway import USER_DELETIONS, Call, Gateway
from lading.amazon.paging import pages
from lading.amazon.shapes import Shape

#: Identities in one request ("Advertiser data upload" OpenAPI file).
MAX_IDENTITIES: Final = 1_000

_NOUN: Final = "userDeletionRequest"


@dataclass(frozen=True, slots=True)
class HashedPerson:
    """One person by hashed identifiers: EMAIL, PHONE and the like, each with its SHA-256 in hex."""

    hashes: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExternalId:
    """One person by an id of others: its kind (MAID, LIVERAMP and the like) and its value."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UserDeletion:
    """A deletion request as Amazon tells it."""

    request_id: str
    #: Amazon's word: PENDING or SUCCEEDED. It documents none for a failure.
    status: str
    #: How many people it names; None where Amazon does not say.
    identities: int | None
    created_at: datetime | None

    @property
    def done(self) -> bool:
        """True when the people are out."""
        return self.status.upper() in {"SUCCEEDED", "SUCCESS", "COMPLETED"}


class UserDeletions:
    """The deletion requests of AMC instances."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def create(self, instance: AmcInstance, people: Sequence[HashedPerson | ExternalId]) -> str:
        """Ask for 1..1000 people to be deleted; returns the request's id. Asking twice does no harm.

        Raises:
            WrongField: nobody is named, or too many, or somebody without a single identifier; nothing was sent.

        """
        if not 0 < len(people) <= MAX_IDENTITIES:
            raise WrongField("targetIdentities", f"names 1..{MAX_IDENTITIES} people, not {len(people)}")
        body = written({"targetIdentities": [_asked(person) for person in people]})
        return self._ask("POST", instance, body=body).identifier("userDeletionRequestId")

    def get(self, instance: AmcInstance, request_id: str) -> UserDeletion:
        """Where a request stands.

        Raises:
            NotFound: Amazon knows no such request, or does not know it yet.

        """
        return _deletion(self._ask("GET", instance, request_id).inner("identityDeletion"))

    def list(self, instance: AmcInstance) -> tuple[UserDeletion, ...]:
        """All requests of the instance, of all pages."""
        path = path_in(instance, _NOUN, "list")
        params = {"maxResults": str(PAGE)}
        call = Call("POST", path, USER_DELETIONS, params=params, headers=headers_of(instance))
        found = (one for page in pages(self._gateway, call) for one in page.items("userDeletions"))
        return tuple(_deletion(one) for one in found)

    def _ask(self, method: str, instance: AmcInstance, *parts: str, body: bytes | None = None) -> Shape:
        path = path_in(instance, _NOUN, *parts)
        call = Call(method, path, USER_DELETIONS, headers=headers_of(instance), body=body)
        return Shape.of(self._gateway.ask(call))


def _asked(person: HashedPerson | ExternalId) -> dict[str, object]:
    if isinstance(person, ExternalId):
        return {"externalIdentity": {"type": person.kind, "value": person.value}}
    if not person.hashes:
        raise WrongField("hashedIdentity", "has no identifier")
    return {"hashedIdentity": dict(person.hashes)}


def _deletion(shape: Shape) -> UserDeletion:
    return UserDeletion(
        request_id=shape.identifier("userDeletionRequestId"),
        status=shape.text("status"),
        identities=shape.count("identityCount"),
        created_at=shape.moment("creationDateTime"),
    )
