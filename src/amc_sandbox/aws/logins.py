"""Whose keys open which AWS account. Nothing here is secret: it is a sandbox on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REGION: Final = "us-east-1"


@dataclass(frozen=True, slots=True)
class Login:
    """An access key, and the account behind it."""

    access_key_id: str
    secret_access_key: str
    account_id: str


# An account of the user's own: its buckets need a policy and a tag.
_OWN: Final = ("AKIASANDBOXOWN000001", "sandbox/own/not/a/real/secret/0000000001", 210987654321)
# The account that is connected to the instances (`awsAccountId`): its buckets need no tag.
_CONNECTED: Final = ("AKIASANDBOXCONNECTED", "sandbox/connected/not/a/real/secret/0001", 123456789012)


def logins(number: int) -> tuple[Login, Login]:
    """The user's own login and that of the connected account; one pair for each sandbox of a process.

    moto keeps all accounts of a process together, so sandboxes beside each other need accounts of their own.
    """
    own, connected = ((key, secret, str(first + number)) for key, secret, first in (_OWN, _CONNECTED))
    return Login(*own), Login(*connected)
