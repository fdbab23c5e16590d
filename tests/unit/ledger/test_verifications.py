from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lading.ledger.rows import Verification
from lading.model.agreement import Agreement

ROW = Verification(
    target="main/newsletter", day="2026-03-01", at=datetime(2026, 3, 1, 12, tzinfo=UTC), agreement=Agreement.AGREES,
    members=100, received=100, matched=70, dsp=None,
)  # fmt: skip


@pytest.fixture
def kept(ledger, delivering):
    """The verifications of a ledger that knows the audience."""
    assert delivering
    return ledger.verifications


def test_a_day_has_one_row_the_last(kept):
    kept.keep(ROW)
    kept.keep(replace(ROW, received=90, agreement=Agreement.DRIFT))
    kept.keep(replace(ROW, day="2026-03-02"))
    assert [(one.day, one.received) for one in kept.of(ROW.target, 10)] == [
        ("2026-03-02", 100),
        ("2026-03-01", 90),
    ]
    assert len(kept.of(ROW.target, 1)) == 1
    assert kept.of("main/other", 10) == ()


@pytest.mark.parametrize("agreement", [Agreement.EARLY, Agreement.UNCOUNTED])
def test_a_day_that_was_compared_stays_compared(kept, agreement):
    kept.keep(replace(ROW, agreement=agreement, received=None))
    kept.keep(ROW)
    kept.keep(replace(ROW, agreement=agreement, received=5))
    assert kept.of(ROW.target, 10) == (ROW,)
