"""What AWS knows, kept in a file: buckets, objects (their bytes lie beside it), tags, policies, keys."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moto.kms.models import kms_backends
from moto.kms.utils import AbstractPrivateKey
from moto.s3.models import s3_backends

from amc_sandbox.aws import names
from amc_sandbox.aws.objects import FOLDERS
from amc_sandbox.nearest import Unlawful

PARTITION = "aws"


class _Pickler(pickle.Pickler):
    def reducer_override(self, one: object) -> Any:
        """Private keys of KMS cannot be written; keys that encrypt buckets have no use for them."""
        return (_none, ()) if isinstance(one, AbstractPrivateKey) else NotImplemented


def _none() -> None:
    return None


def save(accounts: Sequence[str], file: Path) -> None:
    """Write it down; whoever reads sees the old file or the new one."""
    state = {one: {"s3": _s3(one).__dict__, "kms": _kms(one)} for one in accounts}
    written = io.BytesIO()
    _Pickler(written).dump(state)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(written.getvalue())
    fresh.replace(file)


def load(accounts: Sequence[str], file: Path, folder: Path) -> None:
    """Go on from the file, when there is one. Unlawful when another version of moto wrote it."""
    wipe(accounts, folder)
    if not file.exists():
        return
    try:
        state = pickle.loads(file.read_bytes())  # noqa: S301  (our own file, in the user's own folder)
    except Exception:  # noqa: BLE001  (a pickle of another version may raise anything)
        raise Unlawful(
            f"{file} was written with another version of moto: use another --data folder"
        ) from None
    for account in accounts:
        _s3(account).__dict__.update(state[account]["s3"])
        for name in _s3(account).buckets:
            s3_backends.bucket_accounts[name] = (PARTITION, account)
        for region, known in state[account]["kms"].items():
            kms_backends[account][region].__dict__.update(known)


def wipe(accounts: Sequence[str], folder: Path) -> None:
    """Accounts without anything in them, whose objects will lie in the folder."""
    names.world.set(accounts[0])
    s3_backends.bucket_accounts.clear()
    for account in accounts:
        FOLDERS[account] = folder
        s3_backends.pop(account, None)
        kms_backends.pop(account, None)


def _s3(account: str) -> Any:
    return s3_backends[account][PARTITION]


def _kms(account: str) -> dict[str, dict[str, Any]]:
    return {region: backend.__dict__ for region, backend in kms_backends[account].items()}
