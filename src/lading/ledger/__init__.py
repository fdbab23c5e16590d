"""The ledger: where every run, batch and audience stands, in SQLite or PostgreSQL. The rules are those of durable execution:
what is sent is written down first, and only the holder of a run writes for it.
"""

from lading.ledger.claims import Claim
from lading.ledger.errors import LostClaim
from lading.ledger.ids import new_id
from lading.ledger.ledger import Ledger, identity, open_home, open_ledger
from lading.ledger.workers import Owner, Worker

__all__ = [
    "Claim",
    "Ledger",
    "LostClaim",
    "Owner",
    "Worker",
    "identity",
    "new_id",
    "open_home",
    "open_ledger",
]
