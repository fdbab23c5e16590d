"""What became of each change, on disk and in the ledger."""

import polars as pl
import pytest

from lading.deliver.follow import Ending, Judgement
from lading.deliver.outcomes import finish
from lading.model.states import BatchState


@pytest.mark.parametrize(
    ("judged", "refused", "state", "problem"),
    [
        (Judgement(Ending.CONFIRM, {}), {}, BatchState.CONFIRMED, None),
        (Judgement(Ending.CONFIRM, {}, warning="one target"), {}, BatchState.CONFIRMED, "one target"),
        (Judgement(Ending.CONFIRM, {"p2": "bad hash"}), {2: "bad hash"}, BatchState.CONFIRMED, None),
        (
            Judgement(Ending.REFUSE, {}, reason="no"),
            dict.fromkeys(range(1, 6), "no"),
            BatchState.REFUSED,
            "no",
        ),
        (
            Judgement(Ending.REFUSE, {"p2": "bad hash"}, reason="no"),
            {**dict.fromkeys(range(1, 6), "no"), 2: "bad hash"},
            BatchState.REFUSED,
            "no",
        ),
        (
            Judgement(Ending.CONFIRM, {f"p{n}": "bad" for n in range(1, 6)}),
            dict.fromkeys(range(1, 6), "bad"),
            BatchState.REFUSED,
            None,
        ),
    ],
    ids=[
        "all taken",
        "with a warning",
        "one refused by name",
        "all refused",
        "all refused, one by name",
        "each refused by name",
    ],
)
def test_each_change_of_a_batch_has_one_outcome(delivery, batch, judged, refused, state, problem):
    finish(delivery, batch(), judged)
    [(run, no, outcome)] = delivery.ledger.batches.ended
    assert (run, no, outcome.state, outcome.problem) == ("r-1", 3, state, problem)
    assert (outcome.confirmed, outcome.refused) == (5 - len(refused), len(refused))
    written = pl.read_parquet(delivery.outcomes / outcome.file.name)
    assert written["no"].to_list() == [1, 2, 3, 4, 5]
    assert dict(written.filter(pl.col("outcome") == "refused").select("no", "reason").iter_rows()) == refused
    assert set(written["job"]) == {"j-1"}
