"""A batch of five changes on disk, and a ledger that only remembers what it is told."""

from types import SimpleNamespace

import polars as pl
import pytest

from lading.deliver.delivery import Delivery
from lading.ledger.rows import Batch
from lading.model.frames import CHANGES
from lading.model.states import BatchState

EMPTY = dict.fromkeys(Batch.__slots__)


def _batch(first=1, last=5, **more):
    """A batch that was sent."""
    facts = {"run": "r-1", "no": 3, "group": 2, "first": first, "last": last, "records": last - first + 1, "part": 7,
             "state": BatchState.SENT, "attempt": 2, "depth": 0, "job_request_id": "j-1"}  # fmt: skip
    return Batch(**EMPTY | facts | more)


@pytest.fixture
def batch():
    """Makes a batch of the changes that are named."""
    return _batch


class Told:
    """What the ledger was told of batches."""

    def __init__(self):
        self.ended = []

    def finish(self, claim, batch, outcome):
        self.ended.append((claim.run_id, batch.no, outcome))


@pytest.fixture
def delivery(tmp_path):
    """Changes 0..9 of people p0..p9; their lines are their ids."""
    numbers = range(10)
    changes = pl.DataFrame(
        {"no": numbers, "external_id": [f"p{number}" for number in numbers]},
        schema_overrides={"no": pl.UInt64},
    )
    missing = [
        pl.lit(None, kind).alias(name) for name, kind in CHANGES.items() if name not in changes.columns
    ]
    path = tmp_path / "changes.parquet"
    changes.with_columns(missing).select(list(CHANGES)).write_parquet(path)
    return Delivery(
        claim=SimpleNamespace(run_id="r-1"), ledger=SimpleNamespace(batches=Told()), clock=None, pace=None,
        destination=SimpleNamespace(lines=lambda frame: frame["external_id"]), connection="amazon", changes=path,
        outcomes=tmp_path / "outcomes", tell=lambda _: None, jitter=lambda: 0.0,
    )  # fmt: skip
