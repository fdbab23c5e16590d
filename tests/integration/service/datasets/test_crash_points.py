"""A run that dies at any of its named moments and is started again: there is one copy of each row, and the books balance."""

import pytest

from lading.crashpoints import DATASET_POINTS, hooked

#: Moments that a first run without trouble has nothing to do with: lost answers, columns that come later, erasures.
ELSEWHERE = (
    "ledger.dataset_emptied", "ledger.looked", "ledger.adopted", "ledger.absent", "ledger.let_go", "ledger.caught_up",
    "ledger.deletion", "identities.", "delete_people.", "look_up.", "change_dataset.",
)  # fmt: skip

#: Here Amazon may have the upload, and nobody knows.
IN_DOUBT = frozenset(
    {"ledger.sending.after_commit", "create_upload.after_answer", "ledger.sent.before_commit"}
)

#: Those of the ledger, the files and the talks that all runs have are tried by the tests of audiences.
TRIED = (
    "ledger.planned.after_commit", "create_dataset.after_answer", "put_files.after_answer", "ledger.sending.after_commit",
    "create_upload.after_answer", "ledger.sent.before_commit", "ledger.confirmed.after_commit", "clean_up.after_answer",
    "keys.after_rename", "ledger.done.before_commit", "ledger.done.after_commit",
)  # fmt: skip


class Death(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


def dying_at(point):
    def hook(name):
        if name == point:
            raise Death(point)

    return hooked(hook)


@pytest.fixture
def desk(desk):
    desk.settings("late: append\n        row_key: [order_id]\n        clean_up: true")
    desk.write(desk.orders(1, 4, -1))
    return desk


def test_these_are_all_the_moments_that_only_datasets_have(desk):
    reached = set()
    with hooked(reached.add):
        desk.apply()
    expected = {point for point in DATASET_POINTS if not point.startswith(ELSEWHERE)}
    assert reached & DATASET_POINTS == expected
    assert set(TRIED) <= reached


@pytest.mark.parametrize("point", TRIED)
def test_died_and_started_again(desk, point):
    with dying_at(point), pytest.raises(Death):
        desk.apply()
    report = desk.apply()
    assert (report.state, report.exit_code, report.balanced) == ("done", 0, True)
    assert desk.ids() == ["o-1", "o-2", "o-3", "o-4"]
    assert len(desk.sent()) == 1
    assert (desk.dataset().edition, sum(desk.periods().values())) == (1, 4)
    # Who is not finished is asked about before the upload; a second time only what may be there already is looked for.
    assert (len(desk.sent("/uploads/list")) > 1) == (point in IN_DOUBT)
    assert desk.keys() == []
