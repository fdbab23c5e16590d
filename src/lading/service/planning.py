"""Planning: what would be sent, saved to be looked at (`plan`) or as the first half of a run."""

from __future__ import annotations

from lading.errors import GuardTripped
from lading.ledger import new_id
from lading.ledger.rows import Plan, Planned
from lading.model.states import RunState
from lading.service.drafting import Draft, books_of, draft, target_of
from lading.service.parts import Parts
from lading.service.work import Work
